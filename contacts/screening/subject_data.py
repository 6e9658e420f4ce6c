"""Lists about which somebody asked, as far as they are kept: which of them name a customer, told (Art. 15 GDPR) and
dropped (Art. 17 GDPR)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contacts.customers.naming import is_named, pattern_of
from contacts.screening import storing
from contacts.screening.models import Piece, Screening
from portal.audit.services import record
from portal.subjects import Asked, Contributor, Section, record_of

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.services import Job
    from portal.people.models import User


def naming(customer: Customer) -> list[Screening]:
    """The lists that are still there and name this customer."""
    pattern = pattern_of(customer)
    kept = Screening.objects.filter(deleted_at=None).order_by("pk")
    return [one for one in kept if _names(one, customer, pattern)]


def _names(screening: Screening, customer: Customer, pattern: re.Pattern[str]) -> bool:
    content = b"".join(storing.pieces(screening, storing.Part.LIST))
    if is_named(pattern, content) or pattern.search(screening.file_name):
        return True
    # Without a word about it the heading of the list decides; a list too many is sent again, a person too many stays.
    return screening.named_by in ("", Screening.By.ID) and is_named(_number(customer), content)


def _number(customer: Customer) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){customer.pk}(?!\w)")


def gather(asked: Asked) -> Iterator[Section]:
    names = ("purpose", "channel", "platform", "at", ("created_at", _("when")), ("delete_after", _("deleted after")))
    yield Section(
        "screenings",
        _("Lists with you on which we asked ourselves whom we may contact"),
        _("To take those off a list who must not be contacted."),
        _("Some days; the last day stands beside each."),
        [record_of(one, *names) for one in naming(asked.customer)],
    )


def erase_lists(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Called under the customer's lock while the addresses still stand there. A list that names the person goes before
    its time, with its answers: who needs them sends the list again without the person."""
    for found in naming(customer):
        screening = Screening.objects.select_for_update().get(pk=found.pk)
        if screening.is_open:
            screening.state, screening.finished_at = Screening.State.FAILED, max(at, screening.created_at)
            screening.refusal = _("Somebody in this list was erased, and the list with them. Send it again.")
        Piece.objects.filter(screening=screening).delete()
        before, screening.deleted_at, screening.file_name = {"size": screening.size}, at, ""
        screening.save(update_fields=["state", "finished_at", "refusal", "deleted_at", "file_name"])
        after = {"state": screening.state}
        record(acting_user, "screening.forgotten", "screening", screening.number, at=at, before=before, after=after)


SUBJECT_DATA = Contributor(models=("screening.Screening", "screening.Piece"), gather=gather)
