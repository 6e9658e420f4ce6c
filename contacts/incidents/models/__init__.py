"""Incidents: what was reported, what was done and said about them, and the order that may follow."""

from contacts.incidents.models.incident import DataCategory, Incident, Kind
from contacts.incidents.models.ledger import Assessment, Decision, Entry
from contacts.incidents.models.order import Order

__all__ = ["Assessment", "DataCategory", "Decision", "Entry", "Incident", "Kind", "Order"]
