"""How each part of the portal is, as rows of one table: what, in which state, since when, and where to act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.desk.health import readiness
from portal.operations.figures import Figure, figures
from portal.operations.models import Success

#: Words of `readiness` that mean: nobody needs to do anything.
WELL = "ok"
#: After so long somebody has to look: a backup each night, a drill each week, a head each hour, a check each day.
LONGEST = {
    ("success", Success.Kind.BACKUP.value): timedelta(hours=26),
    ("success", Success.Kind.RESTORE.value): timedelta(days=8),
    ("audit_head", ""): timedelta(hours=2),
    ("audit_verified", ""): timedelta(hours=26),
}
NAMES: dict[tuple[str, str], Promise] = {
    ("success", Success.Kind.BACKUP.value): _("Last backup"),
    ("success", Success.Kind.RESTORE.value): _("Last restore that was tested"),
    ("audit_head", ""): _("Last signed head of the audit trail"),
    ("audit_verified", ""): _("Last time the audit trail was verified"),
}
PARTS: dict[str, Promise] = {
    "database": _("Database"),
    "migrations": _("Structure of the database"),
    "outbox": _("Messages"),
    "redis": _("Redis"),
    "suppression": _("Keys of the suppression list"),
    "worker": _("Worker"),
    "beat": _("Clock"),
    "relay": _("Relay"),
}
WORDS: dict[str, Promise] = {
    "ok": _("In order"),
    "away": _("Away"),
    "behind": _("Waits for migrate"),
    "late": _("Late"),
    "failing": _("Fails"),
    "silent": _("Silent"),
    "keys_missing": _("A key is missing"),
    "unknown": _("Unknown"),
    "never": _("Never yet"),
    "old": _("Too long ago"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One line: `word` is a key of WORDS, `since` what it is about, `note` a count in words, or empty."""

    name: str | Promise
    word: str
    since: datetime | None = None
    note: str = ""

    @property
    def is_well(self) -> bool:
        return self.word == WELL

    @property
    def said(self) -> str | Promise:
        return WORDS[self.word]


def condition(*, at: datetime) -> list[Part]:
    """Everything an operator wants to know in the morning; a handful of statements, however much there is."""
    found = figures(at=at)
    notes = _notes(found)
    ready = readiness(at=at).words()
    parts = [Part(label, ready[name], note=notes.get(name, "")) for name, label in PARTS.items()]
    return parts + [_event(label, LONGEST[key], _value(found, *key), at) for key, label in NAMES.items()]


def worst(parts: Sequence[Part]) -> str:
    """The sentence on top: what needs a hand, or that nothing does."""
    number = sum(not part.is_well for part in parts)
    if not number:
        return str(_("Everything is in order."))
    words = ngettext("%(number)d part needs a look.", "%(number)d parts need a look.", number)
    return words % {"number": number}


def _event(label: Promise, longest: timedelta, age: float | None, at: datetime) -> Part:
    if age is None:
        return Part(label, "never")
    return Part(label, "old" if age > longest.total_seconds() else "ok", at - timedelta(seconds=age))


def _value(found: Sequence[Figure], name: str, label: str = "") -> float | None:
    return next((one.value for one in found if (one.name, one.label) == (name, label)), None)


def _notes(found: Sequence[Figure]) -> dict[str, str]:
    waiting, parked = int(_value(found, "outbox_waiting") or 0), int(_value(found, "outbox_parked") or 0)
    words = ngettext("%(number)d waits", "%(number)d wait", waiting) % {"number": waiting}
    laid = ngettext("%(number)d parked", "%(number)d parked", parked) % {"number": parked}
    return {"outbox": f"{words}, {laid}"}
