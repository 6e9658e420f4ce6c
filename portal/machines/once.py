"""What was done once is not done again: a call that is repeated under its name gets the first answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.database import lock_name_within
from portal.machines.models import ApiToken, MachineCall
from portal.machines.problems import Problem

#: How long the answer to an Idempotency-Key is kept: whoever repeats a call does so within a day.
KEPT = timedelta(hours=24)
#: How long a call waits for one of the same name that is being done.
PATIENCE_MILLISECONDS = 5000
#: Status and body.
Answer = tuple[int, dict[str, Any]]


class OnlyNow(dict[str, Any]):
    """The body of an answer that may be another in a moment: what was written stays, but no name keeps the answer."""


@dataclass(frozen=True, slots=True)
class Named:
    """One call by its name. With `keep_for` it is an Idempotency-Key, which counts for its path (method, route and
    keys) and for that time; without, the number of an entry in the sending system, which counts everywhere and for
    ever. `whose` reads from the answer the number of the customer whom it is about."""

    token: ApiToken
    path: str
    name: str
    digest: str
    at: datetime
    keep_for: timedelta | None = None
    whose: Callable[[dict[str, Any]], str | None] | None = None

    @property
    def lock(self) -> str:
        return f"machine:{self.token.pk}:{self.path if self.keep_for else ''}:{self.name}"


def once(call: Named, act: Callable[[], Answer]) -> Answer:
    """Do it and keep the answer in the same transaction, unless it is `OnlyNow`. If it has been done: the kept answer.

    What `act` raises rolls back and keeps nothing, so that a refused call can be put right and sent again under its
    name. Raises Problem 409 for a name that came with other content, or whose call is still being done.
    """
    with transaction.atomic():
        if not lock_name_within(call.lock, milliseconds=PATIENCE_MILLISECONDS):
            detail = _("A call of this name is being done. Wait a moment, then send it again.")
            raise Problem(409, detail, headers={"Retry-After": "1"})
        earlier = _earlier(call)
        if earlier is not None:
            return _repeated(call, earlier)
        status, answer = act()
        if not isinstance(answer, OnlyNow):
            _keep(call, status, answer)
    return status, answer


def _earlier(call: Named) -> MachineCall | None:
    rows = MachineCall.objects.filter(token=call.token, origin=call.name)
    if call.keep_for is None:
        return rows.filter(keep_until__isnull=True).first()
    earlier = rows.filter(path=call.path, keep_until__isnull=False).first()
    if earlier is None or earlier.keep_until is None or earlier.keep_until > call.at:
        return earlier
    earlier.delete()  # its time is over, whether or not the clock has been here
    return None


def _repeated(call: Named, earlier: MachineCall) -> Answer:
    if (earlier.path, earlier.body_digest) == (call.path, call.digest):
        return earlier.status, earlier.answer
    if call.keep_for is None:
        raise Problem(409, _("This origin was sent before with other content. Nothing was changed."))
    raise Problem(409, _("This Idempotency-Key was sent before with other content. Nothing was changed."))


def _keep(call: Named, status: int, answer: dict[str, Any]) -> None:
    MachineCall.objects.create(
        token=call.token,
        origin=call.name,
        path=call.path,
        body_digest=call.digest,
        status=status,
        answer=answer,
        at=call.at,
        keep_until=call.at + call.keep_for if call.keep_for else None,
        customer=(call.whose(answer) if call.whose else None) or "",
    )


def forget_keys(*, at: datetime) -> int:
    """Delete the answers to Idempotency-Keys whose time is over; they may hold what was entered about a customer."""
    return MachineCall.objects.filter(keep_until__lte=at).delete()[0]


def forget_about(customer: str) -> None:
    """Delete the answers to Idempotency-Keys that are about the customer of this number, in the transaction of the
    erasure and under the customer's lock: they hold what was entered about the person."""
    MachineCall.objects.filter(customer__iexact=customer, keep_until__isnull=False).delete()
