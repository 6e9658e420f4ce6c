"""Releasing a rule set: by a data protection officer who wrote nothing of it, from now on or later, never before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts import policy
from contacts.rulebook import notices
from contacts.rulebook.checking import differing, milder, replaced
from contacts.rulebook.models import SHIPPED, RuleSetVersion
from contacts.rulebook.selectors import rule_set_of_version
from contacts.rulebook.services.common import NotNow, fingerprint_of, lock_draft, lock_versions
from contacts.rulebook.services.drafting import ABOUT
from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from portal.people.numbers import spelt_number

if TYPE_CHECKING:
    from contacts.policy.golden import Differing

RELEASED = ("state", "reason", "effective_from", "laxer", "laxer_reason", "released_by", "released_at", "sha256")


@transaction.atomic
def release_rule_set(
    acting_user: User,
    *,
    version: RuleSetVersion,
    effective_from: datetime | None,
    reason: str,
    at: datetime,
    laxer_reason: str = "",
    seen: str | None = None,
) -> RuleSetVersion:
    """Put a draft in force from an instant on (None = now). `seen` is the fingerprint of what the officer has read
    (None: whatever there is).

    Raises ValidationError for whoever wrote in it, for a start in the past, without a reason, for what is milder than
    shipped (also the answer to a case that was replaced) without one of its own, while golden cases are answered
    another way than expected, and where the draft is not what was `seen` any more; NotNow where another version has
    been released since the draft was begun.
    """
    require_role(acting_user, Role.DPO)
    lock_versions()
    locked = lock_draft(version)
    start = effective_from or at
    rules = rule_set_of_version(locked)
    laxer, answered_for = policy.settings_from_json(locked.settings).laxer(), milder(locked)
    _demand_newest(locked)
    _demand_somebody_else(locked, acting_user)
    _demand_as_read(locked, seen)
    _demand_words(answered_for, start, reason, laxer_reason, at)
    _demand_cases(locked)
    locked.state, locked.reason, locked.effective_from = RuleSetVersion.State.RELEASED, reason.strip(), start
    locked.laxer, locked.laxer_reason = list(laxer), laxer_reason.strip() if answered_for else ""
    locked.released_by, locked.released_at, locked.sha256 = acting_user, at, rules.hash
    locked.save(update_fields=RELEASED)
    after = {"effective_from": start, "reason": locked.reason, "sha256": rules.hash, "laxer": list(laxer)}
    after |= {"replaced": [_told(one) for one in replaced(locked)]}
    record(acting_user, "rules.released", ABOUT, locked.number, at=at, after=after)
    notices.released(locked, at=at)
    if start <= at:
        tell_in_force(locked.number, at=at)
    return locked


def _told(one: Differing) -> str:
    return f"{one.case.id}: {one.case.outcome} -> {one.outcome}"


def _demand_newest(draft: RuleSetVersion) -> None:
    newest = RuleSetVersion.objects.released().order_by("-number").values_list("number", flat=True).first() or SHIPPED
    if draft.based_on != newest:
        words = {"number": newest, "based_on": draft.based_on}
        raise NotNow(
            _(
                "Rule set %(number)s has been released since this draft was begun, which follows rule set "
                "%(based_on)s and would undo that. Start a new draft."
            )
            % words
        )


def _demand_somebody_else(draft: RuleSetVersion, user: User) -> None:
    writers = User.objects.filter(pk__in=[*draft.writers, draft.drafted_by_id]).values_list("person_number", flat=True)
    if spelt_number(user.person_number) in {spelt_number(number) for number in writers}:
        raise ValidationError(
            _("You have written in this draft. Another data protection officer must read and release it.")
        )


def _demand_as_read(draft: RuleSetVersion, seen: str | None) -> None:
    if seen is not None and seen != fingerprint_of(draft):
        raise ValidationError(
            _("The draft was changed after you opened this page. Read what it says now; nothing was released.")
        )


def _demand_words(milder: list[str], start: datetime, reason: str, laxer_reason: str, at: datetime) -> None:
    """Everything that is missing at once, each by its field."""
    missing: dict[str, str] = {}
    if start < at:
        missing["effective_from"] = _("The start lies in the past. Choose one from now on.")
    if not reason.strip():
        missing["reason"] = _("Say why in a sentence: an authority will ask.")
    if milder and not laxer_reason.strip():
        sentence = _("This is milder than the shipped default: %(what)s. Say why the company may do so, or refuse it.")
        missing["laxer_reason"] = sentence % {"what": ", ".join(milder)}
    if missing:
        raise ValidationError(missing)


def _demand_cases(draft: RuleSetVersion) -> None:
    wrong = [one.case.id for one in differing(draft)]
    if wrong:
        raise ValidationError(
            _("Golden cases are answered another way than expected: %(cases)s. Change the draft, or the cases.")
            % {"cases": ", ".join(wrong)}
        )


def tell_in_force(number: int, *, at: datetime) -> None:
    """What rests on the rules is looked at again: once for each version, whoever notices first that it counts."""
    outbox.event("rules.in_force", {"number": number}, at=at, key=_key(number))


def _key(number: int) -> str:
    return f"rules:{number}:in_force"


def announce_in_force(*, at: datetime) -> int:
    """Tell the rooms of a version whose day has come; 1 if there was one to tell of, else 0.

    Only bookkeeping: every answer since its first instant was given under it.
    """
    number = RuleSetVersion.objects.in_force(at).values_list("number", flat=True).first()
    if number is None or OutboxMessage.objects.filter(key=_key(number)).exists():
        return 0
    with transaction.atomic():
        tell_in_force(number, at=at)
    return 1
