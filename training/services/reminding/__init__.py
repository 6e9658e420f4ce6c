"""Reminders: what ends or is due, one mail a person, each step once for ever."""

from training.services.reminding.by_manager import remind_member
from training.services.reminding.items import Item, items_due
from training.services.reminding.sending import remind_training

__all__ = ["Item", "items_due", "remind_member", "remind_training"]
