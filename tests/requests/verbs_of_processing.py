"""The record of processing in the table of test_audit_of_verbs: how each verb is called, and what the trail says."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from portal.desk.processing import services as verbs
from portal.desk.processing.reminding import remind_reviews

MODULES = (verbs,)
PARTS = {"recipients": "Rechenzentrum", "third_countries": "Keine", "measures": "Schulung"}
Row = tuple[str, Callable, list[str]]


def written(s) -> None:
    verbs.change_activity(s.cast.dora, activity="email", based_on=0, values=PARTS, at=s.now)


def added(s) -> None:
    verbs.add_activity(s.cast.dora, values={**PARTS, "name": "Videokamera"}, at=s.now)


def add(s):
    return partial(verbs.add_activity, s.cast.dora, values={**PARTS, "name": "Videokamera"}, at=s.now)


def change(s):
    return partial(verbs.change_activity, s.cast.dora, activity="email", based_on=0, values=PARTS, at=s.now)


def review(s):
    written(s)
    return partial(verbs.review_activity, s.cast.dora, activity="email", based_on=1, at=s.now)


def end(s):
    added(s)
    return partial(verbs.end_activity, s.cast.dora, activity="own-1", based_on=1, reason="Abgebaut", at=s.now)


def export(s):
    return partial(verbs.export_record, s.cast.dora, form="csv", language="en", at=s.now)


PLACE = "portal.desk.processing.services"
TABLE: list[Row] = [
    (f"{PLACE}.add_activity", add, ["processing.added by dora"]),
    (f"{PLACE}.change_activity", change, ["processing.changed by dora"]),
    (f"{PLACE}.review_activity", review, ["processing.reviewed by dora"]),
    (f"{PLACE}.end_activity", end, ["processing.ended by dora"]),
    (f"{PLACE}.export_record", export, ["processing.exported by dora"]),
]
ABOUT_NO_CUSTOMER = {"processing"}


def remind(s):
    written(s)
    return partial(remind_reviews, at=s.now + timedelta(days=365))
