"""What the verbs of authors share: the lock on a draft, the audit entry, and noticing a second author."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from training.models import CourseVersion
from training.services.common import NotNow

if TYPE_CHECKING:
    from portal.people.models import User


def lock_draft(acting_user: User, version: CourseVersion) -> CourseVersion:
    """The draft, locked against a publication beside it. Raises PermissionDenied, and NotNow for what is no draft."""
    require_role(acting_user, Role.TRAINING_AUTHOR)
    rows = CourseVersion.objects.select_for_update(of=("self",)).select_related("course")
    locked = rows.filter(pk=version.pk).first()
    if locked is None or locked.state != CourseVersion.State.DRAFT:
        raise NotNow(_("This draft has been published or discarded meanwhile. Nothing was changed."))
    return locked


def note(acting_user: User, version: CourseVersion, what: str, *, at: datetime, **told: Any) -> None:
    """The one audit entry of a change in a draft; texts stay out of it, the version itself keeps them."""
    after = {"version": version.number, "what": what, **told}
    record(acting_user, "course.changed", "course", version.course.slug, at=at, after=after)


def fingerprint(values: Mapping[str, Any] | None) -> str:
    """A short word for what a form had shown, so that saving notices what somebody else changed meanwhile."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def demand_as_seen(values: Mapping[str, Any] | None, seen: str) -> None:
    """Raise NotNow when what is there is not what the form had shown. An empty `seen` asks nothing."""
    if seen and fingerprint(values) != seen:
        raise NotNow(
            _(
                "Somebody else has changed this since you opened it. Your words are still on this page: "
                "open it anew in a second window, compare, and save again there."
            )
        )
