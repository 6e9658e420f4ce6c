"""Questions about requests and permits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.rules import State, check_digit

if TYPE_CHECKING:
    from portal.people.models import User

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
    queryset = Permit.objects.visible_to(user).select_related("holder", "customer", "account", "after_review", *related)
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


def tab(user: User, name: str):
    """Own requests: `open`, `granted` or `ended`."""
    own = ContactRequest.objects.filter(requester=user)
    states = {
        "open": Q(state__in=[State.DRAFT, State.WITH_MANAGER, State.WITH_DPO]),
        "granted": Q(state=State.GRANTED),
        "ended": Q(state__in=[State.REFUSED, State.CANCELLED, State.LAPSED]),
    }
    return own.filter(states[name])
