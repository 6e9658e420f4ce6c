"""`manage.py rotate_suppression_key [--check]`: exit code 0 = all under the newest key, 1 = something is behind."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contacts.customers.suppression import rotation
from contacts.customers.suppression.digests import ring
from contacts.customers.suppression.standing import KeysMissing, demand_keys


class Command(BaseCommand):
    help = "Put all refusals and addresses under the newest SUPPRESSION_KEY. See docs/suppression.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; say what is behind")
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="rows in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be 1 or more.")
        try:
            demand_keys()
            if options["check"]:
                return self._check()
            rotation.rotate(at=timezone.now(), batch=options["batch"], told=self._told)
        except KeysMissing as trouble:
            raise CommandError(f"{trouble} Put it back into SUPPRESSION_OLD_KEYS; nothing was changed.") from trouble
        except rotation.RotationRuns as runs:
            raise CommandError("Another process is rotating the key right now. Nothing was changed here.") from runs
        self.stdout.write(f"Everything is under key {ring().newest} of {ring().newest}.")
        return None

    def _check(self) -> None:
        behind = {word: rows for word, rows in rotation.behind().items() if rows}
        if behind:
            told = ", ".join(f"{rows:,} {word}" for word, rows in behind.items())
            raise CommandError(f"Behind the newest key (generation {ring().newest}): {told}.")
        self.stdout.write(f"Nothing is behind: everything is under key {ring().newest} of {ring().newest}.")

    def _told(self, word: str, rows: int) -> None:
        self.stdout.write(f"{rows:,} {word}")
