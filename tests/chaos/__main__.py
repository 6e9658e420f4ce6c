"""`python -m tests.chaos --minutes 10`: a house under load in a storm, then the reckoning. Exit code 1 for any fault.

A database and a Redis of its own, web servers, worker, clock, relay and mail server as real processes. `--seed` repeats
the order of mishaps and stories (what meets what is the machine's); it is printed either way.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.clocks import library
from tests.chaos.house import WEBS, House

#: How long the house may take to catch up once the storm is over.
CALM_SECONDS = 120.0
#: After so many of them the worker is asked for a sign of life.
DEAF_SECONDS = 45.0


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.chaos")
    words.add_argument("--minutes", type=float, default=10.0)
    words.add_argument("--seed", type=int, default=None)
    words.add_argument("--tellers", type=int, default=3, help="stories told at once")
    words.add_argument("--pause", type=float, default=5.0, help="seconds between two mishaps, about")
    words.add_argument("--like", default="", help="DATABASE_URL of a migrated, empty database to copy")
    words.add_argument("--json", type=Path, default=None, help="write the figures into this file")
    options = words.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}; {options.minutes:g} minutes", flush=True)
    if library() is None:
        print("libfaketime is not installed: NO CLOCK JUMPS in this run.", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="kontaktklar-chaos-"))
    folder.chmod(0o711)
    try:
        return run(folder, options, seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: Path, options: argparse.Namespace, seed: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import tests.chaos.post as post_office

    with post_office.Post() as post:
        house = House(folder, smtp_port=post.port)
        try:
            os.environ.update(house.begin())
            house.furnish(options.like)
            import django

            django.setup()
            return weather(house, post, options, seed)
        finally:
            house.end()


def weather(house: House, post: object, options: argparse.Namespace, seed: int) -> int:
    from django.db import connection

    from tests.chaos.calling import Ledger
    from tests.chaos.reckoning import faults
    from tests.chaos.stories import Stories, found_company
    from tests.chaos.storm import Storm

    company, ledger = found_company(), Ledger()
    house.open()
    stories = Stories(company, [house.ports[name] for name in WEBS], ledger, seed, pause=options.pause / 10)
    storm = Storm(house, random.Random(seed), pause=options.pause)
    stories.begin(options.tellers)
    storm.rage(options.minutes * 60)
    stories.end()
    connection.close()  # cut off by a restart of the database, as likely as not
    calm = _calm(house)
    house.close()
    figures = _figures(house, storm, ledger, post, calm)
    print(json.dumps(figures, indent=1), flush=True)
    found = faults(ledger, post.taken)  # type: ignore[attr-defined]
    if calm is None:
        found.append(f"the outbox was not empty {CALM_SECONDS:g} seconds after the storm")
    if options.json:
        options.json.write_text(json.dumps(figures | {"seed": seed, "faults": found}, indent=1))
    for words in found[:40]:
        print(f"FAULT {words}")
    print(f"{len(found)} faults" if found else "Everything that was acknowledged is there, once.", f"(seed {seed})")
    return 1 if found else 0


def _calm(house: House) -> float | None:
    """Seconds until nothing urgent waits and every reminder is written; None if that does not come."""
    from django.utils import timezone

    from contacts.customers.models import ImportRun
    from portal.outbox.models import OutboxMessage
    from tests.chaos.stories import REMINDED

    began, deaf = time.monotonic(), False
    while time.monotonic() - began < CALM_SECONDS:
        if not deaf and time.monotonic() - began > DEAF_SECONDS and _worker_is_deaf():
            # What gives no sign of life is ended in a real house by what watches it (portal/embedded/revival.py); this
            # house has no such watch. A worker that hears and yet leaves something undone stays a fault.
            print("The worker gave no sign of life after the storm: it is started anew.", flush=True)
            house.parts["worker"].kill()
            deaf = True
        # What failed in the storm, or was written by a clock that was ahead, is due in some minutes: a house would
        # wait, this one asks for it now.
        waiting = OutboxMessage.objects.filter(done_at__isnull=True, parked_at__isnull=True, urgent=True)
        waiting.filter(due_at__gt=timezone.now()).update(due_at=timezone.now())
        reminded = OutboxMessage.objects.filter(topic="certificate_due", done_at__isnull=False).count()
        importing = ImportRun.objects.exclude(state__in=["done", "checked", "mapping"]).exists()
        if not waiting.exists() and reminded >= REMINDED and not importing:
            return time.monotonic() - began
        time.sleep(0.5)
    return None


def _worker_is_deaf() -> bool:
    """It is silent although the clock, which asks it for a sign of life, is at work."""
    from django.utils import timezone

    from portal.outbox import heartbeats

    silent = heartbeats.silent(at=timezone.now())
    return "worker" in silent and "beat" not in silent


def _figures(house: House, storm: object, ledger: object, post: object, calm: float | None) -> dict[str, object]:
    taken = Counter(str(mail["Message-ID"]) for mail in post.taken)  # type: ignore[attr-defined]
    return {
        "mishaps": dict(storm.befell),  # type: ignore[attr-defined]
        "acknowledged": {kind: len(facts) for kind, facts in sorted(ledger.facts.items())},  # type: ignore[attr-defined]
        "answers": dict(ledger.answers.most_common()),  # type: ignore[attr-defined]
        "starts": {name: part.starts for name, part in house.parts.items()},
        "logged": house.logged(),
        "mails": len(taken),
        "mails that came twice": sum(1 for times in taken.values() if times > 1),
        "PostgreSQL away, longest, seconds": round(storm.longest_without_database, 1),  # type: ignore[attr-defined]
        "seconds to catch up": None if calm is None else round(calm, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
