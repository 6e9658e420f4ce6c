"""What the contact is for."""

from contacts.policy.facts import Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="PUR-01",
        kind=Kind.DERIVE,
        outcome=None,
        factor="reason",
        condition=lambda f, d, t: d.reclassified,
        condition_text="contains_promotion AND purpose not in ADV  =>  effective purpose := marketing, is_adv := true",
        reason_en="A service message that also promotes sales is advertising as a whole.",
        reason_de="Eine Service-Nachricht mit Werbezusatz ist insgesamt Werbung.",
        citation="RL 2006/114/EG Art. 2 lit. a; BGH VI ZR 225/17; BGH VI ZR 134/15; CJEU C-654/23",
        basis=Basis.LAW,
    ),
    Rule(
        id="PUR-02",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="reason",
        condition=lambda f, d, t: f.purpose == Purpose.LEGAL_OBLIGATION and f.contains_promotion,
        condition_text="purpose=legal_obligation AND contains_promotion",
        reason_en="Recalls, breach notices and other mandatory notices must be free of advertising.",
        reason_de="Rückrufe, Datenpannen-Meldungen und andere Pflichtmitteilungen müssen werbefrei sein.",
        citation="GPSR (EU) 2023/988 Art. 35; GDPR Art. 5(1)(b), 34",
        basis=Basis.LAW,
    ),
    Rule(
        id="PUR-03",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="reason",
        condition=lambda f, d, t: f.purpose == Purpose.PRIVATE,
        condition_text="purpose=private",
        reason_en="Customer data may never be used for private purposes (employee excess).",
        reason_de="Kundendaten dürfen nie für private Zwecke genutzt werden (Mitarbeiterexzess).",
        citation="GDPR Art. 5(1)(b), 6, 29; DSK Entschließung 3.4.2019; ULD TB 2021 Tz. 5.10",
        basis=Basis.LAW,
    ),
)
