"""A rule and an obligation as data that a lawyer can read."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from contacts.policy.derived import Derived
from contacts.policy.facts import Facts
from contacts.policy.thresholds import Thresholds

Condition = Callable[[Facts, Derived, Thresholds], bool]
FACTORS = ("reason", "consent", "source", "account", "person", "training", "time")


class Outcome(StrEnum):
    """The four answers; `severity` orders them."""

    ALLOWED = "allowed"
    NEEDS_MANAGER_APPROVAL = "needs_manager_approval"
    NEEDS_DPO_APPROVAL = "needs_dpo_approval"
    FORBIDDEN = "forbidden"

    @property
    def severity(self) -> int:
        return _SEVERITY[self.value]


_SEVERITY = {"allowed": 0, "needs_manager_approval": 1, "needs_dpo_approval": 2, "forbidden": 3}


class Kind(StrEnum):
    """`ground` assesses on its own; `gate` only raises severity; `derive` re-classifies; `default` fills the gap."""

    DERIVE = "derive"
    GROUND = "ground"
    GATE = "gate"
    DEFAULT = "default"


class Basis(StrEnum):
    """Whether a rule follows from law, from a disputed reading of it, or is a house rule."""

    LAW = "law"
    DISPUTED = "disputed"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `condition` decides, `condition_text` says the same for people; a rule never looks at another.

    `legal_basis` is what a ground rests on; `consent_basis` is what a consent adds to it, or is its only basis.
    """

    id: str
    kind: Kind
    outcome: Outcome | None
    factor: str
    condition: Condition
    condition_text: str
    reason_en: str
    reason_de: str
    citation: str
    basis: Basis
    legal_basis: str = ""
    consent_basis: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a person must mind when making a contact that is not forbidden."""

    id: str
    condition: Callable[[Facts, Derived, Outcome], bool]
    text_en: str
    text_de: str
    citation: str
