"""Case questions: a contact, told as facts; the right answer is what the rules say, never what an author says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Self

from contacts.policy import RULE_SET_1, Decision, InputError, Outcome, RuleSet, decide, parse_inputs
from training.questions.errors import gettext_noop
from training.questions.fields import Fields
from training.questions.question import Answer, Given, Question, share_of_picks
from training.questions.text import Text

FEWEST_WRONG = 2
NEEDED_FACTS = ("purpose", "channel")
# The contact that a case's facts deviate from (rule book, section 7): nothing unusual about it.
BASE: Mapping[str, object] = {
    "customer_kind": "consumer",
    "relationship": "active_customer",
    "contains_promotion": False,
    "platform": None,
    "consent_state": "none",
    "consent_proof": False,
    "customer_initiated_on_channel": False,
    "presumed_consent_documented": False,
    "s7_3": {},
    "months_since_last_transaction": 3,
    "objection": "none",
    "robinson_listed": False,
    "contact_source": "contract_record",
    "identity_verified": True,
    "sending_account": "company_account_verified",
    "company_present_on_platform": True,
    "platform_status": "approved",
    "address_book_isolated": True,
    "requester_training": "valid",
    "minor": "no",
    "parental_consent": False,
    "quiet_hours": False,
    "special_category": False,
    "automated_call": False,
    "sender_identity_clear": True,
    "caller_id_shown": True,
    "opt_out_included": True,
    "alternative_channel_available": True,
    "urgency": "normal",
}


@dataclass(frozen=True, kw_only=True)
class Case(Question):
    """{"outcome": "forbidden", "why": ["PUR-03"]}: half for the outcome, half for the whys, which count only with it.

    `facts` are the deviations from BASE, as JSON inputs of the rules; `why` the rules offered to the learner.
    """

    kind: ClassVar = "case"
    BODY: ClassVar = ("facts", "why")
    facts: Mapping[str, object] = field(hash=False)
    why: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        facts = fields.values.get("facts")
        if not isinstance(facts, Mapping) or any(name not in facts for name in NEEDED_FACTS):
            fields.refuse(
                gettext_noop("Question “%(key)s”: “%(field)s” must say at least %(needed)s."),
                "facts",
                needed=", ".join(NEEDED_FACTS),
            )
        for name in facts:
            fields.printable(f"facts.{name}", str(facts[name]))
        made = cls(facts=dict(facts), why=fields.strings("why"), **common)
        made._check(fields)
        return made

    def _check(self, fields: Fields) -> None:
        try:
            self.decision()
        except InputError as error:
            fields.refuse(
                gettext_noop("Question “%(key)s”: “%(field)s” cannot be decided. %(reason)s"),
                "facts",
                reason=str(error),
            )
        known = {rule.id for rule in RULE_SET_1.rules}
        unknown = next((rule for rule in self.why if rule not in known), None)
        if unknown is not None or not self.why:
            fields.refuse(
                gettext_noop("Question “%(key)s”: “%(field)s” must name rules; “%(rule)s” is none."),
                "why",
                rule=(unknown or "")[:80],
            )

    def body(self) -> dict[str, object]:
        return {"facts": dict(self.facts), "why": list(self.why)}

    def decision(self, rules: RuleSet = RULE_SET_1) -> Decision:
        """What the rules say about these facts; the same facts under the same rules give the same for ever."""
        facts, _ = parse_inputs(self.key, {**BASE, **self.facts})
        return decide(facts, rules)

    def deciding(self, rules: RuleSet = RULE_SET_1) -> tuple[str, ...]:
        return tuple(finding.rule.id for finding in self.decision(rules).deciding)

    def choices(self) -> tuple[str, ...]:
        return self.why

    def parse(self, given: Given) -> Answer | None:
        outcome = self.known(given.get("outcome"), tuple(one.value for one in Outcome))
        why = self.listed(given.get("why"), self.why)
        return {"outcome": outcome, "why": why} if outcome or why else None

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        return self.share_of(answer, self.right(rules))

    def share_of(self, answer: Answer, verdict: Answer) -> Fraction:
        """What a parsed answer earns where the right one is `verdict`: today's, or the one frozen with an attempt."""
        if answer["outcome"] != verdict["outcome"]:
            return Fraction(0)
        right = set(self.listed(verdict["why"], self.why))
        picked = set(self.listed(answer["why"], self.why))
        return Fraction(1, 2) + share_of_picks(picked, right, set(self.why) - right) / 2

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        deciding = self.deciding(rules)
        return {"outcome": self.decision(rules).outcome.value, "why": [rule for rule in self.why if rule in deciding]}

    def not_offered(self, rules: RuleSet = RULE_SET_1) -> tuple[str, ...]:
        """The deciding rules that `why` forgets; empty before a case may be published."""
        return tuple(rule for rule in self.deciding(rules) if rule not in self.why)

    def wrong_whys(self, rules: RuleSet = RULE_SET_1) -> tuple[str, ...]:
        """The rules offered that do not decide; a case needs FEWEST_WRONG of them."""
        deciding = self.deciding(rules)
        return tuple(rule for rule in self.why if rule not in deciding)

    def reasons(self, rules: RuleSet = RULE_SET_1) -> dict[str, Text]:
        """The words of each rule offered, from the rule itself."""
        return {rule.id: Text(rule.reason_de, rule.reason_en) for rule in rules.rules if rule.id in self.why}
