"""What every verb about rule sets begins with."""

from __future__ import annotations

import hashlib
import json

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from contacts.rulebook.models import RuleSetVersion
from portal.database import lock_name


class NotNow(ValidationError):
    """The act was possible when the page was shown and no longer is: a friendly word, not a fault."""


#: What can be changed about a draft.
CHANGED = ("settings", "cases")


def fingerprint_of(version: RuleSetVersion, *names: str) -> str:
    """Of some of CHANGED (none named: of all): by it a verb knows what somebody has read on their page."""
    said = json.dumps([getattr(version, name) for name in names or CHANGED], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def demand_seen(version: RuleSetVersion, name: str, seen: str | None) -> None:
    """Raises ValidationError where a colleague has changed it since it was `seen` (None: whatever there is)."""
    if seen is not None and seen != fingerprint_of(version, name):
        raise ValidationError(
            {
                NON_FIELD_ERRORS: _(
                    "This draft was changed after you opened this page. Nothing was saved: look at what it says now, "
                    "and save again if yours is to count."
                )
            }
        )


def lock_versions() -> None:
    """Whoever begins or releases a version waits for everybody else who does."""
    lock_name("rulebook.versions")


def lock_draft(version: RuleSetVersion) -> RuleSetVersion:
    """The draft under its lock; NotNow when it is none any more."""
    locked = RuleSetVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not locked.is_draft:
        raise NotNow(_("This rule set is no draft any more. Start a new one; nothing was changed."))
    return locked
