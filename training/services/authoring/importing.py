"""Taking questions over from a file: first the dry run, then, on the author's word, the same file into the draft."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from training.interchange import Report, parse_gift, parse_moodle_xml
from training.models import BankImport, CourseVersion, Question
from training.questions import Question as Read
from training.questions import to_json
from training.services.authoring.common import lock_draft, note
from training.services.authoring.questions import free_key, write
from training.services.common import NotNow

if TYPE_CHECKING:
    from portal.people.models import User


class Existing(StrEnum):
    """What becomes of a question whose short name the bank has already, with other content."""

    KEEP = "keep"
    REPLACE = "replace"
    BOTH = "both"


@transaction.atomic
def receive_bank(
    acting_user: User, *, version: CourseVersion, name: str, content: bytes, format: str, language: str, at: datetime
) -> BankImport:
    """Put a file beside the draft for its dry run; the bank stays as it is."""
    draft = lock_draft(acting_user, version)
    return BankImport.objects.create(
        version=draft,
        name=name[-120:],
        format=format,
        language=language,
        content=content,
        received_by=acting_user,
        received_at=at,
    )


def report_of(run: BankImport) -> Report:
    """What the file holds and what could not be read, line by line. Reading it twice gives the same."""
    parse = parse_gift if run.format == BankImport.Format.GIFT else parse_moodle_xml
    return parse(bytes(run.content), language=run.language)


@transaction.atomic
def take_bank(acting_user: User, *, run: BankImport, existing: Existing, at: datetime) -> BankImport:
    """Write the questions of the file into the draft, all or none. A second press changes nothing (NotNow)."""
    draft = lock_draft(acting_user, run.version)
    locked = BankImport.objects.select_for_update().get(pk=run.pk, version=draft)
    if locked.done_at is not None:
        raise NotNow(_("This file has been taken over already. Nothing was changed."))
    bank = {row.key: row for row in draft.questions.select_for_update()}
    last = draft.questions.aggregate(last=Max("position"))["last"] or 0
    locked.taken = sum(_take(draft, bank, one, existing, last) for one in report_of(locked).questions)
    locked.done_at, locked.content = at, b""
    locked.save(update_fields=["done_at", "content", "taken"])
    note(acting_user, draft, "questions_imported", at=at, file=locked.name, questions=locked.taken)
    return locked


def _take(draft: CourseVersion, bank: dict[str, Question], read: Read, existing: Existing, last: int) -> bool:
    """Whether the question was written: not when the bank has it already, or has another one that is kept."""
    values = to_json(read)
    there = bank.get(read.key)
    if there is not None and (there.body == values or existing == Existing.KEEP):
        return False
    if there is not None and existing == Existing.BOTH:
        values["key"] = free_key(read.key, bank)
        there = None
    row = there or Question(version=draft, position=last + 1 + len(bank))
    write(row, values)
    row.save()
    bank[row.key] = row
    return True
