"""What people and the clock can do with rule sets."""

from contacts.rulebook.services.common import NotNow, fingerprint_of
from contacts.rulebook.services.drafting import (
    discard_rule_set,
    draft_rule_set,
    expect_answer,
    save_cases,
    save_rule_set,
)
from contacts.rulebook.services.releasing import announce_in_force, release_rule_set

__all__ = [
    "NotNow",
    "announce_in_force",
    "discard_rule_set",
    "draft_rule_set",
    "expect_answer",
    "fingerprint_of",
    "release_rule_set",
    "save_cases",
    "save_rule_set",
]
