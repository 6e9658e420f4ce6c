"""When a quiz may be started, and until when it runs. Standard library only; instants are aware datetimes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from fractions import Fraction

#: Failed attempts count against `attempts_allowed` for so many days, so that nobody is shut out for ever.
ATTEMPTS_COUNT_DAYS = 30


class Refusal(StrEnum):
    WAIT = "wait"
    USED_UP = "used_up"


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a version's quiz; None = unlimited, no waiting, no time limit."""

    attempts_allowed: int | None = None
    waiting_hours: int | None = None
    time_limit_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A graded attempt at the version."""

    ended_at: datetime
    passed: bool


def refusal_to_start(terms: Terms, past: Iterable[Past], now: datetime) -> tuple[Refusal, datetime] | None:
    """Why no attempt may begin now, with the instant from which one may; None = it may.

    Only failed attempts since the last pass count: who certifies again next year begins anew.
    """
    failed = _failed_since_pass(past)
    recent = [end for end in failed if end > now - timedelta(days=ATTEMPTS_COUNT_DAYS)]
    if terms.attempts_allowed is not None and len(recent) >= terms.attempts_allowed:
        frees = sorted(recent)[-terms.attempts_allowed] + timedelta(days=ATTEMPTS_COUNT_DAYS)
        return Refusal.USED_UP, frees
    if terms.waiting_hours and failed:
        until = max(failed) + timedelta(hours=terms.waiting_hours)
        if now < until:
            return Refusal.WAIT, until
    return None


def _failed_since_pass(past: Iterable[Past]) -> list[datetime]:
    attempts = list(past)
    last_pass = max((one.ended_at for one in attempts if one.passed), default=None)
    return [one.ended_at for one in attempts if not one.passed and (last_pass is None or one.ended_at > last_pass)]


def deadline(started_at: datetime, terms: Terms, *, more_percent: int = 0) -> datetime | None:
    """The end of the time limit with the extension of who needs one; None without a limit."""
    if terms.time_limit_minutes is None:
        return None
    seconds = terms.time_limit_minutes * 60 * (100 + more_percent) / 100
    return started_at + timedelta(seconds=round(seconds))


def percent(share: Fraction) -> Decimal:
    """A share from 0 to 1 as a percentage, cut off after two digits: 79.999 never looks like 80."""
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
