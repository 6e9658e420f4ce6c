"""The export for the authority: what leaves the house is on record, with its fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.incidents.models import Incident
from contacts.incidents.selectors import Story, story_of
from contacts.incidents.services.common import NotNow, demand_judge, lock_incident, note

if TYPE_CHECKING:
    from portal.people.models import User

Writer = Callable[[Story, datetime], bytes]


def export(acting_user: User, *, incident: Incident, kind: str, write: Writer, at: datetime) -> bytes:
    """The document that `write` makes of the incident as it stands, with one entry in the trail for each export.

    `kind` names the format ("pdf", "json"). Raises NotNow before the assessment: it holds what a notification says.
    """
    story, at = _read(acting_user, incident, at)
    # Typesetting takes its time, and nobody else who works with this customer is to wait for it.
    content = write(story, at)
    _record(acting_user, incident, kind, content, at)
    return content


@transaction.atomic
def _read(acting_user: User, incident: Incident, at: datetime) -> tuple[Story, datetime]:
    locked, at = lock_incident(incident, at)
    demand_judge(acting_user, locked)
    story = story_of(locked)
    if story.assessment is None:
        raise NotNow(_("Assess %(number)s first: the assessment is what the authority is told.") % {"number": locked})
    return story, at


@transaction.atomic
def _record(acting_user: User, incident: Incident, kind: str, content: bytes, at: datetime) -> None:
    """Before the document is handed out: one that is not on record does not leave the house."""
    locked, at = lock_incident(incident, at)
    note(acting_user, "exported", locked, at=at, format=kind, sha256=hashlib.sha256(content).hexdigest())
