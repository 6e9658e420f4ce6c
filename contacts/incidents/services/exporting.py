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


@transaction.atomic
def export(acting_user: User, *, incident: Incident, kind: str, write: Writer, at: datetime) -> bytes:
    """The document that `write` makes of the incident as it stands, with one entry in the trail for each export.

    `kind` names the format ("pdf", "json"). Raises NotNow before the assessment: it holds what a notification says.
    """
    locked, at = lock_incident(incident, at)
    demand_judge(acting_user, locked)
    story = story_of(locked)
    if story.assessment is None:
        raise NotNow(_("Assess %(number)s first: the assessment is what the authority is told.") % {"number": locked})
    content = write(story, at)
    note(acting_user, "exported", locked, at=at, format=kind, sha256=hashlib.sha256(content).hexdigest())
    return content
