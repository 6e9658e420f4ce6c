"""What the erasure of a customer takes along in this room (Art. 17 GDPR): every word about the person. That it
happened, how high the risk was, and who was told stays (Art. 5(2), 17(3)(e) GDPR)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from contacts.incidents.models import Assessment, Decision, Entry, Incident, Order
from contacts.incidents.models.order import GONE

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.services import Job
    from portal.people.models import User

WORDS = (
    (Entry, ("text",)),
    (Assessment, ("reason", "nature", "people", "records", "consequences", "measures")),
    (Decision, ("reason", "exception", "reference", "delay_reason")),
)


def erase_incidents(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Called under the customer's lock, in the transaction of the erasure; the database lets the words go only with
    the person. An order shows its standard words then (`Order.shown_body`), which name no customer."""
    mine = Incident.objects.filter(customer=customer)
    mine.exclude(person_note="").update(description=GONE, person_note=GONE)
    mine.exclude(description=GONE).update(description=GONE)
    for model, names in WORDS:
        for name in names:
            model._default_manager.filter(incident__customer=customer).exclude(**{name: ""}).update(**{name: GONE})
    Order.objects.filter(incident__customer=customer).update(title=GONE, body=GONE)
