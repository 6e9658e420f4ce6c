"""What the forms of the consent room share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from consent.models import ConsentEvent
from portal.ui.moments import demand_whole_year
from portal.vocabulary import Purpose

How = ConsentEvent.How
# Nobody agrees to a private matter, to the question for consent itself, or to the mail that confirms it.
NOT_CONSENTED = (Purpose.PRIVATE, Purpose.CONSENT_REQUEST, Purpose.DOI_CONFIRMATION)
CONSENTED = [(value, label) for value, label in Purpose.choices if value not in NOT_CONSENTED]


def how_choices(offered: tuple[How, ...]) -> list[tuple[str, Any]]:
    return [(way.value, way.label) for way in offered]


class DayInput(forms.DateInput):
    """The browser's date field wants ISO; reading follows the person's language."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A day and time to the minute. The minute that is running means now: a browser's field knows no seconds, and
    what was entered a moment ago must not lie before what happened in the same minute."""

    widget = MomentInput

    def clean(self, value: Any) -> datetime | None:
        moment, now = super().clean(value), timezone.now()
        if moment is None:
            return None
        demand_whole_year(self, moment)
        return now if moment == now.replace(second=0, microsecond=0) else moment


def show_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """What a verb refused, at the field that it names, else above the form."""
    for field, errors in getattr(refusal, "message_dict", {"": refusal.messages}).items():
        form.add_error(field if field in form.fields else None, errors)
