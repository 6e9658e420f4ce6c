"""What somebody wants to look at; it stands in the address."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy

from contacts.reports.rules import PERIODS
from contacts.reports.scope import Look
from portal.vocabulary import Channel, Purpose

PERIOD_WORDS = (
    gettext_lazy("The last 13 whole weeks"),
    gettext_lazy("The last 26 whole weeks"),
    gettext_lazy("The last 52 whole weeks"),
)
UNKNOWN = {"invalid_choice": gettext_lazy("This choice is not known. Choose one from the list.")}


class LookForm(forms.Form):
    weeks = forms.TypedChoiceField(
        label=gettext_lazy("Period"),
        coerce=int,
        required=False,
        empty_value=None,
        choices=list(zip(PERIODS, PERIOD_WORDS, strict=True)),
        error_messages=UNKNOWN,
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Reason for contact"),
        required=False,
        choices=[("", gettext_lazy("All reasons")), *Purpose.choices],
        error_messages=UNKNOWN,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        required=False,
        choices=[("", gettext_lazy("All channels")), *Channel.choices],
        error_messages=UNKNOWN,
    )

    def look(self, at: datetime) -> Look:
        """What was chosen; all of it where nothing or something unknown was."""
        if not self.is_valid():
            return Look(at)
        weeks = self.cleaned_data["weeks"] or PERIODS[0]
        return Look(at, weeks, self.cleaned_data["purpose"], self.cleaned_data["channel"])

    def said(self, look: Look) -> str:
        """The choices of a look in words: the form itself is not printed."""
        chosen = {"weeks": look.weeks, "purpose": look.purpose, "channel": look.channel}
        labels = {name: dict(self.fields[name].choices)[value] for name, value in chosen.items()}  # type: ignore[attr-defined]
        return " · ".join(f"{self.fields[name].label}: {label}" for name, label in labels.items())
