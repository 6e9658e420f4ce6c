"""What passes and stands in the way of the verdicts in a list: told once above it, not in fifty rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.requests.ways.steps import opens_at

if TYPE_CHECKING:
    from contacts.requests.context import Context
    from contacts.requests.list_verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One sentence. `until` is when it passes by itself, `url` where the reader ends it; one of the two or neither."""

    sentence: str
    until: datetime | None = None
    url: str = ""


def hindrances_of(contexts: Mapping[int, Context], verdicts: Mapping[int, Sequence[Verdict]]) -> list[Hindrance]:
    """Hours first, then training; nothing where no verdict would be milder. No query."""
    return [*_hours(contexts, verdicts), *_training(contexts, verdicts)]


def _hours(contexts: Mapping[int, Context], verdicts: Mapping[int, Sequence[Verdict]]) -> Iterator[Hindrance]:
    """Hours are those where the customer lives: whoever lives elsewhere may be within them."""
    if not any("quiet_hours" in one.hindered for several in verdicts.values() for one in several):
        return
    openings = {opens_at(context, None) for context in contexts.values()}
    first = min((opening for opening in openings if opening is not None), default=None)
    if first is None:
        yield Hindrance(_("It is outside contact hours."))
    elif len(openings) == 1:
        yield Hindrance(_("It is outside contact hours until"), first)
    else:
        words = _("Where some of these customers live it is outside contact hours. The first of them begin on")
        yield Hindrance(words, first)


def _training(contexts: Mapping[int, Context], verdicts: Mapping[int, Sequence[Verdict]]) -> Iterator[Hindrance]:
    """The reader is one person, so one sentence about each course that is lacking."""
    told = set()
    for key, several in verdicts.items():
        training = contexts[key].training
        for one in several:
            if "requester_training" not in one.hindered:
                continue
            about = "basic" if training.basic != "valid" else "messenger"
            if about not in told:
                told.add(about)
                slug, state = training.course_for(one.channel), training.for_channel(one.channel)
                place = reverse("course", args=[slug]) if slug else reverse("training")
                yield Hindrance(_lacking(about, state), url=place)


def _lacking(about: str, state: str) -> str:
    ended = state == "expired"
    if about == "messenger":
        return (
            _("Your training for messengers has ended.") if ended else _("You have no valid training for messengers.")
        )
    return _("Your training has ended.") if ended else _("You have no valid training.")
