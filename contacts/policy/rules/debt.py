"""Open invoices."""

from contacts.policy.derived import OWN_SOURCES
from contacts.policy.facts import Channel, Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="DEB-01",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="reason",
        condition=lambda f, d, t: (
            f.purpose == Purpose.DEBT_COLLECTION
            and not d.is_adv
            and f.channel in (Channel.LETTER, Channel.EMAIL, Channel.PHONE)
            and f.contact_source in OWN_SOURCES
        ),
        condition_text="purpose=debt_collection AND NOT is_adv AND channel in {letter, email, phone} AND contact_source in {data_subject, contract_record}",
        reason_en="Payment reminders over known contact data serve the contract and the legal claim.",
        reason_de="Zahlungserinnerungen über bekannte Kontaktdaten dienen Vertrag und Rechtsanspruch.",
        citation="GDPR Art. 6(1)(b),(f); LDI NRW FAQ Inkasso",
        basis=Basis.LAW,
        legal_basis="GDPR Art. 6(1)(b),(f)",
    ),
    Rule(
        id="DEB-02",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: (
            f.purpose == Purpose.DEBT_COLLECTION
            and not d.is_adv
            and (f.channel == Channel.SMS or (f.channel == Channel.MESSENGER and d.channel_agreed))
        ),
        condition_text="purpose=debt_collection AND NOT is_adv AND (channel=sms OR (channel=messenger AND channel_agreed))",
        reason_en="A reminder by short message only with approval and without amounts or details.",
        reason_de="Mahnung per Kurznachricht nur mit Freigabe und ohne Beträge oder Einzelheiten.",
        citation="GDPR Art. 5(1)(c),(f), 32; UWG §4a",
        basis=Basis.POLICY,
        legal_basis="GDPR Art. 6(1)(b),(f)",
        consent_basis="GDPR Art. 6(1)(a)",
    ),
    Rule(
        id="DEB-03",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: (
            f.purpose == Purpose.DEBT_COLLECTION and not d.is_adv and f.channel == Channel.SOCIAL_DM and d.proven
        ),
        condition_text="purpose=debt_collection AND NOT is_adv AND channel=social_dm AND consent_state=active AND consent_proof",
        reason_en="Debt matters by social media even with consent only after the DPO has checked.",
        reason_de="Forderungsangelegenheiten über soziale Netzwerke auch mit Einwilligung nur nach Prüfung durch den DSB.",
        citation="GDPR Art. 5(1)(f), 25, 32",
        basis=Basis.POLICY,
        legal_basis="GDPR Art. 6(1)(b),(f)",
        consent_basis="GDPR Art. 6(1)(a)",
    ),
    Rule(
        id="DEB-04",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="reason",
        condition=lambda f, d, t: (
            f.purpose == Purpose.DEBT_COLLECTION
            and not d.is_adv
            and (
                (f.channel == Channel.MESSENGER and not d.channel_agreed)
                or (f.channel == Channel.SOCIAL_DM and not d.proven)
            )
        ),
        condition_text="purpose=debt_collection AND NOT is_adv AND ((channel=messenger AND NOT channel_agreed) OR (channel=social_dm AND NOT (consent_state=active AND consent_proof)))",
        reason_en="Claims are not pursued over messengers or social media; use letter, e-mail or phone.",
        reason_de="Forderungen werden nicht über Messenger oder soziale Netzwerke verfolgt; nutzen Sie Brief, E-Mail oder Telefon.",
        citation="LG Baden-Baden 3 S 13/23; GDPR Art. 6(1)(f), 5(1)(c),(f)",
        basis=Basis.LAW,
    ),
)
