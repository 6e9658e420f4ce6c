"""Preparing the next rule set: a draft that decides nothing until somebody else releases it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts import policy
from contacts.policy.golden import cases_from
from contacts.rulebook.checking import RULES, differing
from contacts.rulebook.models import SHIPPED, WRITERS, RuleSetVersion
from contacts.rulebook.services.common import demand_seen, lock_draft, lock_versions
from contacts.rulebook.words import fault_sentences
from portal.access.roles import require_role
from portal.audit.services import record

if TYPE_CHECKING:
    from portal.people.models import User

ABOUT = "rule_set"


@transaction.atomic
def draft_rule_set(acting_user: User, *, at: datetime) -> RuleSetVersion:
    """Begin the next version as a copy of the newest released one, with its golden cases.

    There may be several drafts; of those that follow the same version only one can be released.
    """
    require_role(acting_user, *WRITERS)
    lock_versions()
    source = RuleSetVersion.objects.released().order_by("-number").first()
    newest = RuleSetVersion.objects.order_by("-number").values_list("number", flat=True).first()
    settings = source.settings if source is not None else policy.settings_to_json(policy.Settings())
    draft = RuleSetVersion.objects.create(
        number=(newest or SHIPPED) + 1,
        based_on=source.number if source is not None else SHIPPED,
        settings=settings,
        cases=source.cases if source is not None else [],
        laxer=list(policy.settings_from_json(settings).laxer()),
        drafted_by=acting_user,
        drafted_at=at,
        writers=[acting_user.pk],
    )
    record(acting_user, "rules.drafted", ABOUT, draft.number, at=at, after={"based_on": draft.based_on})
    return draft


@transaction.atomic
def save_rule_set(
    acting_user: User, *, version: RuleSetVersion, settings: object, at: datetime, seen: str | None = None
) -> RuleSetVersion:
    """Change what a draft says. `settings` are plain JSON values. Raises ValidationError with every fault in them, and
    where it is not the draft that was `seen` any more."""
    require_role(acting_user, *WRITERS)
    locked = lock_draft(version)
    demand_seen(locked, "settings", seen)
    try:
        after = policy.settings_from_json(settings)
    except policy.SettingsError as refusal:
        raise ValidationError(fault_sentences(refusal)) from refusal
    before = policy.settings_from_json(locked.settings)
    changes = policy.differences(before, after)
    if not changes:
        return locked
    locked.settings = policy.settings_to_json(after)
    locked.laxer = list(after.laxer())
    _save(acting_user, locked, "settings", "laxer")
    was = {"settings": [_told(change.name, change.before) for change in changes]}
    becomes = {"settings": [_told(change.name, change.after) for change in changes]}
    record(acting_user, "rules.changed", ABOUT, locked.number, at=at, before=was, after=becomes)
    return locked


def _told(name: str, value: Any) -> str:
    return f"{name}: {json.dumps(value)}" if value is not None else f"{name}: -"


@transaction.atomic
def save_cases(
    acting_user: User, *, version: RuleSetVersion, document: str, at: datetime, seen: str | None = None
) -> RuleSetVersion:
    """Take over the company's golden cases for a draft, in place of all that it had. Raises ValidationError, also where
    these are not the cases that were `seen` any more."""
    require_role(acting_user, *WRITERS)
    locked = lock_draft(version)
    demand_seen(locked, "cases", seen)
    try:
        cases = [case.to_json() for case in cases_from(document, known=RULES)]
    except policy.InputError as refusal:
        raise ValidationError(str(refusal)) from refusal
    return _keep_cases(acting_user, locked, cases, at)


@transaction.atomic
def expect_answer(acting_user: User, *, version: RuleSetVersion, case: str, at: datetime) -> RuleSetVersion:
    """Say that a golden case is meant to be answered as this draft answers it. Raises ValidationError for a case that
    is not there, or does not differ."""
    require_role(acting_user, *WRITERS)
    locked = lock_draft(version)
    found = next((one for one in differing(locked) if one.case.id == case), None)
    if found is None:
        raise ValidationError(_("This case is answered as expected. Nothing was changed."))
    kept = [one for one in locked.cases if one["id"] != case]
    return _keep_cases(acting_user, locked, [*kept, found.as_answered().to_json()], at)


def _keep_cases(acting_user: User, draft: RuleSetVersion, cases: list[dict[str, Any]], at: datetime) -> RuleSetVersion:
    if cases == draft.cases:
        return draft
    before, draft.cases = {one["id"] for one in draft.cases}, cases
    _save(acting_user, draft, "cases")
    after = {"cases": len(cases), "added": sorted({one["id"] for one in cases} - before)}
    record(acting_user, "rules.cases_saved", ABOUT, draft.number, at=at, before={"cases": len(before)}, after=after)
    return draft


def _save(acting_user: User, draft: RuleSetVersion, *changed: str) -> None:
    draft.writers = sorted({*draft.writers, acting_user.pk})
    draft.save(update_fields=[*changed, "writers"])


@transaction.atomic
def discard_rule_set(acting_user: User, *, version: RuleSetVersion, at: datetime) -> RuleSetVersion:
    """Throw a draft away; its number is not used again."""
    require_role(acting_user, *WRITERS)
    locked = lock_draft(version)
    locked.state = RuleSetVersion.State.DISCARDED
    locked.save(update_fields=["state"])
    states = RuleSetVersion.State
    was, becomes = {"state": states.DRAFT}, {"state": states.DISCARDED}
    record(acting_user, "rules.discarded", ABOUT, locked.number, at=at, before=was, after=becomes)
    return locked
