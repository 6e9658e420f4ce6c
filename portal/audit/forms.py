"""The filters of the trail; the address of the page is their only state."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.audit.words import VERBS


class Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


@lru_cache(maxsize=4)
def _verbs(language: str | None) -> list[tuple[str, str]]:
    """By their words in a language, which no entry and nobody who reads changes."""
    words = sorted(((verb, str(word)) for verb, word in VERBS.items()), key=lambda pair: pair[1])
    return [("", _("All")), *words]


class AuditFilter(forms.Form):
    marks_optional = False

    who = forms.CharField(
        label=gettext_lazy("Who"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Name, e-mail address, or the name of a job"),
    )
    verb = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    subject = forms.CharField(
        label=gettext_lazy("Number"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Of a request, permit, certificate or another thing"),
    )
    customer = forms.CharField(label=gettext_lazy("Customer number"), required=False, max_length=40)
    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=Day)
    last = forms.DateField(label=gettext_lazy("Until"), required=False, widget=Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = _verbs(get_language())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("last") and cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("The last day lies before the first. Exchange the two."))
        return cleaned
