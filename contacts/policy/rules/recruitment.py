"""Job offers."""

from contacts.policy.derived import BUSINESS_NETWORKS
from contacts.policy.facts import Channel, ContactSource, CustomerKind, Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="REC-01",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: (
            f.purpose == Purpose.RECRUITMENT
            and f.channel == Channel.SOCIAL_DM
            and f.platform in BUSINESS_NETWORKS
            and not d.proven
        ),
        condition_text="purpose=recruitment AND channel=social_dm AND platform in {linkedin, xing} AND NOT (consent_state=active AND consent_proof)",
        reason_en="Recruiting by business-network message is legally disputed; the DPO decides.",
        reason_de="Die Direktansprache per Business-Netzwerk ist rechtlich umstritten; der DSB entscheidet.",
        citation="UWG §7(2) Nr. 2 (disputed); GDPR Art. 6(1)(f), 14",
        basis=Basis.DISPUTED,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
    Rule(
        id="REC-02",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="reason",
        condition=lambda f, d, t: (
            f.purpose == Purpose.RECRUITMENT
            and not d.proven
            and (
                f.channel in (Channel.EMAIL, Channel.SMS, Channel.MESSENGER)
                or (f.channel == Channel.SOCIAL_DM and f.platform not in BUSINESS_NETWORKS)
                or (f.channel == Channel.PHONE and f.customer_kind == CustomerKind.CONSUMER)
            )
        ),
        condition_text="purpose=recruitment AND NOT (consent_state=active AND consent_proof) AND (channel in {email, sms, messenger} OR (channel=social_dm AND platform not in {linkedin, xing}) OR (channel=phone AND customer_kind=consumer))",
        reason_en="Unsolicited recruiting over this channel is not allowed without consent.",
        reason_de="Unaufgeforderte Personalansprache über diesen Kanal ist ohne Einwilligung nicht erlaubt.",
        citation="UWG §7(2) (disputed); GDPR Art. 6(1)(f)",
        basis=Basis.DISPUTED,
    ),
    Rule(
        id="REC-03",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: (
            f.purpose == Purpose.RECRUITMENT
            and not d.proven
            and (
                f.channel == Channel.LETTER
                or (f.channel == Channel.PHONE and f.customer_kind == CustomerKind.BUSINESS_CONTACT)
            )
        ),
        condition_text="purpose=recruitment AND NOT (consent_state=active AND consent_proof) AND (channel=letter OR (channel=phone AND customer_kind=business_contact))",
        reason_en="A short first call at work or a letter is possible; a manager approves.",
        reason_de="Ein kurzer Erstanruf am Arbeitsplatz oder ein Brief ist möglich; die Führungskraft gibt frei.",
        citation="BGH I ZR 221/01; BGH I ZR 73/02",
        basis=Basis.LAW,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
    Rule(
        id="REC-04",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="consent",
        condition=lambda f, d, t: f.purpose == Purpose.RECRUITMENT and d.proven,
        condition_text="purpose=recruitment AND consent_state=active AND consent_proof",
        reason_en="The person agreed to be contacted about jobs.",
        reason_de="Die Person hat der Ansprache zu Stellenangeboten zugestimmt.",
        citation="GDPR Art. 6(1)(a)",
        basis=Basis.LAW,
        consent_basis="GDPR Art. 6(1)(a)",
    ),
    Rule(
        id="REC-05",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="source",
        condition=lambda f, d, t: (
            f.purpose == Purpose.RECRUITMENT and f.contact_source == ContactSource.CONTRACT_RECORD
        ),
        condition_text="purpose=recruitment AND contact_source=contract_record",
        reason_en="Customer data would be used for a new purpose (recruiting); the DPO checks compatibility.",
        reason_de="Kundendaten würden für einen neuen Zweck (Personalgewinnung) genutzt; der DSB prüft die Vereinbarkeit.",
        citation="GDPR Art. 5(1)(b), 6(4)",
        basis=Basis.LAW,
    ),
)
