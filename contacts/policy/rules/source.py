"""Where the address came from."""

from contacts.policy.derived import BUSINESS_NETWORKS
from contacts.policy.facts import Channel, ConsentState, ContactSource, CustomerKind, Facts, Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule


def business_network(f: Facts) -> bool:
    """A professional profile of a business contact: the milder kind of searched-out address."""
    return f.customer_kind == CustomerKind.BUSINESS_CONTACT and f.platform in BUSINESS_NETWORKS


RULES = (
    Rule(
        id="SRC-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="source",
        condition=lambda f, d, t: (
            f.contact_source == ContactSource.SEARCHED_BY_EMPLOYEE
            and d.on_platform
            and not business_network(f)
            and not d.emergency
        ),
        condition_text="contact_source=searched_by_employee AND channel in {messenger, social_dm} AND NOT (customer_kind=business_contact AND platform in {linkedin, xing}) AND NOT emergency",
        reason_en="Searching out a private profile or messenger account is itself an unlawful collection of data.",
        reason_de="Das gezielte Ermitteln eines privaten Profils oder Messenger-Kontos ist selbst eine unzulässige Datenerhebung.",
        citation="GDPR Art. 5(1)(a),(b), 6(1), 14; LG Baden-Baden 3 S 13/23",
        basis=Basis.LAW,
    ),
    Rule(
        id="SRC-02",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="source",
        condition=lambda f, d, t: (
            f.contact_source == ContactSource.SEARCHED_BY_EMPLOYEE
            and not d.emergency
            and (not d.on_platform or business_network(f))
        ),
        condition_text="contact_source=searched_by_employee AND NOT emergency AND (channel in {letter, email, phone, sms} OR (customer_kind=business_contact AND platform in {linkedin, xing}))",
        reason_en="Researched contact data: the DPO checks the balancing of interests and the Art. 14 notice.",
        reason_de="Recherchierte Kontaktdaten: Der DSB prüft Interessenabwägung und Information nach Art. 14.",
        citation="GDPR Art. 6(1)(f), 14(3)(b); LAG Düsseldorf 12 Sa 1007/23; BAG 8 AZR 117/24",
        basis=Basis.DISPUTED,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
    Rule(
        id="SRC-03",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="source",
        condition=lambda f, d, t: (
            f.contact_source == ContactSource.BOUGHT_LIST
            and not d.emergency
            and (not d.is_adv or (f.channel != Channel.LETTER and f.consent_state == ConsentState.ACTIVE))
        ),
        condition_text="contact_source=bought_list AND NOT emergency AND (NOT is_adv OR (channel != letter AND consent_state=active))",
        reason_en="Bought data: the DPO checks the consent chain and whether it names our company.",
        reason_de="Gekaufte Daten: Der DSB prüft die Einwilligungskette und ob unser Unternehmen darin genannt ist.",
        citation="GDPR Art. 7(1), 14; BGH VI ZR 721/15; UWG §7a",
        basis=Basis.LAW,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
    Rule(
        id="SRC-04",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="source",
        condition=lambda f, d, t: (
            f.contact_source in (ContactSource.REFERRAL, ContactSource.PUBLIC_DIRECTORY)
            and not d.is_adv
            and f.purpose != Purpose.RECRUITMENT
        ),
        condition_text="contact_source in {referral, public_directory} AND NOT is_adv AND purpose != recruitment",
        reason_en="Contact data from third parties: a manager checks accuracy and the Art. 14 notice.",
        reason_de="Kontaktdaten von Dritten: Die Führungskraft prüft Richtigkeit und Information nach Art. 14.",
        citation="GDPR Art. 5(1)(d), 14",
        basis=Basis.POLICY,
        legal_basis="GDPR Art. 6(1)(b),(f)",
    ),
)
