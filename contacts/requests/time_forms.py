"""The instant that somebody asks about; the address of the page is its only state."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.forms import DayInput
from contacts.requests.answering import AHEAD, BACK
from contacts.requests.deciding import ASKERS

if TYPE_CHECKING:
    from portal.people.models import User

NOON = time(12)
MYSELF, SOMEBODY = "me", "trained"


class InstantForm(forms.Form):
    """A day and a time where the customer lives, and for whom: the reader, or somebody with every certificate."""

    marks_optional = False

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=DayInput,
        error_messages={
            "required": gettext_lazy("Name the day that you ask about."),
            "invalid": gettext_lazy("This is no day. Choose one from the calendar."),
        },
    )
    clock = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "step": "1"}, format="%H:%M:%S"),
        help_text=gettext_lazy("Where the customer lives. Empty: noon."),
        error_messages={"invalid": gettext_lazy("This is no time of the day. Write it like 14:30.")},
    )
    who = forms.ChoiceField(label=gettext_lazy("Who asks"), required=False)

    def __init__(self, data: Any, *, reader: User, zone: ZoneInfo, now: datetime) -> None:
        super().__init__(data, initial={"day": now.astimezone(zone).date(), "clock": NOON})
        self.zone, self.now = zone, now
        somebody = (SOMEBODY, _("Somebody with every certificate"))
        mine = [(MYSELF, _("I do, with the training of then"))] if reader.has_role(*ASKERS) else []
        self.fields["who"].choices = [*mine, somebody]  # type: ignore[attr-defined]

    def clean_day(self) -> Any:
        day, today = self.cleaned_data["day"], self.now.date()
        if not today - BACK <= day <= today + AHEAD:
            raise ValidationError(_("Name a day at most ten years back and at most a year ahead."))
        return day

    @property
    def about(self) -> datetime:
        """The instant, once the form is valid."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["clock"] or NOON, tzinfo=self.zone)

    @property
    def trained(self) -> bool:
        """Whether somebody with every certificate is meant."""
        first = self.fields["who"].choices[0][0]  # type: ignore[attr-defined]
        return (self.cleaned_data["who"] or first) == SOMEBODY
