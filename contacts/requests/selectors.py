"""Questions about requests and permits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.rules import State, check_digit
from portal.access.roles import Role
from portal.people.models import User

if TYPE_CHECKING:
    from collections.abc import Sequence

RELATED = ("requester__manager", "requester__department", "customer", "contact_point", "account")


def get_request(user: User, number: str) -> ContactRequest:
    """The one door to a request by its number R-1042: 404 for strangers."""
    digits = number.upper().removeprefix("R-")
    if not _is_whole(digits):
        raise Http404
    queryset = ContactRequest.objects.visible_to(user).select_related(*RELATED)
    return get_object_or_404(queryset, pk=int(digits) - 1000)


def get_permit(user: User, number: str) -> Permit:
    """The one door to a permit by its number P-100042-7; a wrong check digit is 404 too."""
    parts = number.upper().removeprefix("P-").split("-")
    if len(parts) != 2 or not all(_is_whole(part) for part in parts):
        raise Http404
    if str(check_digit(int(parts[0]))) != parts[1]:
        raise Http404
    related = [f"request__{name}" for name in RELATED]
    queryset = Permit.objects.visible_to(user).select_related("holder", "customer", "account", *related)
    return get_object_or_404(queryset, pk=int(parts[0]) - 100000)


def _is_whole(text: str) -> bool:
    """Digits that `int` can read: “²” is a digit too."""
    return text.isascii() and text.isdigit() and len(text) < 15


def contacts_with(customer_id: int) -> list[tuple[datetime, str, str, str]]:
    """Every contact made with a customer under a permit: (at, channel, platform, purpose). For the customer's own
    page, so nobody's name is in it."""
    uses = PermitUse.objects.filter(permit__customer_id=customer_id)
    point = "permit__contact_point"
    return list(uses.values_list("at", f"{point}__channel", f"{point}__platform", "permit__purpose"))


@dataclass(frozen=True, slots=True)
class WayThrough:
    """Who decides about a request: the manager, if there is one who can; then, or instead, one of the officers."""

    manager: User | None
    officers: tuple[User, ...]

    @property
    def people(self) -> tuple[User, ...]:
        return (self.manager, *self.officers) if self.manager else self.officers


def way_through(requester: User, outcome: str) -> WayThrough | None:
    """Who will decide if this person hands in a request with this answer; None where nobody could.

    Nobody decides about a request of the same person, and manager and officer are two people.
    """
    manager = able_manager(requester)
    officers = tuple(User.objects.with_role(Role.DPO).apart_from(requester).order_by("pk"))
    if manager is not None:
        if outcome != "needs_dpo_approval":
            return WayThrough(manager, ())
        officers = tuple(officer for officer in officers if not officer.is_same_person_as(manager))
    return WayThrough(manager, officers) if officers else None


def able_manager(requester: User) -> User | None:
    """The manager, if active, still in that role and not the same person by a second account."""
    managers = User.objects.with_role(Role.MANAGER).apart_from(requester)
    return managers.filter(pk=requester.manager_id).first()


def reviewers_of(request: ContactRequest) -> Sequence[User]:
    """Who may decide about a waiting request now (as `ContactRequest.objects.to_review_by`)."""
    if request.state not in (State.WITH_MANAGER, State.WITH_DPO):
        return []
    manager = able_manager(request.requester) if request.state == State.WITH_MANAGER else None
    if manager is not None:
        return [manager]
    officers = User.objects.with_role(Role.DPO).apart_from(request.requester)
    first = request.reviews.filter(round=request.round, stage="manager", verdict="approved").select_related("reviewer")
    for review in first:
        officers = officers.apart_from(review.reviewer)
    return list(officers.order_by("pk"))


def tab(user: User, name: str):
    """Own requests: `open`, `granted` or `ended`."""
    own = ContactRequest.objects.filter(requester=user)
    states = {
        "open": Q(state__in=[State.DRAFT, State.WITH_MANAGER, State.WITH_DPO]),
        "granted": Q(state=State.GRANTED),
        "ended": Q(state__in=[State.REFUSED, State.CANCELLED, State.LAPSED]),
    }
    return own.filter(states[name])
