"""Retention's part of the table in test_audit_of_verbs: how each verb is called, and what the trail says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

from contacts.customers import forgetting
from portal.access.roles import Role
from portal.people import erasing
from portal.retention import holds, lengths, running, unmasking
from portal.retention.models import Hold, Unmasking
from tests.cast import person
from tests.retention.filling import put

MODULES = (erasing, forgetting, holds, lengths, running, unmasking)
Row = tuple[str, Callable, list[str]]


def held(s) -> Hold:
    found = (s.customer.pk, None, s.customer.number)
    return holds.place_hold(s.cast.dora, found=found, reason="Klage", review_on=date(2027, 1, 1), at=s.now)


def asked(s) -> Unmasking:
    values = {"scope": "log", "person": s.cast.anna, "reason": "Beschwerde", "hours": 2}
    return unmasking.ask_unmasking(s.cast.dora, at=s.now, **values)


def agreed(s) -> Unmasking:
    return unmasking.agree_unmasking(s.cast.rita, unmasking=asked(s), at=s.now)


def place(s):
    found = (s.customer.pk, None, s.customer.number)
    values = {"found": found, "reason": "Klage", "review_on": date(2027, 1, 1)}
    return partial(holds.place_hold, s.cast.dora, at=s.now, **values)


def keep(s):
    return partial(holds.keep_hold, s.cast.dora, hold=held(s), review_on=date(2027, 2, 1), at=s.now)


def ask_for_end(s):
    return partial(holds.ask_end, s.cast.dora, hold=held(s), reason="Verglichen.", at=s.now)


def end(s):
    waiting = holds.ask_end(s.cast.dora, hold=held(s), reason="Verglichen.", at=s.now)
    return partial(holds.end_hold, s.cast.adam, hold=waiting, at=s.now)


def set_period(s):
    values = {"rule": "training.read", "length": 2, "reason": "So viel reicht."}
    return partial(lengths.set_period, s.cast.dora, at=s.now, **values)


def let_go(s):
    put("consent_datawish", datetime(2015, 3, 1, tzinfo=UTC), customer_id=s.customer.pk, about="copy", message="Was?")
    return partial(running.run, at=s.now)


def ask(s):
    values = {"scope": "trail", "person": None, "reason": "Beschwerde", "hours": 2}
    return partial(unmasking.ask_unmasking, s.cast.dora, at=s.now, **values)


def agree(s):
    return partial(unmasking.agree_unmasking, s.cast.rita, unmasking=asked(s), at=s.now)


def refuse(s):
    return partial(unmasking.refuse_unmasking, s.cast.rita, unmasking=asked(s), at=s.now)


def end_early(s):
    return partial(unmasking.end_unmasking, s.cast.rita, unmasking=agreed(s), at=s.now + timedelta(minutes=5))


def look(s):
    return partial(unmasking.note_look, s.cast.dora, unmasking=agreed(s), at=s.now)


def forget_customer(s):
    return partial(forgetting.forget_customers, [s.customer.pk], at=s.now)


def forget_person(s):
    return partial(erasing.forget_people, [person("lothar", Role.EMPLOYEE, is_active=False).pk], at=s.now)


PLACE = "portal.retention"
TABLE: list[Row] = [
    ("contacts.customers.forgetting.forget_customers", forget_customer, ["customer.erased by the job retention.run"]),
    ("portal.people.erasing.forget_people", forget_person, ["person.erased by the job retention.run"]),
    (f"{PLACE}.holds.place_hold", place, ["hold.placed by dora"]),
    (f"{PLACE}.holds.keep_hold", keep, ["hold.kept by dora"]),
    (f"{PLACE}.holds.ask_end", ask_for_end, ["hold.end_asked by dora"]),
    (f"{PLACE}.holds.end_hold", end, ["hold.ended by adam"]),
    (f"{PLACE}.lengths.set_period", set_period, ["retention.period_set by dora"]),
    (f"{PLACE}.running.run", let_go, ["retention.deleted by the job retention.run"]),
    (f"{PLACE}.unmasking.ask_unmasking", ask, ["unmasking.asked by dora"]),
    (f"{PLACE}.unmasking.agree_unmasking", agree, ["unmasking.agreed by rita"]),
    (f"{PLACE}.unmasking.refuse_unmasking", refuse, ["unmasking.refused by rita"]),
    (f"{PLACE}.unmasking.end_unmasking", end_early, ["unmasking.ended by rita"]),
    (f"{PLACE}.unmasking.note_look", look, ["unmasking.looked by dora"]),
]
WITHOUT_WRITING = {
    f"{PLACE}.holds.refuses_erasure",
    f"{PLACE}.lengths.lengths",
}
# It goes batch by batch: one that fails is logged and is tried again by the next run.
FOR_MANY = (let_go,)
ABOUT_NO_CUSTOMER = {"retention_rule", "unmasking"}
