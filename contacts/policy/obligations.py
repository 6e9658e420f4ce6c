"""What must be minded when a contact is not forbidden (rule book, obligations).

OBL-08 also applies when a message reached a wrong person; that is known only afterwards and is told by the log of the
contact. In a decision it stands for the one case in which a private phone may be used: imminent danger.
"""

from contacts.policy.derived import OWN_SOURCES
from contacts.policy.facts import Channel, CustomerKind, Minor, SendingAccount, Training
from contacts.policy.rule import Obligation, Outcome

OBLIGATIONS = (
    Obligation(
        id="OBL-01",
        condition=lambda f, d, outcome: f.contact_source not in OWN_SOURCES,
        text_en="Give the Art. 14 information in the first message, at most one month after collection, and name the source.",
        text_de="Information nach Art. 14 mit der ersten Nachricht, spätestens nach einem Monat, mit Quelle.",
        citation="GDPR Art. 14(2)(f), (3)",
    ),
    Obligation(
        id="OBL-02",
        condition=lambda f, d, outcome: d.is_adv,
        text_en="Point out the right to object, separately and clearly.",
        text_de="Auf das Widerspruchsrecht gesondert und deutlich hinweisen.",
        citation="GDPR Art. 21(4)",
    ),
    Obligation(
        id="OBL-03",
        condition=lambda f, d, outcome: (
            d.is_adv and f.channel == Channel.PHONE and f.customer_kind == CustomerKind.CONSUMER
        ),
        text_en="Record use of the consent; keep proof 5 years from this call.",
        text_de="Nutzung der Einwilligung protokollieren; Nachweis 5 Jahre ab diesem Anruf.",
        citation="UWG §7a",
    ),
    Obligation(
        id="OBL-04",
        condition=lambda f, d, outcome: f.channel == Channel.PHONE,
        text_en="Say company, own name and reason first; check identity before details; no recording without consent.",
        text_de="Firma, Name, Anlass zuerst nennen; Identität prüfen; keine Aufzeichnung ohne Einwilligung.",
        citation="BGB §312a(1); StGB §201",
    ),
    Obligation(
        id="OBL-05",
        condition=lambda f, d, outcome: f.channel in (Channel.SMS, Channel.MESSENGER, Channel.SOCIAL_DM),
        text_en="No amounts, contract or health details; move on to a secure channel.",
        text_de="Keine Beträge, Vertrags- oder Gesundheitsdaten; auf sicheren Weg wechseln.",
        citation="GDPR Art. 5(1)(c),(f), 32",
    ),
    Obligation(
        id="OBL-06",
        condition=lambda f, d, outcome: f.requester_training == Training.EXPIRED and outcome is Outcome.ALLOWED,
        text_en="Renew the training.",
        text_de="Schulung erneuern.",
        citation="GDPR Art. 39(1)(b)",
    ),
    Obligation(
        id="OBL-07",
        condition=lambda f, d, outcome: d.emergency,
        text_en="Warn at once, document, manager confirms on the next working day.",
        text_de="Sofort warnen, dokumentieren, Freigabe am nächsten Arbeitstag.",
        citation="GDPR Art. 6(1)(d)",
    ),
    Obligation(
        id="OBL-08",
        condition=lambda f, d, outcome: f.sending_account == SendingAccount.PRIVATE_ACCOUNT,
        text_en="Report to the DPO at once: 72-hour clock.",
        text_de="Sofort dem DSB melden: 72-Stunden-Frist.",
        citation="GDPR Art. 33",
    ),
    Obligation(
        id="OBL-09",
        condition=lambda f, d, outcome: f.minor != Minor.NO,
        text_en="Address the legal guardians.",
        text_de="An die Sorgeberechtigten richten.",
        citation="BGB §§106 ff.",
    ),
)
