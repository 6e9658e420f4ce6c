"""Health and other sensitive data."""

from contacts.policy.facts import Channel
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="SPC-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="reason",
        condition=lambda f, d, t: (
            f.special_category and f.channel in (Channel.SMS, Channel.MESSENGER, Channel.SOCIAL_DM)
        ),
        condition_text="special_category AND channel in {sms, messenger, social_dm}",
        reason_en="No health or other sensitive data over SMS, messenger or social media.",
        reason_de="Keine Gesundheits- oder anderen sensiblen Daten über SMS, Messenger oder Social Media.",
        citation="GDPR Art. 9, 32",
        basis=Basis.POLICY,
    ),
    Rule(
        id="SPC-02",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: f.special_category and (f.channel == Channel.EMAIL or d.is_adv),
        condition_text="special_category AND (channel=email OR is_adv)",
        reason_en="Sensitive data by e-mail or in advertising: the DPO checks legal basis and encryption.",
        reason_de="Sensible Daten per E-Mail oder in Werbung: Der DSB prüft Rechtsgrundlage und Verschlüsselung.",
        citation="GDPR Art. 9(2)(a), 32",
        basis=Basis.LAW,
    ),
)
