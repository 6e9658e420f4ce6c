"""What a person could change: neighbours of a question that are answered better, over one and over two changes."""

from contacts.policy.alternatives.lever import Alternative, Lever
from contacts.policy.alternatives.levers import ALL_LEVERS
from contacts.policy.alternatives.searching import alternatives_to, combinations_for, in_order

__all__ = ["ALL_LEVERS", "Alternative", "Lever", "alternatives_to", "combinations_for", "in_order"]
