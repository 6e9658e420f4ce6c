"""What a restored database has to pass before people use it again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.operations.proving import prove
from portal.operations.trouble import Unverified


class Command(BaseCommand):
    help = "Replay erasures, verify the trail, and decide kept decisions again. Exit code 1 if one of them failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sample", type=int, default=1000, help="so many kept decisions are decided again")
        parser.add_argument(
            "--as-of", type=datetime.fromisoformat, help="when the backup was made; heads that are younger do not count"
        )
        parser.add_argument("--json", action="store_true", help="answer with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shown = prove(sample=options["sample"], as_of=options["as_of"])
        except Unverified as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(shown))
            return
        passed = ", ".join(shown["passed"]) or "no further command"
        self.stdout.write(f"{shown['decided_equal']} kept decisions come out the same; passed: {passed}.")
