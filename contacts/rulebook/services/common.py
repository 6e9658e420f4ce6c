"""What every verb about rule sets begins with."""

from __future__ import annotations

import hashlib
import json

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contacts.rulebook.models import RuleSetVersion
from portal.database import lock_name


class NotNow(ValidationError):
    """The act was possible when the page was shown and no longer is: a friendly word, not a fault."""


def fingerprint_of(version: RuleSetVersion) -> str:
    """Of everything that can be changed about a draft: what somebody has read, and nothing else, is released."""
    said = json.dumps([version.settings, version.cases], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def lock_versions() -> None:
    """Whoever begins or releases a version waits for everybody else who does."""
    lock_name("rulebook.versions")


def lock_draft(version: RuleSetVersion) -> RuleSetVersion:
    """The draft under its lock; NotNow when it is none any more."""
    locked = RuleSetVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not locked.is_draft:
        raise NotNow(_("This rule set is no draft any more. Start a new one; nothing was changed."))
    return locked
