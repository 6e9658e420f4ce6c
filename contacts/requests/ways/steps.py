"""The single things that can be different: another address or account, the text, the time, or an act elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contacts.calendar import next_contact_hours, quiet_hours
from contacts.policy.alternatives import ALL_LEVERS, Lever
from contacts.requests.context import Context, Question

LEVERS = {lever.key: lever for lever in ALL_LEVERS}
CHANNELS = ("letter", "email", "phone", "sms", "messenger", "social_dm")
WAIT, ADDRESS, ACCOUNT = "wait_for_contact_hours", "address", "company_account"
# Changes to the question itself: its form takes them over, so that the text can follow.
TAKEABLE: dict[str, dict[str, Any]] = {
    "remove_promotion": {"contains_promotion": False, "promotion_disputed": False},
    "include_opt_out": {"opt_out_included": True},
    "show_caller_id": {"caller_id_shown": True},
    "make_sender_clear": {"sender_clear": True},
    "no_automated_call": {"automated_call": False},
    "no_special_category": {"special_category": False},
    "own_similar_products": {"own_similar_products": True},
}
# What somebody has to do elsewhere, or to write: no form can do it for them.
ACTS = (
    "verify_identity",
    "document_presumed_consent",
    "isolate_address_book",
    "finish_training",
    "find_proof",
    "confirm_opt_in",
    "get_consent",
    "customer_writes_first",
    "parental_consent",
    "company_presence",
    "approve_platform",
)


@dataclass(frozen=True)
class Step:
    """One thing that can be different. `fields` of the question change, or an act (`lever`) changes the facts.

    Two steps about the same thing exclude each other. `place` orders what takes the same effort.
    """

    key: str
    effort: int
    about: frozenset[str]
    place: tuple[int, ...]
    fields: Mapping[str, Any]
    lever: Lever | None = None

    def of(self, question: Question) -> Question:
        return replace(question, **self.fields)


def steps_of(context: Context, asked: Question) -> list[Step]:
    """Everything that can be different about a question, whatever would come of it."""
    return [*_addresses(context, asked), *_texts(asked), *_waiting(context, asked), *_acts()]


def _addresses(context: Context, asked: Question) -> Iterator[Step]:
    """The customer's other addresses, each from the best account; and this one from the official account."""
    for point in context.points:
        fields: dict[str, Any] = {"point": point, "account": context.default_account(point), "private_account": False}
        if replace(asked, **fields) == asked:
            continue
        key, effort = (ACCOUNT, 2) if point.pk == asked.point.pk else (ADDRESS, 3)
        yield Step(key, effort, frozenset({"address"}), (CHANNELS.index(point.channel), point.pk), fields)


def _texts(asked: Question) -> Iterator[Step]:
    for place, (key, fields) in enumerate(TAKEABLE.items(), start=100):
        own_products = key == "own_similar_products"
        if own_products and asked.purpose != "marketing_similar_products":
            continue
        if any(getattr(asked, name) != value for name, value in fields.items()):
            yield Step(key, LEVERS[key].effort, frozenset(fields), (place,), fields)


def _waiting(context: Context, asked: Question) -> Iterator[Step]:
    opening = opens_at(context, asked.planned_at)
    if opening is not None:
        yield Step(WAIT, LEVERS[WAIT].effort, frozenset({"planned_at"}), (200,), {"planned_at": opening})


def opens_at(context: Context, planned: datetime | None) -> datetime | None:
    """When contact hours begin, for a contact that is planned outside them; else None."""
    meant = max(planned or context.at, context.at)
    hours = context.rules.thresholds.contact_hours
    return next_contact_hours(meant, context.zone, hours) if quiet_hours(meant, context.zone, hours) else None


def _acts() -> Iterator[Step]:
    for place, key in enumerate(ACTS, start=300):
        lever = LEVERS[key]
        yield Step(key, lever.effort, lever.about, (place,), {}, lever)
