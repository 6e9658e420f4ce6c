"""Cases whose right answer a rule change has turned: told to the authors once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from contacts.rulebook.selectors import rule_set_in_force
from portal.access.roles import Role
from portal.people.models import User
from training import notices
from training.selectors.authoring import Flip, flipped_cases


def check_cases(*, at: datetime) -> int:
    """Tell every author which cases have flipped under the rule set in force; returns how many there are.

    The same flips are told once: the mail's key names them. Another rule change makes another mail.
    """
    flips = flipped_cases(rule_set_in_force(at))
    if flips:
        _tell(flips, at)
    return len(flips)


@transaction.atomic
def _tell(flips: list[Flip], at: datetime) -> None:
    digest = hashlib.sha256("\n".join(sorted(one.key for one in flips)).encode()).hexdigest()[:40]
    cases = [
        {"key": one.question.key, "course": one.question.version.course.slug, "version": one.question.version.number}
        for one in flips
    ]
    for author in User.objects.with_role(Role.TRAINING_AUTHOR):
        notices.cases_flipped(author, cases, at=at, key=f"flips:{digest}:{author.pk}")
