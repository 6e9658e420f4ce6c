"""`manage.py policy check [FILE] [--draft N]`: whether a rule set answers golden cases as expected (docs/rule-sets.md).

Without a file the golden cases of that rule set itself are checked: the shipped ones and the company's own. Exit code
0: all as expected; 1: some differ, each with a line; 2: something cannot be read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from contacts import policy
from contacts.policy.golden import GoldenCase, cases_from, check_cases
from contacts.rulebook.checking import RULES, cases_of
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.selectors import rule_set_in_force, rule_set_of_version


class Command(BaseCommand):
    help = "Check golden cases against the rule set in force, or against a draft."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="compare the answers of a rule set with those that are expected")
        check.add_argument("file", nargs="?", help="a JSON file, or - for standard input; without it the kept cases")
        check.add_argument("--draft", type=int, metavar="N", help="the number of a version that is not in force")

    def handle(self, *args: Any, **options: Any) -> None:
        version = self._version(options["draft"])
        rules = rule_set_of_version(version) if version is not None else rule_set_in_force(timezone.now())
        cases = self._cases(options["file"], version)
        found = check_cases(cases, rules)
        for one in found:
            self.stdout.write(
                f"{one.case.id}: expected {_told(one.case.outcome, one.case.deciding_rules)}, "
                f"answered {_told(one.outcome, one.deciding_rules)}"
            )
        self.stdout.write(f"Rule set {rules.number}: {len(cases)} cases, {len(found)} differ.")
        if found:
            sys.exit(1)

    def _version(self, number: int | None) -> RuleSetVersion | None:
        if number is None:
            now = timezone.now()
            return RuleSetVersion.objects.in_force(now).first()
        version = RuleSetVersion.objects.exclude(state=RuleSetVersion.State.DISCARDED).filter(number=number).first()
        if version is None:
            self._refuse(f"There is no draft and no version {number}.")
        return version

    def _cases(self, name: str | None, version: RuleSetVersion | None) -> tuple[GoldenCase, ...]:
        if name is None:
            return cases_of(version)
        try:
            text = sys.stdin.buffer.read().decode("utf-8-sig") if name == "-" else Path(name).read_text("utf-8-sig")
            return cases_from(text, known=RULES)
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(f"{name} cannot be read as UTF-8 text: {error}.")
        except policy.InputError as error:
            self._refuse(str(error))
        return ()

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(2)


def _told(outcome: str, rules: tuple[str, ...] | None) -> str:
    return outcome if rules is None else f"{outcome} ({', '.join(rules)})"
