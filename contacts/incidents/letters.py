"""The words of the order, in both languages: a letter of the company is written, not translated by a catalogue.

The officer may change them before the order is issued; what was issued is kept with the order.
"""

from __future__ import annotations

from django.conf import settings

TITLE = {
    "de": "Anweisung: keine private Nutzung von Kundendaten",
    "en": "Order: no private use of customer data",
}
BODY = {
    "de": """Guten Tag {name},

vielen Dank, dass der Vorgang {number} gemeldet wurde. Damit es dabei bleibt, weist {company} Sie an:

1. Nutzen Sie Namen, Nummern, Profile und andere Daten von Kundinnen und Kunden ab sofort nicht mehr auf privaten \
Geräten und nicht mehr über private Konten.
2. Nehmen Sie zu Kundinnen und Kunden nur über die Wege Kontakt auf, die das Portal freigibt.
3. Löschen Sie, was von Kundinnen und Kunden auf privaten Geräten liegt, sobald das Unternehmen hat, was es braucht. \
Die Schritte stehen bei {number} im Portal.
4. Geben Sie nichts davon weiter.

Beschäftigte verarbeiten Kundendaten nur auf Weisung des Unternehmens (Art. 29, 32 Abs. 4 DSGVO). Private Konten und \
Geräte gehören nicht dazu. Die betroffene Person kann verlangen, dass das Unternehmen diese Nutzung untersagt \
(LG Baden-Baden 3 S 13/23).

Bitte bestätigen Sie im Portal, dass Sie die Anweisung gelesen haben. Fragen beantwortet der Datenschutz gern.
""",
    "en": """Good day {name},

thank you: {number} was reported. To leave it at that, {company} gives you this order:

1. From now on, do not use names, numbers, profiles or other data of customers on private devices or over private \
accounts.
2. Contact customers only in the ways that the portal allows.
3. Delete what you have of customers on private devices as soon as the company has what it needs. The steps are with \
{number} in the portal.
4. Pass nothing of it on.

Staff process customer data only on the instructions of the company (Art. 29, 32(4) GDPR). Private accounts and \
devices are outside them. The person concerned may demand that the company forbids such use (LG Baden-Baden 3 S 13/23).

Please confirm in the portal that you have read this order. The data protection officer is glad to answer questions.
""",
}


def order_title(language: str) -> str:
    return TITLE[language]


def order_body(language: str, *, name: str, number: str) -> str:
    """The standard words for one receiver."""
    return BODY[language].format(name=name, number=number, company=settings.COMPANY_NAME)
