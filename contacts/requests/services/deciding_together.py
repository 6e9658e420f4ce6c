"""One verdict about several requests that are equal and of low risk: each is decided, audited and told singly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from contacts.requests.alike import Marked, read_marked, said_before
from contacts.requests.models import Review
from contacts.requests.numbers import request_number
from contacts.requests.services import reviewing

if TYPE_CHECKING:
    from contacts.requests.models import ContactRequest
    from contacts.requests.routing.alike import LeftOut
    from portal.people.models import User

VERDICTS = (Review.Verdict.APPROVED, Review.Verdict.REFUSED)


@dataclass(frozen=True, slots=True)
class Shown:
    """One request as the check page showed it."""

    request: int
    round: int
    sha256: str


@dataclass(frozen=True)
class Result:
    """What became of one request. `done`: this person's verdict is on record, by this press or an earlier one.
    `left_out`: it is no longer one of the equal ones; `refusal`: why nothing was recorded, as a sentence."""

    key: int
    verdict: str
    request: ContactRequest | None = None
    done: bool = False
    earlier: bool = False
    left_out: LeftOut | None = None
    refusal: str = ""

    @property
    def number(self) -> str:
        return request_number(self.key)


def decide_together(
    acting_user: User, *, shown: Sequence[Shown], verdict: str, reason: str, at: datetime
) -> list[Result]:
    """Approve or refuse what the check page showed, one transaction a request; what cannot be decided is left as it is
    and the others are not held up. A second press finds the verdicts of the first.

    An approval holds only while the rules judge as they did when it was handed in. Raises ValidationError for another
    verdict, and for a refusal without a reason.
    """
    if verdict not in VERDICTS:
        raise ValidationError(_("Several requests can only be approved or refused together."))
    if verdict == Review.Verdict.REFUSED and not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: each person reads it.")})
    wanted = {one.request: one for one in shown}
    there, before = read_marked(acting_user, wanted, at=at), said_before(acting_user, wanted)
    alike, left = {one.request.pk: one for one in there.rows}, {out.item.id: out for _r, out in there.left_out}
    results = []
    for key, one in wanted.items():
        said = before.get((key, one.round, one.sha256))
        if said is not None:
            results.append(Result(key, verdict, said.request, done=said.verdict == verdict, earlier=True))
        elif key in alike:
            results.append(_decide(acting_user, alike[key], one, verdict, reason, at))
        else:
            results.append(Result(key, verdict, left_out=left.get(key)))
    return results


def _decide(acting_user: User, marked: Marked, shown: Shown, verdict: str, reason: str, at: datetime) -> Result:
    key = marked.request.pk
    try:
        decided = reviewing.review(
            acting_user,
            request=marked.request,
            verdict=verdict,
            reason=reason,
            at=at,
            round=shown.round,
            sha256=shown.sha256,
            as_frozen=verdict == Review.Verdict.APPROVED,
        )
    except PermissionDenied:
        return Result(key, verdict)
    except ValidationError as refusal:
        return Result(key, verdict, marked.request, refusal=refusal.messages[0])
    return Result(key, verdict, decided, done=True)
