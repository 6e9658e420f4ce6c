"""Reading marked requests for a decision about several of them: in a fixed number of queries, however many they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacts.policy.promotion import find_promotion
from contacts.requests import freezing
from contacts.requests.models import ContactRequest, Review, Snapshot
from contacts.requests.promotion import fingerprint
from contacts.requests.reviewers import Desk, desks
from contacts.requests.routing.alike import Alone, Item, LeftOut, Part, Sorted, sort_alike
from contacts.requests.routing.fingerprint import sha256_of
from contacts.requests.routing.resolving import How

if TYPE_CHECKING:
    from portal.people.models import User

# Of what is asked these belong to the one customer; a hash of all the rest must be the same.
OWN = ("customer", "contact_point", "planned_at", "draft_text", "account", "private_account", "purpose")
MOST_MARKED = 200


@dataclass(frozen=True)
class Marked:
    """One request that was marked, with what its reviewers see frozen."""

    request: ContactRequest
    snapshot: Snapshot

    @property
    def shown(self) -> str:
        """What a page says about what it showed: a later text is not approved by it."""
        return f"{self.request.pk}:{self.snapshot.round}:{self.snapshot.sha256}"


@dataclass(frozen=True)
class Together:
    """What can be decided together, and why the rest cannot. `gone`: marked, and not (any more) for this person."""

    marked: dict[int, Marked]
    sorted: Sorted
    gone: tuple[int, ...]

    @property
    def rows(self) -> list[Marked]:
        return [self.marked[item.id] for item in self.sorted.together]

    @property
    def left_out(self) -> list[tuple[ContactRequest, LeftOut]]:
        return [(self.marked[one.item.id].request, one) for one in self.sorted.left_out]


def read_marked(user: User, keys: Collection[int], *, at: datetime) -> Together:
    """Sort the requests with these keys; those that do not wait for this person are only counted as gone."""
    wanted = list(dict.fromkeys(keys))[:MOST_MARKED]
    found = desks(at=at, requests=wanted)
    mine = {key: desk for key, desk in found.items() if desk.seat_of(user) is not None}
    related = ("requester", "customer", "contact_point", "account")
    requests = ContactRequest.objects.filter(pk__in=mine).select_related(*related).in_bulk()
    frozen = Snapshot.objects.filter(request__in=mine).order_by("request_id", "-round").distinct("request_id")
    snapshots = {one.request_id: one for one in frozen}
    marked = {key: Marked(requests[key], snapshots[key]) for key in wanted if key in requests and key in snapshots}
    items = [_item(one, mine[key], user) for key, one in marked.items()]
    return Together(marked, sort_alike(items), tuple(key for key in wanted if key not in marked))


def _item(marked: Marked, desk: Desk, user: User) -> Item:
    request, content = marked.request, marked.snapshot.content
    asked, facts, seat = content.get("asked", {}), content.get("facts", {}), desk.seat_of(user)
    return Item(
        id=request.pk,
        outcome=content.get("decision", {}).get("outcome", ""),
        parts=_parts(request, asked, content.get("decision", {})),
        unchanged=freezing.still_the_same(request, marked.snapshot),
        officer=seat is None or seat.officer or seat.how == How.ESCALATED,
        sensitive=request.special_category,
        minor=facts.get("minor") != "no",
        objection=facts.get("objection") != "none",
        danger=request.urgency != ContactRequest.Urgency.NORMAL,
        wording=bool(find_promotion(request.draft_text)),
    )


def _parts(request: ContactRequest, asked: dict[str, Any], decision: dict[str, Any]) -> tuple[tuple[Part, str], ...]:
    point = request.contact_point
    return (
        (Part.REASON, request.purpose),
        (Part.WAY, f"{point.channel}/{point.platform}"),
        (Part.ACCOUNT, f"{request.account_id}/{request.private_account}"),
        (Part.TEXT, fingerprint(request.draft_text)),
        (Part.STATEMENTS, sha256_of({name: value for name, value in asked.items() if name not in OWN})),
        (Part.RULES, sha256_of(decision)),
    )


def said_before(user: User, keys: Collection[int]) -> dict[tuple[int, int, str], Review]:
    """This person's verdicts about these requests, by request and what was read: a second press finds them. The same
    words handed in anew are another submission, with the same hash."""
    given = Review.objects.filter(reviewer=user, request__in=keys).select_related("request")
    return {(one.request_id, one.round, one.sha256): one for one in given}


__all__ = ["Alone", "Marked", "Together", "read_marked", "said_before"]
