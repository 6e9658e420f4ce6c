"""Customers under age."""

from contacts.policy.facts import Minor, Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="MIN-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="person",
        condition=lambda f, d, t: f.minor == Minor.UNDER_16 and d.is_adv and not f.parental_consent,
        condition_text="minor=under_16 AND is_adv AND parental_consent=false",
        reason_en="No advertising to children under 16 without the parents' consent.",
        reason_de="Keine Werbung an Kinder unter 16 ohne Einwilligung der Eltern.",
        citation="GDPR Art. 8, rec. 38, Art. 6(1)(f) last half-sentence; UWG Anh. Nr. 28",
        basis=Basis.LAW,
    ),
    Rule(
        id="MIN-02",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="person",
        condition=lambda f, d, t: (
            f.minor != Minor.NO and d.is_adv and not (f.minor == Minor.UNDER_16 and not f.parental_consent)
        ),
        condition_text="minor in {under_16, age_16_17} AND is_adv AND NOT (minor=under_16 AND parental_consent=false)",
        reason_en="Advertising to minors only after the DPO has checked.",
        reason_de="Werbung an Minderjährige nur nach Prüfung durch den DSB.",
        citation="GDPR Art. 6(1)(f), 8, rec. 38; UWG §3(4), §4a",
        basis=Basis.POLICY,
    ),
    Rule(
        id="MIN-03",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="person",
        condition=lambda f, d, t: (
            f.minor != Minor.NO
            and not d.is_adv
            and (d.on_platform or f.purpose == Purpose.DEBT_COLLECTION)
            and not d.emergency
        ),
        condition_text="minor in {under_16, age_16_17} AND NOT is_adv AND (channel in {messenger, social_dm} OR purpose=debt_collection) AND NOT emergency",
        reason_en="Minors: messenger, social-media and debt contacts go through the legal guardians and the DPO.",
        reason_de="Minderjährige: Messenger-, Social-Media- und Forderungskontakte laufen über Sorgeberechtigte und DSB.",
        citation="GDPR rec. 38; BGB §§106 ff.",
        basis=Basis.POLICY,
    ),
)
