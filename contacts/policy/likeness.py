"""Facts that no rule tells apart: their decisions have the same findings, the same duties and the same ways out."""

from __future__ import annotations

from dataclasses import replace

from contacts.policy.facts import Facts
from contacts.policy.thresholds import Thresholds


def likeness(facts: Facts, thresholds: Thresholds) -> Facts:
    """One of all the facts that are decided alike under these thresholds, equal for all of them.

    The rules ask of the last purchase only whether it lies within the window for existing customers (§ 7 (3) UWG), and
    read neither jurisdiction nor department. What is recorded of a decision stays exact: this is a key, no fact.
    """
    months, window = facts.months_since_last_transaction, thresholds.existing_customer_window_months
    side = None if months is None else window if months <= window else window + 1
    return replace(facts, months_since_last_transaction=side, jurisdiction="", requester_department="")
