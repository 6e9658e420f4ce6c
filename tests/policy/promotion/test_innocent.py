"""Everyday sentences that come close to what advertising says, and are none."""

import pytest

from contacts.policy.promotion import find_promotion, without_promotion

SENTENCES = (
    "Falls Sie noch Unterlagen brauchen, melden Sie sich bei uns.",
    "Wir liefern Ihnen das Ersatzteil am Montag.",
    "Bitte senden Sie das Gerät zu uns zurück.",
    "Wann hätten Sie Zeit für die Reparatur?",
    "Nehmen Sie sich bitte Zeit, um den Antrag in Ruhe zu lesen.",
    "Sie können den Beleg vorlegen, den Sie beim Kauf eines Geräts erhalten haben.",
    "Bitte vereinbaren Sie mit unserem Sekretariat einen Termin.",
    "Wir empfehlen, die Bremsen bald zu wechseln, sonst erlischt die Zulassung.",
    "Ihre Prämie beträgt ab Januar 31,20 Euro im Monat.",
    "Die Grundgebühr steigt um 2 Euro im Monat.",
    "Ihr Bonus aus dem Vertrag wurde ausgezahlt.",
    "Bitte bringen Sie Ihr Bonusheft mit.",
    "Der Rabatt, den wir bei Vertragsabschluss zugesagt haben, ist in der Rechnung enthalten.",
    "Die Mahngebühr beträgt 5 Euro, bitte zahlen Sie bis Freitag.",
    "Wegen der Messe ist unser Büro am Dienstag geschlossen.",
    "Das Sommerfest fällt wegen des Wetters aus.",
    "Wir haben diese Woche nur bis 16 Uhr geöffnet.",
    "Ihre Frage zum Tarif beantworten wir gern: Er kostet 12 Euro im Monat.",
    "Bitte melden Sie sich mit dem neuen Kennwort an.",
    "Die Garantie deckt den Schaden, Sie zahlen nichts.",
    "Unsere Telefonanlage ist gestört, schreiben Sie uns bitte.",
    "Wäre das auch am Dienstag möglich?",
    "Danke für Ihr Vertrauen in uns.",
    "Wir vermissen noch Ihre Unterschrift auf Seite 3.",
    "Die Umstellung auf das neue Abrechnungssystem ist abgeschlossen.",
    "Reply YES to confirm your appointment on Monday.",
    "Please reply within 14 days.",
    "Have you got a minute to call me back?",
    "Prices from 1 January are in the attached table.",
    "Your contract ends on Friday.",
    "Your prescription can be ordered online or at reception.",
    "If anything is unclear, give us a call.",
    "Don't forget our appointment on Monday.",
    "The damage was on us, and we have told our insurer.",
    "We still miss your signature on page 3.",
    "Your premium is £31.20 a month from January.",
    "You are still on the old contract until the end of March.",
    "The discount agreed in the contract has been applied to this invoice.",
    "The party on Saturday is cancelled because of the storm.",
    "Please take a moment to read the enclosed terms.",
    "The repair is covered, you do not pay anything.",
    "Stocks of the spare part will arrive next week.",
    "Your points statement: 340 points, valid until December.",
    "Please come back to us with the missing form.",
    "Could I visit you on Tuesday to read the meter?",
)


@pytest.mark.parametrize("text", SENTENCES)
def test_everyday_business_is_no_advertising(text):
    assert find_promotion(text) == ()


# --- leaving out what advertises


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ihr Gerät ist fertig. Jetzt neu: 20 % Rabatt! Bis Freitag.", "Ihr Gerät ist fertig. Bis Freitag."),
        ("Guten Tag\n\nSichern Sie sich unsere Rabattaktion!\n\nIhr Team", "Guten Tag\n\nIhr Team"),
        ("Your order is here. Shop now: www.firma.example/sale", "Your order is here."),
        ("Gratis dazu: ein Gutschein", ""),
        ("Bitte begleichen Sie die Rechnung.", "Bitte begleichen Sie die Rechnung."),
        ("", ""),
    ],
)
def test_whole_sentences_go_and_the_rest_stays_as_it_was(text, left):
    assert without_promotion(text) == left


def test_in_what_is_left_of_any_message_nothing_is_found():
    from benchmarks.promotion import messages

    told = [one for one in messages() if find_promotion(one.text)]
    assert len(told) > 150
    for one in told:
        left = without_promotion(one.text)
        assert find_promotion(left) == ()
        assert len(left) < len(one.text)
