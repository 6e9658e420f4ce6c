"""What a link to a way says, and what the form of a question then holds: nothing is changed before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from contacts.policy.promotion import without_promotion
from contacts.requests.context import Context
from contacts.requests.rules import State
from contacts.requests.ways.steps import TAKEABLE, WAIT, opens_at

if TYPE_CHECKING:
    from contacts.requests.models import ContactRequest
    from contacts.requests.ways.searching import Way


def query_of(way: Way) -> str:
    """The way as the query string of a form: `change=remove_promotion&contact_point=7&account_choice=company`."""
    named: list[tuple[str, Any]] = [("change", key) for key in way.keys if key in TAKEABLE or key == WAIT]
    if way.moves:
        named += [("contact_point", way.point.pk), ("account_choice", "company")]
    return urlencode(named)


def form_of(way: Way, asked: ContactRequest) -> str:
    """The address of the form: of the draft itself, or of a new question once it was refused."""
    query = query_of(way)
    if asked.state == State.DRAFT:
        return f"{reverse('check_edit', args=[asked.number])}{'?' if query else ''}{query}"
    again = urlencode({"again": asked.number})
    return f"{reverse('check_form', args=[asked.customer.number])}?{again}{'&' if query else ''}{query}"


def changed_fields(context: Context, earlier: ContactRequest | None, keys: Iterable[str]) -> dict[str, Any]:
    """What the form holds differently from the earlier question; keys that there are not change nothing.

    Who takes the advertising out of a text gets it without the sentences in which it was found.
    """
    fields: dict[str, Any] = {}
    for key in keys:
        fields |= {name: value for name, value in TAKEABLE.get(key, {}).items() if name != "promotion_disputed"}
        if key == "remove_promotion" and earlier is not None:
            fields["draft_text"] = without_promotion(earlier.draft_text)
        if key == WAIT:
            fields["planned_at"] = opens_at(context, earlier.planned_at if earlier is not None else None)
    return fields


def left_out(earlier: ContactRequest | None, fields: dict[str, Any]) -> bool:
    """Whether the form shows less text than the earlier question had."""
    return earlier is not None and fields.get("draft_text", earlier.draft_text) != earlier.draft_text


def still_planned(planned: datetime | None, *, at: datetime) -> datetime | None:
    """A planned time that has not passed yet."""
    return planned if planned is not None and planned >= at else None
