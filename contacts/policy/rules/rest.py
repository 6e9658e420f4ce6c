"""Confirmation mails, imminent danger, and the default."""

from contacts.policy.derived import OWN_SOURCES
from contacts.policy.facts import Channel, ConsentState, Purpose, SendingAccount
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="DOI-01",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="consent",
        condition=lambda f, d, t: (
            f.purpose == Purpose.DOI_CONFIRMATION
            and f.channel == Channel.EMAIL
            and f.consent_state == ConsentState.PENDING_DOI
            and not f.contains_promotion
        ),
        condition_text="purpose=doi_confirmation AND channel=email AND consent_state=pending_doi AND NOT contains_promotion",
        reason_en="A single advertising-free confirmation e-mail to verify the opt-in is permitted.",
        reason_de="Eine einmalige werbefreie Bestätigungsmail zur Prüfung der Anmeldung ist zulässig.",
        citation="OLG Düsseldorf I-15 U 64/15; OLG Celle 13 U 15/14; contra OLG München 29 U 1682/12",
        basis=Basis.DISPUTED,
        legal_basis="GDPR Art. 6(1)(f), 7(1)",
    ),
    Rule(
        id="EMG-01",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: (
            d.emergency
            and (
                d.on_platform
                or f.contact_source not in OWN_SOURCES
                or f.sending_account == SendingAccount.PRIVATE_ACCOUNT
            )
        ),
        condition_text="emergency AND (channel in {messenger, social_dm} OR contact_source not in {data_subject, contract_record} OR sending_account=private_account)",
        reason_en="Imminent danger: an unusual channel may be used at once; the manager confirms without delay.",
        reason_de="Gefahr im Verzug: Ein ungewöhnlicher Weg darf sofort genutzt werden; die Führungskraft bestätigt unverzüglich.",
        citation="GDPR Art. 6(1)(c),(d); GPSR Art. 35",
        basis=Basis.POLICY,
        legal_basis="GDPR Art. 6(1)(c),(d)",
    ),
    Rule(
        id="DEF-01",
        kind=Kind.DEFAULT,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: False,
        condition_text='no rule of kind "ground" fired AND no rule with outcome forbidden fired',
        reason_en="No rule gives permission; the DPO decides.",
        reason_de="Keine Regel erlaubt diesen Kontakt; der DSB entscheidet.",
        citation="GDPR Art. 5(1)(a), 5(2), 6(1), 25",
        basis=Basis.POLICY,
    ),
)
