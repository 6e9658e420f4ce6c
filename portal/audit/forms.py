"""The filters of the trail; the address of the page is their only state."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.words import VERBS


class Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


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
        words = sorted(VERBS.items(), key=lambda pair: str(pair[1]))
        self.fields["verb"].choices = [("", gettext_lazy("All")), *words]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("last") and cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("The last day lies before the first. Exchange the two."))
        return cleaned
