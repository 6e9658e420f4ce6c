"""The search and the filters of the list of customers; the address of the page is their only state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.customers.forms import SearchForm
from contacts.requests.forms import NOT_ASKED
from contacts.requests.models import Permit
from contacts.requests.rules import PermitState
from portal.vocabulary import Purpose

if TYPE_CHECKING:
    from portal.people.models import User

#: The filter by own permits: those that can be used, or of these those that end within so many days.
ANY = "any"
ENDING = {"7": 7, "30": 30, "90": 90}
PERMITS = [
    (ANY, _("I hold a permit")),
    ("7", _("My permit ends within 7 days")),
    ("30", _("My permit ends within 30 days")),
    ("90", _("My permit ends within 90 days")),
]


class ListForm(SearchForm):
    """`asks`: whether the reader may ask about customers at all; others have no permits and no verdicts."""

    permits = forms.ChoiceField(label=_("Own permits"), required=False)
    purpose = forms.ChoiceField(
        label=_("For which reason?"),
        required=False,
        help_text=_("With a reason each row says by channel whether you may make contact."),
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["permits"], self.fields["purpose"]
            return
        reasons = [(value, label) for value, label in Purpose.choices if value not in NOT_ASKED]
        self.fields["permits"].choices = [("", _("All")), *PERMITS]  # type: ignore[attr-defined]
        self.fields["purpose"].choices = [("", _("No reason chosen")), *reasons]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, str]:
        """What is filtered by, without what was left open; nothing where the address says nonsense."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}


def query_of(filters: dict[str, str]) -> str:
    """The filters as a query string, in the order of the form and with nothing else in it."""
    return urlencode([(name, filters[name]) for name in ListForm.base_fields if filters.get(name)])


def within(user: User, filters: dict[str, str], *, at: datetime) -> Q:
    """The condition on customers that the filter by own permits makes."""
    wanted = filters.get("permits")
    if not wanted:
        return Q()
    mine = Permit.objects.filter(holder=user, state=PermitState.ACTIVE, valid_until__gt=at)
    if wanted in ENDING:
        mine = mine.filter(valid_until__lte=at + timedelta(days=ENDING[wanted]))
    return Q(pk__in=mine.order_by().values("customer"))
