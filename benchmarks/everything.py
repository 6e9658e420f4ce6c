"""The whole table, in the order in which it stands in docs/performance.md."""

from __future__ import annotations

import sys
import time

from benchmarks import decisions, measure, pages, screening, sizes
from benchmarks.table import Row

LEAST_DECISIONS = 20_000


def rows(*, quick: bool, with_pages: bool = True) -> list[Row]:
    """Every figure of this run. Quick: 100,000 customers instead of 1,000,000, and fewer rounds."""
    found = [_pure(20_000 if quick else 200_000)]
    with sizes.filled(*((10_000, 100_000) if quick else (10_000, 100_000, 1_000_000))) as many:
        _say("databases filled")
        cast = many.use(many.large)
        found += decisions.rows(cast, many.numbers(1_000, many.large), rounds=400 if quick else 2_000)
        _say("decisions measured")
        found += screening.rows(many.large, cast.anna.email, times=1 if quick else 2)
        _say("lists measured")
        found += pages.decision_rows(many, rounds=200 if quick else 500)
        if with_pages:
            found += pages.rows(many, rounds=20 if quick else 100)
            _say("pages measured")
    return found


def _pure(count: int) -> Row:
    rate = measure.decide_alone(count)["decisions per second"]
    return Row("decide() in one process, no I/O", rate, "decisions a second", least=LEAST_DECISIONS)


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
