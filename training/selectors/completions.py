"""Certificates in the words of other systems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.utils import timezone
from django.utils.crypto import salted_hmac

from training.interchange import Completion
from training.models import Certificate
from training.questions import Text


def completions() -> Iterator[Completion]:
    """Every certificate, oldest first; one query. A person is an opaque word that stays the same."""
    rows = Certificate.objects.select_related("person__department", "version__course", "attempt")
    rows = rows.defer("attempt__questions", "attempt__verdicts", "version__draw", "version__refresher_draw")
    return (_completion(row) for row in rows.order_by("pk"))


def _completion(row: Certificate) -> Completion:
    version, attempt = row.version, row.attempt
    noon = timezone.make_aware(datetime.combine(row.passed_on, time(12)))
    return Completion(
        person=opaque(row.person_id),
        name=row.person.get_full_name(),
        department=row.person.department.name if row.person.department else "",
        course=version.course.slug if version else row.kind,
        title=Text(version.title_de, version.title_en) if version else Text(row.course, row.course),
        version=version.number if version else 0,
        number=row.number,
        moment=attempt.submitted_at if attempt and attempt.submitted_at else noon,
        valid_until=row.valid_until,
        by_quiz=attempt is not None,
    )


def opaque(person_id: int) -> str:
    """Neither a name nor a key of ours; the same for ever as long as SECRET_KEY is."""
    return salted_hmac("training.completions", str(person_id), algorithm="sha256").hexdigest()[:32]
