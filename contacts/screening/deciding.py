"""From a case, the categorical facts of a row, to its answer. Each distinct case is decided once; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contacts import policy
from contacts.screening.asking import Asked, Sender
from contacts.screening.packing import unpacked


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one case."""

    outcome: str
    deciding_rules: str
    rules: tuple[policy.Rule, ...]

    def reason(self, language: str) -> str:
        return " ".join(rule.reason_de if language == "de" else rule.reason_en for rule in self.rules)


@dataclass
class Decider:
    """Answers cases and remembers them: a list of a million rows has some hundreds."""

    asked: Asked
    senders: Sequence[Sender]
    rule_set: policy.RuleSet
    seen: dict[str, Verdict] = field(default_factory=dict)

    def verdict(self, case: str) -> Verdict:
        found = self.seen.get(case)
        if found is None:
            found = self.seen[case] = _verdict(policy.decide(self.facts(case), self.rule_set))
        return found

    def facts(self, case: str) -> policy.Facts:
        """The facts of a case, as `contacts.requests.context` states them of one customer."""
        parts, asked = unpacked(int(case)), self.asked
        is_so = {name: value == "1" for name, value in parts.items()}
        sender = self.senders[int(parts["sender"])]
        return policy.Facts(
            customer_kind=policy.CustomerKind(parts["customer_kind"]),
            relationship=policy.Relationship(parts["relationship"]),
            purpose=policy.Purpose(asked.purpose),
            contains_promotion=asked.contains_promotion,
            channel=policy.Channel(asked.channel),
            platform=policy.Platform(asked.platform) if asked.platform else None,
            consent_state=policy.ConsentState(parts["consent_state"]),
            consent_proof=is_so["consent_proof"],
            customer_initiated_on_channel=is_so["inbound"],
            presumed_consent_documented=asked.presumed_consent,
            s7_3=policy.Section73(
                address_from_sale=is_so["address_from_sale"],
                own_similar_products=asked.own_similar_products,
                not_objected=parts["objection"] == "none",
                notice_at_collection_and_each_use=is_so["notice_at_collection"] and asked.opt_out_included,
            ),
            months_since_last_transaction=self._months(parts["purchase"]),
            objection=policy.Objection(parts["objection"]),
            robinson_listed=is_so["robinson"],
            contact_source=policy.ContactSource(parts["source"]),
            identity_verified=is_so["verified"],
            sending_account=policy.SendingAccount(sender.account),
            company_present_on_platform=sender.is_present,
            platform_status=policy.PlatformStatus(sender.platform_status),
            address_book_isolated=sender.address_book_isolated,
            requester_training=policy.Training(sender.training),
            minor=policy.Minor(parts["minor"]),
            parental_consent=is_so["parental_consent"],
            quiet_hours=is_so["quiet"],
            special_category=asked.special_category,
            automated_call=asked.automated_call and asked.channel == "phone",
            sender_identity_clear=asked.sender_clear,
            caller_id_shown=asked.caller_id_shown,
            opt_out_included=asked.opt_out_included,
            alternative_channel_available=is_so["alternative"],
            urgency=policy.Urgency(asked.urgency),
            requester_department=asked.department,
        )

    def _months(self, purchase: str) -> int | None:
        """The rules ask of the last purchase only whether it lies within the window: any month on the right side."""
        window = self.rule_set.thresholds.existing_customer_window_months
        return {"never": None, "recent": window, "long_ago": window + 1}[purchase]


def _verdict(decision: policy.Decision) -> Verdict:
    rules = tuple(finding.rule for finding in decision.deciding)
    return Verdict(decision.outcome.value, " ".join(rule.id for rule in rules), rules)
