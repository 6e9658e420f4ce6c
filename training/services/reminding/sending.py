"""Telling people and their managers, once each, whatever crashes in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from portal.people.models import User
from portal.rows import one_by_one
from training import notices
from training.models import Reminded
from training.services.reminding.items import Item, items_due


def remind_training(*, at: datetime) -> int:
    """Put the reminders that are due into the outbox; returns how many mails.

    30, 14, 7 and 1 days before the day, then once a week: one mail a person that names everything which is due, when
    a step of any of it has been reached. A manager hears once of what is overdue. Each step has a key that exists
    once for ever, and each receiver a transaction: a killed run loses nothing and repeats
    nothing, and a failure keeps nobody else waiting.
    """
    today = timezone.localdate(at)
    items = items_due(today)
    steps = {key: item for item in items if (key := item.step_key(today))}
    teams = {key: item for item in items if (key := item.team_key(today))}
    told = _told([*steps, *teams])
    of_person: dict[User, list[Item]] = defaultdict(list)
    for item in items:
        of_person[item.person].append(item)
    reached = dict.fromkeys(item.person for key, item in steps.items() if key not in told)
    mails = one_by_one(reached, lambda person: _tell(person, of_person[person], today, at))
    of_manager: dict[User, dict[str, Item]] = defaultdict(dict)
    for key, item in teams.items():
        if key not in told and item.person.manager is not None:
            of_manager[item.person.manager][key] = item
    return mails + one_by_one(of_manager.items(), lambda of: _tell_manager(*of, at))


def _told(keys: Iterable[str]) -> set[str]:
    return set(Reminded.objects.filter(key__in=list(keys)).values_list("key", flat=True))


@transaction.atomic
def _tell(person: User, items: list[Item], today: date, at: datetime) -> int:
    """The person's row is the lock: of two runs side by side the second finds the keys."""
    keys = _remember(person, [key for item in items if (key := item.step_key(today))], at)
    if not keys:
        return 0
    overdue = items[0].day < today
    (notices.overdue if overdue else notices.due)(person, items, keys, today=today, at=at)
    return 1


@transaction.atomic
def _tell_manager(manager: User, items: dict[str, Item], at: datetime) -> int:
    keys = _remember(manager, list(items), at)
    if not keys:
        return 0
    notices.team_overdue(manager, [items[key] for key in items if key in keys], keys, at=at)
    return 1


def _remember(person: User, keys: list[str], at: datetime) -> list[str]:
    """Write down the keys that are new and return them."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    told = _told(keys)
    new = [key for key in dict.fromkeys(keys) if key not in told]
    Reminded.objects.bulk_create(Reminded(key=key, person=person, at=at) for key in new)
    return new
