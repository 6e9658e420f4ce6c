"""`manage.py check_cases`: the cases about which today's rules say something else than at their publication."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from contacts.rulebook.selectors import rule_set_in_force
from training.selectors.authoring import flipped_cases
from training.services import check_cases


class Command(BaseCommand):
    help = "List the case questions whose right answer a rule change has turned, and tell the authors once."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        count = check_cases(at=now)
        for one in flipped_cases(rule_set_in_force(now)) if count else ():
            version = one.question.version
            today = f"{one.outcome} ({', '.join(one.rules)})" if one.outcome else "no answer at all"
            before = f"{one.question.recorded_outcome} ({', '.join(one.question.recorded_rules)})"
            self.stdout.write(f"{version.course.slug} {version.number}, {one.question.key}: was {before}, is {today}")
        self.stdout.write(f"{count} cases have flipped")
