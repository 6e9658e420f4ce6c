"""Questions about the register: the door, who decides about names, and what an erasure would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from contacts.requests.numbers import counted_key
from contacts.rights.models import DataRequest, NameRelease
from portal.access.roles import Role
from portal.people.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

RELATED = ("customer", "entered_by", "identified_by", "proposed_by", "closed_by")
#: Who may take the second look at the release of names (docs/decisions/0035).
SECOND = (Role.DPO, Role.ADMINISTRATOR)


def get_request(user: User, number: str) -> DataRequest:
    """The one door to a request by its number D-1042: 404 for strangers."""
    key = counted_key(number, "D-")
    if key is None:
        raise Http404
    return get_object_or_404(DataRequest.objects.visible_to(user).select_related(*RELATED), pk=key)


def officers() -> QuerySet[User]:
    return User.objects.with_role(Role.DPO).order_by("pk")


def get_release(user: User, pk: int) -> NameRelease:
    """The door for the second look: another officer or an administrator, while it is open. 404 for everybody else."""
    rows = NameRelease.objects.filter(agreed__isnull=True).select_related("request", "asked_by")
    found = get_object_or_404(rows, pk=pk)
    if not may_agree(user, found):
        raise Http404
    return found


def releases_for(user: User) -> list[NameRelease]:
    """What waits for this person's second look."""
    if not user.has_role(*SECOND):
        return []
    rows = NameRelease.objects.filter(agreed__isnull=True).select_related("request", "asked_by")
    return [one for one in rows if may_agree(user, one)]


def may_agree(user: User, release: NameRelease) -> bool:
    return user.has_role(*SECOND) and not user.is_same_person_as(release.asked_by)


def who_may_agree(release: NameRelease) -> QuerySet[User]:
    second = Q(roles__contains=[Role.DPO]) | Q(roles__contains=[Role.ADMINISTRATOR])
    return User.objects.filter(second, is_active=True).apart_from(release.asked_by).order_by("pk")


def names_released(request: DataRequest) -> bool:
    """Whether two have agreed that this answer names who acted outside the rules."""
    return request.releases.filter(agreed=True).exists()
