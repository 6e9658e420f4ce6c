"""Questions about requests and permits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.numbers import WrongDigits, permit_key, request_key
from contacts.requests.rules import PermitState, State
from portal.access.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from contacts.customers.models import ContactPoint, Customer
    from portal.people.models import User

#: So long before the end of a permit its holder is told on the start page.
ENDING_WITHIN = timedelta(days=30)
RELATED = ("requester__manager", "requester__department", "customer", "contact_point", "account")


def get_request(user: User, number: str) -> ContactRequest:
    """The one door to a request by its number R-1042: 404 for strangers."""
    key = request_key(number)
    if key is None:
        raise Http404
    queryset = ContactRequest.objects.visible_to(user, among=[key]).select_related(*RELATED)
    return get_object_or_404(queryset, pk=key)


class WrongNumber(Http404):
    """What was typed cannot be a permit number: its digits contradict each other. Says nothing about any permit."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed


def get_permit(user: User, number: str) -> Permit:
    """The one door to a permit by its number P-100042-90: 404 for strangers; WrongNumber, which is a 404 too, where a
    digit is wrong."""
    key = permit_key(number)
    if isinstance(key, WrongDigits):
        raise WrongNumber(key.typed)
    if key is None:
        raise Http404
    related = [f"request__{name}" for name in RELATED]
    queryset = Permit.objects.visible_to(user).select_related("holder", "customer", "account", "after_review", *related)
    return get_object_or_404(queryset, pk=key)


def may_revoke(user: User, permit: Permit) -> bool:
    """Whether this person may end the permit by hand: the holder's manager, or a data protection officer."""
    return user.has_role(Role.DPO) or (user.has_role(Role.MANAGER) and permit.holder.manager_id == user.pk)


def own_permits(user: User) -> QuerySet[Permit]:
    """Newest first, each with how often it has been used (`uses_made`)."""
    mine = Permit.objects.filter(holder=user).select_related("customer", "contact_point")
    return mine.annotate(uses_made=Count("uses"))


def ending_permits(user: User, *, at: datetime, until: datetime | None = None) -> QuerySet[Permit]:
    """Own permits that can still be used and end by an instant; within ENDING_WITHIN where none is named."""
    end = until or at + ENDING_WITHIN
    return Permit.objects.filter(holder=user, state=PermitState.ACTIVE, valid_until__gt=at, valid_until__lte=end)


def open_permits(people: Collection[int], *, at: datetime) -> dict[int, int]:
    """How many permits each of them can use at this instant; nobody without one. One query."""
    usable = Permit.objects.filter(holder__in=people, state=PermitState.ACTIVE, valid_until__gt=at).order_by()
    return dict(usable.values_list("holder").annotate(Count("pk")))


#: What the list of permits can show.
SHOWN = ("all", "valid", "ending")


def shown_permits(user: User, which: str, *, at: datetime) -> QuerySet[Permit]:
    """Own permits: all, those that can be used, or those that end soon."""
    rows = own_permits(user)
    if which == "ending":
        return rows.filter(pk__in=ending_permits(user, at=at).order_by().values("pk"))
    return rows.filter(state=PermitState.ACTIVE, valid_until__gt=at) if which == "valid" else rows


def contacts_with(customer_id: int) -> list[tuple[datetime, str, str, str]]:
    """Every contact made with a customer under a permit: (at, channel, platform, purpose). For the customer's own
    page, so nobody's name is in it."""
    uses = PermitUse.objects.filter(permit__customer_id=customer_id)
    point = "permit__contact_point"
    return list(uses.values_list("at", f"{point}__channel", f"{point}__platform", "permit__purpose"))


@dataclass(frozen=True, slots=True)
class ContactToday:
    """A contact made with a customer on the customer's present day: that it was, not what was said."""

    at: datetime
    who: User
    department: str
    point: ContactPoint
    mine: bool


def contacts_today(user: User, customer: Customer, *, at: datetime) -> list[ContactToday]:
    """Who has contacted this customer since midnight there, over whatever way and in whatever department; the latest
    first, the reader's own among them. One query."""
    zone = ZoneInfo(customer.timezone)
    midnight = datetime.combine(at.astimezone(zone).date(), time(), tzinfo=zone)
    uses = PermitUse.objects.filter(permit__customer=customer, at__gte=midnight).order_by("-at", "-pk")
    return [
        ContactToday(
            use.at, use.used_by, str(use.used_by.department or ""), use.permit.contact_point, use.used_by == user
        )
        for use in uses.select_related("used_by__department", "permit__contact_point")
    ]


def use_to_log(permit: Permit) -> PermitUse | None:
    """The use whose outcome nobody has written down: before that there is no next one."""
    return permit.uses.filter(contact__isnull=True).order_by("use_number").first()


#: The tabs of the own requests: what is still open, what somebody or a rule has decided, what ended without that.
TABS: dict[str, tuple[State, ...]] = {
    "open": (State.DRAFT, State.WITH_MANAGER, State.WITH_DPO),
    "decided": (State.GRANTED, State.REFUSED),
    "ended": (State.CANCELLED, State.LAPSED),
}


def tab(user: User, name: str) -> QuerySet[ContactRequest]:
    """Own requests of one of TABS."""
    return ContactRequest.objects.filter(requester=user, state__in=TABS[name])


def tab_counts(user: User) -> dict[str, int]:
    """How many own requests each tab holds. One query."""
    own = ContactRequest.objects.filter(requester=user).order_by()
    counts = {name: Count("pk", filter=Q(state__in=states)) for name, states in TABS.items()}
    return own.aggregate(**counts)
