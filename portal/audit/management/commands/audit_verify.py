"""Recompute the audit trail and compare it with the heads that were anchored outside the database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.audit.verifying import Found, verify
from portal.audit.watching import keep


class Command(BaseCommand):
    help = (
        "Compute the whole audit trail anew and compare it with signed heads. Exit code 1 if anything differs or could "
        "not be verified; the sentence names the first entry that differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads",
            metavar="FILE",
            help="heads that were kept elsewhere, one line of JSON each (from a mail, say); default: AUDIT_HEADS_FILE",
        )
        parser.add_argument("--json", action="store_true", help="say it as JSON")
        parser.add_argument(
            "--keep", action="store_true", help="note the result for the page, and alarm as the nightly job does"
        )

    def handle(self, *args: Any, heads: str | None, json: bool, keep: bool, **options: Any) -> None:
        found = verify(heads_file=heads)
        if keep:
            _keep(found)
        self.stdout.write(_as_json(found) if json else _in_words(found))
        if found.ok:
            return
        if json:
            sys.exit(1)
        raise CommandError(found.sentence)


def _keep(found: Found) -> None:
    keep(found, at=timezone.now())


def _in_words(found: Found) -> str:
    words = found.sentence if found.ok else f"{found.tree_size} sealed entries were looked at."
    return f"{words} {found.unsealed} entries wait for their seal." if found.unsealed else words


def _as_json(found: Found) -> str:
    said = {"ok": found.ok, "finding": found.finding or "right", "sentence": found.sentence, "values": found.values}
    return json.dumps(said | {"tree_size": found.tree_size, "unsealed": found.unsealed}, ensure_ascii=False)
