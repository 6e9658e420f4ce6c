"""manage.py rebuild_consents [--check]: are the consents what their events say?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from consent.services import differences, rebuild


class Command(BaseCommand):
    help = "Recomputes every consent from its events. With --check: changes nothing, names each difference, exits 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything differs")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            self.stdout.write(f"{rebuild(at=timezone.now())} consents rebuilt from their events.")
            return
        found = [str(difference) for difference in differences(at=timezone.now())]
        self.stdout.writelines(found)
        if found:
            self.stderr.write(f"{len(found)} differences. Run rebuild_consents without --check to mend them.")
            raise SystemExit(1)
        self.stdout.write("Every consent is what its events say.")
