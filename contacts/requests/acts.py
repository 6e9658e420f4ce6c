"""What can be done with a request now, and why something cannot: one list for the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.requests.rules import State, Verb, transition
from portal.access.roles import Role

if TYPE_CHECKING:
    from contacts.requests.models import ContactRequest
    from contacts.requests.reviewers import Desk
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Act:
    """A link, or a button where `posts`; with `why_not` neither, but the reason why it is missing."""

    label: str
    url: str = ""
    posts: bool = False
    why_not: str = ""


def acts_of(asked: ContactRequest, user: User, desk: Desk | None) -> list[Act]:
    """The acts of the person who reads: of who asked, and of who decides or could. No query."""
    if asked.requester_id == user.pk:
        return [_change(asked), _take_back(asked), _again(asked), _extend(asked)]
    return _of_reviewer(asked, user, desk)


def _change(asked: ContactRequest) -> Act:
    if asked.state == State.DRAFT:
        return Act(_("Change it"), reverse("check_edit", args=[asked.number]))
    return Act(_("Change it"), why_not=_("It was handed in. Take it back and ask again, or ask for changes to it."))


def _take_back(asked: ContactRequest) -> Act:
    if transition(Verb.CANCEL, asked.state) is not None:
        return Act(_("Cancel this request"), reverse("request_cancel", args=[asked.number]), posts=True)
    return Act(_("Cancel this request"), why_not=_("It has ended already."))


def _again(asked: ContactRequest) -> Act:
    return Act(_("Ask again with the same entries"), _question(asked))


def _extend(asked: ContactRequest) -> Act:
    """A permit is never made longer: what was decided was decided for its time (docs/requests.md)."""
    if asked.state == State.GRANTED:
        return Act(_("Ask for more time"), _question(asked))
    return Act(_("Ask for more time"), why_not=_("Only what was approved can go on."))


def _question(asked: ContactRequest) -> str:
    address = reverse("check_form", args=[asked.customer.number])
    return f"{address}?{urlencode({'again': asked.number})}"


def _of_reviewer(asked: ContactRequest, user: User, desk: Desk | None) -> list[Act]:
    if not user.has_role(Role.MANAGER, Role.DPO):
        return []
    decide, hand_on = _("Decide"), _("Hand on to somebody else")
    if desk is None:
        ended = _("It has come back for changes.") if asked.state == State.DRAFT else _("It is decided already.")
        return [Act(decide, why_not=ended)]
    seated = desk.seat_of(user) is not None
    may_hand_on = seated or (user.has_role(Role.DPO) and not desk.bars(user))
    acts = [Act(hand_on, reverse("request_reassign", args=[asked.number]))] if may_hand_on else []
    if seated:
        return [Act(decide, reverse("review", args=[asked.number])), *acts]
    barred = _("You asked, wrote the text, or stand in for somebody who did. Somebody else decides.")
    return [Act(decide, why_not=barred if desk.bars(user) else _("At the moment it waits for somebody else.")), *acts]
