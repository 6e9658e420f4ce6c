"""Starting an attempt: drawn by chance, frozen as it was drawn."""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Func, JSONField, Max, Value
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from contacts.rulebook.selectors import rule_set_in_force
from portal.people.models import User
from training.models import Attempt, CourseVersion, Question, TimeExtension
from training.questions import Case, draw, from_json, right_answer
from training.rules import Past, Refusal, Terms, deadline, refusal_to_start
from training.selectors.courses import may_take_refresher
from training.services.common import NotNow
from training.services.quiz.common import version_now
from training.services.quiz.grading import submit

if TYPE_CHECKING:
    from django.db.models import QuerySet


@transaction.atomic
def start(acting_user: User, *, version: CourseVersion, refresher: bool, at: datetime) -> Attempt:
    """Begin an attempt, or go on with the one that is open: a second press changes nothing.

    Raises NotNow with a whole sentence: the course is no longer offered, attempts or waiting time say no, or the
    refresher is not open to this person.
    """
    User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)  # one start of a person after the other
    going_on = _open(acting_user, version, refresher, at)
    if going_on is not None:
        return going_on
    version = version_now(version)
    _demand_offered(version)
    if refresher and not may_take_refresher(acting_user, version, today=localdate(at)):
        raise NotNow(_("The refresher is for people whose certificate is valid or ended lately. Take the course."))
    refused = refusal(acting_user, version=version, at=at)
    if refused:
        raise NotNow(refused)
    return _begin(acting_user, version, refresher, at)


def _open(user: User, version: CourseVersion, refresher: bool, at: datetime) -> Attempt | None:
    """The attempt that runs on this way, the whole course or the refresher; one whose time is over is graded now."""
    found = Attempt.objects.open().filter(person=user, version=version, refresher=refresher).first()
    if found is not None and found.is_over(at):
        submit(user, attempt=found, at=at)
        return None
    return found


def _demand_offered(version: CourseVersion) -> None:
    if version.state != CourseVersion.State.PUBLISHED or version.course.retired_at is not None:
        raise NotNow(_("This course has changed meanwhile. Open it again from your training page."))


def refusal(user: User, *, version: CourseVersion, at: datetime) -> str:
    """Why no attempt may begin now, as a sentence; empty when it may."""
    rows = Attempt.objects.filter(person=user, version=version, submitted_at__isnull=False)
    past = [Past(ended, bool(passed)) for ended, passed in rows.values_list("submitted_at", "passed") if ended]
    found = refusal_to_start(terms_of(version), past, at)
    if found is None:
        return ""
    why, since = found
    words = {"moment": date_format(localtime(since), "SHORT_DATETIME_FORMAT"), "count": version.attempts_allowed}
    if why == Refusal.WAIT:
        return _("After an attempt that did not suffice there is a pause. You may try again from %(moment)s.") % words
    return _("You have used your %(count)s attempts. The next one is open to you from %(moment)s.") % words


def terms_of(version: CourseVersion) -> Terms:
    return Terms(version.attempts_allowed, version.waiting_hours, version.time_limit_minutes)


def _begin(user: User, version: CourseVersion, refresher: bool, at: datetime) -> Attempt:
    seed = secrets.randbelow(2**62)
    mine = Attempt.objects.filter(person=user, version__course=version.course)
    keys = draw(_bank(version), version.refresher_draw if refresher else version.draw, _seen(mine), seed)
    bodies = dict(Question.objects.filter(version=version, key__in=keys).values_list("key", "body"))
    last = mine.filter(version=version).aggregate(last=Max("ordinal"))["last"]
    rules = rule_set_in_force(at)
    return Attempt.objects.create(
        person=user,
        version=version,
        refresher=refresher,
        ordinal=(last or 0) + 1,
        seed=seed,
        questions=[bodies[key] for key in keys],
        verdicts={key: right_answer(from_json(bodies[key]), rules) for key in keys if bodies[key]["kind"] == Case.kind},
        started_at=at,
        deadline_at=deadline(at, terms_of(version), more_percent=_more_time(user)),
    )


def _bank(version: CourseVersion) -> dict[str, list[str]]:
    bank: dict[str, list[str]] = defaultdict(list)
    for category, key in version.questions.values_list("category", "key"):
        bank[category].append(key)
    return bank


def _seen(attempts: QuerySet[Attempt]) -> set[str]:
    """The keys of all questions that earlier attempts asked; only the keys leave the database."""
    keys = Func("questions", Value("$[*].key"), function="jsonb_path_query_array", output_field=JSONField())
    return {key for asked in attempts.order_by().values_list(keys, flat=True) for key in asked}


def _more_time(user: User) -> int:
    latest = TimeExtension.objects.filter(person=user).order_by("-pk").values_list("percent", flat=True).first()
    return latest or 0
