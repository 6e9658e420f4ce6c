"""Trails for tests: entries of several kinds, sealed, signed and anchored."""

from portal.audit.anchoring import anchor
from portal.audit.sealing import seal_and_sign
from portal.audit.services import Job, entry, record_all

JOB = Job("demo")


def write(now, customer, count, *, first=0):
    """Every fifth entry has private values of the customer, every seventh belongs to nobody and has one of its own."""
    record_all([_entry(now, customer, number) for number in range(first, first + count)])


def _entry(now, customer, number):
    if number % 5 == 0:
        told = {"before": {"last_name": f"A{number}"}, "after": {"last_name": f"B{number}", "robinson_listed": True}}
        return entry(JOB, "customer.changed", "customer", customer.number, at=now, customer_id=customer.pk, **told)
    if number % 7 == 0:
        return entry(JOB, "platform.reviewed", "platform", "linkedin", at=now, after={"reason": f"Wort {number}"})
    about = {"at": now, "customer_id": customer.pk}
    return entry(JOB, "permit.used", "permit", f"P-{number}", before={"state": "active"}, after={"use": 1}, **about)


def sealed(now, customer, count):
    write(now, customer, count)
    head = seal_and_sign(at=now)
    anchor(at=now)
    return head
