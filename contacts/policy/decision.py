"""The answer: outcome, every finding, what decided, what must be minded, and what would be better."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from contacts.policy.facts import ConsentState, Facts
from contacts.policy.rule import FACTORS, Kind, Obligation, Outcome, Rule

if TYPE_CHECKING:
    from contacts.policy.alternatives import Alternative
    from contacts.policy.alternatives.searching import Tried
    from contacts.policy.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired."""

    rule: Rule

    @property
    def factor(self) -> str:
        return self.rule.factor

    @property
    def outcome(self) -> Outcome | None:
        return self.rule.outcome


@dataclass(frozen=True, slots=True)
class FactorFindings:
    """What the rules say about one factor: the worst outcome (None = nothing to say) and the findings."""

    outcome: Outcome | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Decision:
    """Deterministic for facts and rule set; `alternatives` and `combinations` are computed when first asked for."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    facts: Facts
    rules: RuleSet
    obligations: tuple[Obligation, ...]

    @property
    def rule_set(self) -> int:
        return self.rules.number

    @property
    def rule_set_hash(self) -> str:
        return self.rules.hash

    @property
    def deciding(self) -> tuple[Finding, ...]:
        """The findings with the outcome that counts, and PUR-01 where it made the contact advertising."""
        return tuple(
            finding for finding in self.findings if finding.outcome is self.outcome or finding.rule.kind is Kind.DERIVE
        )

    @property
    def additional_release(self) -> tuple[Finding, ...]:
        """Under a DPO outcome: what the manager has to release as well."""
        if self.outcome is not Outcome.NEEDS_DPO_APPROVAL:
            return ()
        return tuple(f for f in self.findings if f.outcome is Outcome.NEEDS_MANAGER_APPROVAL)

    @property
    def legal_basis(self) -> str:
        """The provisions that the grounds rest on; empty for what is forbidden or has no ground."""
        if self.outcome is Outcome.FORBIDDEN:
            return ""
        bases = [
            basis for finding in self.findings if finding.rule.kind is Kind.GROUND for basis in self._bases(finding)
        ]
        return "; ".join(dict.fromkeys(bases))

    def _bases(self, finding: Finding) -> tuple[str, ...]:
        consent = finding.rule.consent_basis if self.rests_on_consent_by(finding) else ""
        return tuple(basis for basis in (finding.rule.legal_basis, consent) if basis)

    def rests_on_consent_by(self, finding: Finding) -> bool:
        """Whether a consent carries this finding: always where it is the only basis, else only a proven one."""
        rule, facts = finding.rule, self.facts
        proven = facts.consent_state is ConsentState.ACTIVE and facts.consent_proof
        return bool(rule.consent_basis) and (proven or not rule.legal_basis)

    @property
    def to_accept(self) -> frozenset[str]:
        """The rules that ask for more than nothing: what somebody accepts who releases this decision."""
        found = self.findings
        return frozenset(f.rule.id for f in found if f.outcome is not None and f.outcome is not Outcome.ALLOWED)

    def by_factor(self) -> dict[str, FactorFindings]:
        """All findings under reason, consent, source, account, person, training, time - in that order."""
        return {factor: self._of(factor) for factor in FACTORS}

    def _of(self, factor: str) -> FactorFindings:
        findings = tuple(finding for finding in self.findings if finding.factor == factor)
        outcomes = [finding.outcome for finding in findings if finding.outcome is not None]
        return FactorFindings(max(outcomes, key=lambda outcome: outcome.severity, default=None), findings)

    @cached_property
    def around(self) -> tuple[Tried, ...]:
        """Every single thing that somebody could change, and where it leads: what the two searches share."""
        from contacts.policy.alternatives.searching import look_around

        return look_around(self)

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Over one changed fact: least effort first."""
        from contacts.policy.alternatives import alternatives_to

        return alternatives_to(self)

    @cached_property
    def combinations(self) -> tuple[Alternative, ...]:
        """Over two changed facts, where neither alone leads as far: the better outcome first, then least effort."""
        from contacts.policy.alternatives import combinations_for

        return combinations_for(self)

    @property
    def ways_out(self) -> tuple[Alternative, ...]:
        """Over one and two changed facts: the better outcome first, then least effort, then the fewer changes."""
        from contacts.policy.alternatives import in_order

        return in_order((*self.alternatives, *self.combinations))


def rests_on_consent(decision: Decision) -> bool:
    """Whether a consent in force is among the grounds of the contact (Art. 6(1)(a)): its use goes on record."""
    return any(decision.rests_on_consent_by(finding) for finding in decision.findings)
