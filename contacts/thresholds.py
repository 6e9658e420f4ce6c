"""The rule set's thresholds in the words of the consent ledger: for all rooms that know both."""

from consent.rules import Thresholds
from contacts import policy


def consent_thresholds(thresholds: policy.Thresholds) -> Thresholds:
    """What a consent goes by, as the rule set says it; the settings of the ledger come before it."""
    return Thresholds(
        stale_after_months_unused=thresholds.stale_after_months_unused,
        expired_after_months_unused=thresholds.expired_after_months_unused,
        doi_ttl_days=thresholds.doi_ttl_days,
    )
