"""Seal what is there, sign a head over it and anchor it now, without waiting for the clock."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.audit.anchoring import anchor
from portal.audit.sealing import seal_and_sign
from portal.audit.signing import NoSigningKey


class Command(BaseCommand):
    help = "Seal all entries of the audit trail, sign a head and anchor it. The line of the head is printed."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            head = seal_and_sign(at=at)
            anchor(at=at)
        except NoSigningKey as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The file of heads could not be written: {error}. Set AUDIT_HEADS_FILE.") from error
        self.stdout.write(head.plain().line())
