"""`manage.py replay_erasures`: after a backup came back, erase again whoever was erased since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contacts.rights.services.ledger import replay


class Command(BaseCommand):
    help = "Erase again whoever the ledger of erasures names. Run it after each restore, before anybody signs in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ledger", type=Path, default=settings.ERASURE_LEDGER, help="another file")

    def handle(self, *args: Any, **options: Any) -> None:
        done = replay(options["ledger"], at=timezone.now())
        self.stdout.write(
            f"{done.entries} erasures in the ledger, {done.erased} people erased again, "
            f"{done.refused} refused addresses put back"
        )
        if done.problems:
            raise CommandError("Not verified: " + " ".join(done.problems))
