"""`manage.py load_courses`: the courses that ship with the portal, published as version 1 where they are missing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.questions import QuestionError
from training.services.loading import load_courses


class Command(BaseCommand):
    help = "Create and publish the shipped courses that are missing. Courses that exist are never touched."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_courses(at=timezone.now())
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        except QuestionError as refusal:
            raise CommandError(str(refusal)) from refusal
        for one in loaded:
            self.stdout.write(f"{one.slug}: {'created and published' if one.created else 'is here already'}")
