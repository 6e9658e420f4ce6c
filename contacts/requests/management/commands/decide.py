"""`manage.py decide FILE.json`: decisions from a file or, with `-`, from standard input (docs/decide.md)."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from contacts import policy
from contacts.rulebook.selectors import rule_set_in_force


class Command(BaseCommand):
    help = "Decide about a JSON list of facts and print the decisions as a JSON list in the same order."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a JSON file, or - for standard input")
        in_force = "under the company's rule set in force, which the database knows; else under the one that ships"
        parser.add_argument("--in-force", action="store_true", help=in_force)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = _read(options["file"])
            rules = rule_set_in_force(timezone.now()) if options["in_force"] else policy.RULE_SET_1
            decisions = policy.decide_document(text, rules)
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(f"{options['file']} cannot be read as UTF-8 text: {error}.")
        except policy.InputError as error:
            self._refuse(str(error))
        else:
            json.dump(decisions, self.stdout, ensure_ascii=False, indent=2)
            self.stdout.write("")

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(2)


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.buffer.read().decode("utf-8-sig")
    return Path(name).read_text(encoding="utf-8-sig")
