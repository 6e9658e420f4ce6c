"""What the data protection officer does to the record. Each act is a new version; none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.database import lock_name
from portal.desk.processing import files, rules
from portal.desk.processing.models import ActivityVersion
from portal.desk.processing.selectors import (
    PART_WORDS,
    Activity,
    activity_at,
    drawn_in_all_languages,
    record_at,
)

if TYPE_CHECKING:
    from portal.people.models import User

Kind = ActivityVersion.Kind


class Stale(ValidationError):
    """Somebody else was faster than the page that was shown: both versions are shown, and nothing is overwritten."""


@transaction.atomic
def add_activity(acting_user: User, *, values: Mapping[str, str], at: datetime) -> ActivityVersion:
    """An activity that the portal does not describe. What is not known yet may stay empty; the record names it.

    Raises ValidationError without a name, and for a name that another activity has.
    """
    require_role(acting_user, Role.DPO)
    lock_name("processing.own")
    name = _name(values)
    own = ActivityVersion.objects.filter(activity__startswith=rules.OWN)
    if name.casefold() in {row.name.casefold() for row in own.newest() if not row.is_ended}:
        raise ValidationError({"name": _("Another activity has this name. Choose one that tells them apart.")})
    key = rules.own_key(own.values("activity").distinct().count() + 1)
    return _write(acting_user, Activity(key, None), Kind.WRITTEN, "added", {**_parts(key, values), "name": name}, at)


@transaction.atomic
def change_activity(
    acting_user: User, *, activity: str, based_on: int, values: Mapping[str, str], at: datetime
) -> ActivityVersion:
    """What people say about an activity from now on. `based_on` is the number of the version that they had before
    them, 0 for none.

    Raises Stale where somebody else was faster, ValidationError where the activity has ended or nothing is changed.
    """
    found = _taken(acting_user, activity, based_on, at)
    wanted = _parts(activity, values)
    if found.is_own:
        wanted["name"] = _name(values)
    before = {**found.said, "name": found.name} if found.newest is not None else {}
    if all(before.get(part, "") == text for part, text in wanted.items()):
        raise ValidationError(
            _("Nothing was changed. If everything is still right, choose “Looked at, nothing to change” instead.")
        )
    return _write(acting_user, found, Kind.WRITTEN, "changed", wanted, at)


@transaction.atomic
def review_activity(acting_user: User, *, activity: str, based_on: int, at: datetime) -> ActivityVersion:
    """Looked at, nothing to change: a version with the same words and today's date.

    Raises ValidationError where something is missing, and as `change_activity`.
    """
    found = _taken(acting_user, activity, based_on, at)
    if found.missing:
        missing = ", ".join(str(PART_WORDS[part]) for part in found.missing)
        raise ValidationError(
            _("Something is still missing: %(parts)s. Fill it in first; what does not happen is said in a word.")
            % {"parts": missing}
        )
    return _write(acting_user, found, Kind.REVIEWED, "reviewed", _same(found), at)


@transaction.atomic
def end_activity(acting_user: User, *, activity: str, based_on: int, reason: str, at: datetime) -> ActivityVersion:
    """The company does this no more. The activity stays in the record with its versions.

    Raises ValidationError for what the portal describes, without a reason, and as `change_activity`.
    """
    found = _taken(acting_user, activity, based_on, at)
    if not found.is_own:
        raise ValidationError(_("The portal describes this activity. It leaves the record when it is no longer done."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it has ended, and since when: an authority asks for it.")})
    return _write(acting_user, found, Kind.ENDED, "ended", {**_same(found), "reason": reason.strip()}, at)


@transaction.atomic
def export_record(acting_user: User, *, form: str, language: str, at: datetime) -> bytes:
    """The whole record as a file for the supervisory authority (Art. 30(4) GDPR), in the language that is active,
    which `language` names. The trail tells who took it. Raises KeyError for a form that there is not."""
    require_role(acting_user, Role.DPO)
    activities = record_at(acting_user, at)
    made = files.FORMS[form](activities, language, at)
    told = {"format": form, "language": language, "rows": len(activities)}
    record(acting_user, "processing.exported", "processing", "-", at=at, after=told)
    return made


def _taken(acting_user: User, activity: str, based_on: int, at: datetime) -> Activity:
    """The activity under its lock, as it is now, for whoever saw it so."""
    require_role(acting_user, Role.DPO)
    lock_name(f"processing:{activity}")
    found = activity_at(acting_user, activity, at)
    if found.is_ended:
        raise ValidationError(_("This activity has ended. Add a new one if the company does it again."))
    if found.number != based_on:
        raise Stale(_("Somebody else has changed this activity meanwhile. Nothing was overwritten."))
    return found


def _name(values: Mapping[str, str]) -> str:
    name = " ".join(values.get("name", "").split())
    if not name:
        raise ValidationError({"name": _("Give the activity a name by which the company knows it.")})
    return name


def _parts(activity: str, values: Mapping[str, str]) -> dict[str, str]:
    """What a person may write of this activity; a part that is drawn is not among it, whatever was sent."""
    return {part: values.get(part, "").strip().replace("\r\n", "\n") for part in rules.written_by_hand(activity)}


def _same(found: Activity) -> dict[str, str]:
    return {**found.said, "name": found.newest.name} if found.newest is not None else {}


def _write(
    acting_user: User, found: Activity, kind: str, verb: str, values: Mapping[str, str], at: datetime
) -> ActivityVersion:
    drawn = drawn_in_all_languages(found.key, found.declared) if found.declared is not None else {}
    made = ActivityVersion.objects.create(
        activity=found.key, number=found.number + 1, kind=kind, made_by=acting_user, made_at=at, drawn=drawn, **values
    )
    before = {**found.said, "name": found.newest.name} if found.newest is not None else {}
    changed = [part for part, text in values.items() if before.get(part, "") != text]
    told = {"version": made.number, "changed": changed}
    record(acting_user, f"processing.{verb}", "processing", found.key, at=at, after=told)
    return made
