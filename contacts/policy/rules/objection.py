"""What the customer has refused."""

from contacts.policy.facts import Channel, Objection, Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule

CONTRACT_LETTERS = (Purpose.CONTRACT_PERFORMANCE, Purpose.DEBT_COLLECTION)

RULES = (
    Rule(
        id="OBJ-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: f.objection == Objection.MARKETING_OBJECTION and d.is_adv,
        condition_text="objection=marketing_objection AND is_adv",
        reason_en="The customer has objected to advertising; the objection is absolute and has no expiry.",
        reason_de="Der Kunde hat der Werbung widersprochen; der Widerspruch gilt ausnahmslos und unbefristet.",
        citation="GDPR Art. 21(2)-(3); UWG §7(1) S. 2",
        basis=Basis.LAW,
    ),
    Rule(
        id="OBJ-02",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            f.objection == Objection.FULL_BLOCK
            and not (f.purpose == Purpose.LEGAL_OBLIGATION and not d.is_adv)
            and not (f.purpose in CONTRACT_LETTERS and f.channel == Channel.LETTER and not d.is_adv)
            and not (f.purpose == Purpose.INQUIRY_REPLY and f.customer_initiated_on_channel and not d.is_adv)
        ),
        condition_text="objection=full_block AND NOT (purpose=legal_obligation AND NOT is_adv) AND NOT (purpose in {contract_performance, debt_collection} AND channel=letter AND NOT is_adv) AND NOT (purpose=inquiry_reply AND customer_initiated_on_channel AND NOT is_adv)",
        reason_en="The customer refuses all contact; only mandatory notices, letters under the contract, or replies to a new request remain possible.",
        reason_de="Der Kunde lehnt jeden Kontakt ab; zulässig bleiben nur Pflichtmitteilungen, Vertragsbriefe oder Antworten auf eine neue Anfrage.",
        citation="GDPR Art. 18, 21(1); UWG §7(1) S. 2",
        basis=Basis.POLICY,
    ),
    Rule(
        id="OBJ-03",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: (
            f.objection == Objection.FULL_BLOCK
            and f.purpose in CONTRACT_LETTERS
            and f.channel == Channel.LETTER
            and not d.is_adv
        ),
        condition_text="objection=full_block AND purpose in {contract_performance, debt_collection} AND channel=letter AND NOT is_adv",
        reason_en="The person is blocked: the DPO checks that the letter is really necessary.",
        reason_de="Die Person ist gesperrt: Der DSB prüft, ob der Brief wirklich erforderlich ist.",
        citation="GDPR Art. 18(2), 6(1)(b),(f), 17(3)(e)",
        basis=Basis.POLICY,
    ),
    Rule(
        id="OBJ-04",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: (
            f.objection == Objection.FULL_BLOCK
            and f.purpose == Purpose.LEGAL_OBLIGATION
            and not d.is_adv
            and not d.emergency
        ),
        condition_text="objection=full_block AND purpose=legal_obligation AND NOT is_adv AND NOT emergency",
        reason_en="A legal duty overrides the block, but a manager confirms that the text contains only the mandatory content.",
        reason_de="Die Rechtspflicht geht der Sperre vor; die Führungskraft bestätigt, dass nur der Pflichtinhalt gesendet wird.",
        citation="GDPR Art. 6(1)(c), 18(2), 34; GPSR Art. 35",
        basis=Basis.POLICY,
    ),
)
