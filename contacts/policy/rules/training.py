"""Whether the employee is trained."""

from contacts.policy.derived import Derived
from contacts.policy.facts import Facts, Purpose, Training
from contacts.policy.rule import Basis, Kind, Outcome, Rule


def risky(f: Facts, d: Derived) -> bool:
    """Contacts that nobody makes untrained: over platforms, for advertising, for recruiting."""
    return d.on_platform or d.is_adv or f.purpose == Purpose.RECRUITMENT


RULES = (
    Rule(
        id="TRN-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="training",
        condition=lambda f, d, t: f.requester_training == Training.NONE and risky(f, d) and not d.emergency,
        condition_text="requester_training=none AND (channel in {messenger, social_dm} OR is_adv OR purpose=recruitment) AND NOT emergency",
        reason_en="Without data-protection training no messenger, social-media or advertising contact.",
        reason_de="Ohne Datenschutzschulung kein Kontakt per Messenger, Social Media oder zu Werbezwecken.",
        citation="GDPR Art. 32(4), 39(1)(b), 24; house rule",
        basis=Basis.POLICY,
    ),
    Rule(
        id="TRN-02",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="training",
        condition=lambda f, d, t: f.requester_training == Training.NONE and not risky(f, d) and not d.emergency,
        condition_text="requester_training=none AND NOT (channel in {messenger, social_dm} OR is_adv OR purpose=recruitment) AND NOT emergency",
        reason_en="Untrained staff contact customers only with a manager's approval.",
        reason_de="Ungeschulte Beschäftigte kontaktieren Kunden nur mit Freigabe der Führungskraft.",
        citation="GDPR Art. 32(4), 39(1)(b)",
        basis=Basis.POLICY,
    ),
    Rule(
        id="TRN-03",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="training",
        condition=lambda f, d, t: f.requester_training == Training.EXPIRED and risky(f, d) and not d.emergency,
        condition_text="requester_training=expired AND (channel in {messenger, social_dm} OR is_adv OR purpose=recruitment) AND NOT emergency",
        reason_en="The training has expired: approval needed and training to be renewed.",
        reason_de="Die Schulung ist abgelaufen: Freigabe nötig und Schulung nachholen.",
        citation="GDPR Art. 32(4), 39(1)(b)",
        basis=Basis.POLICY,
    ),
)
