"""What people enter about holds, periods and unmaskings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import User
from portal.retention.declared import Found, roof
from portal.retention.models import Unmasking
from portal.retention.rules import Rule
from portal.retention.unmasking import MOST_HOURS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


def show_refusal(form: forms.Form, refusal: ValidationError) -> None:
    """The sentences of a verb at the fields they are about, as far as the form has these."""
    said = refusal.message_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.messages}
    for name, sentences in said.items():
        form.add_error(name if name in form.fields else None, sentences)


def _reason(help_text: StrOrPromise = "") -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text
    )


class HoldForm(forms.Form):
    """A hold on a customer or a request, by the number that people know."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is held"),
        choices=[("customer", gettext_lazy("Customer")), ("request", gettext_lazy("Request"))],
    )
    number = forms.CharField(label=gettext_lazy("Number"), max_length=60)
    reason = _reason(gettext_lazy("Which claim or proceeding the data are needed for."))
    review_on = forms.DateField(label=gettext_lazy("To be looked at again on"), widget=Day)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.found: Found | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("number") and cleaned.get("kind"):
            self.found = roof().finders[cleaned["kind"]](self.user, cleaned["number"])
            if self.found is None:
                self.add_error("number", _("Nothing has this number. Look whether it is complete."))
        return cleaned


class ReviewForm(forms.Form):
    review_on = forms.DateField(label=gettext_lazy("To be looked at again on"), widget=Day)


class EndForm(forms.Form):
    reason = _reason(gettext_lazy("Why the data are not needed any more."))


class PeriodForm(forms.Form):
    """A number within the bounds of the rule."""

    length = forms.IntegerField(label=gettext_lazy("How long"))
    reason = _reason(gettext_lazy("An authority asks why the data are kept so long, or no longer."))

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounds = rule.period.bounds
        assert bounds is not None, "only such rules have a form"
        values = {"least": bounds.least, "most": bounds.most}
        unit = _("Days") if rule.period.unit == "days" else _("Years, each to the end of the year")
        self.fields["length"].help_text = f"{unit}: " + _("from %(least)s to %(most)s") % values
        self.fields["length"].widget.attrs |= {"min": bounds.least, "max": bounds.most}


class UnmaskingForm(forms.Form):
    """Whose names are to be seen, why, and for how long."""

    needed_at_times = ("person",)

    scope = forms.ChoiceField(label=gettext_lazy("What is shown"), choices=Unmasking.Scope.choices)
    person = forms.ModelChoiceField(
        label=gettext_lazy("Whose log"), required=False, queryset=User.objects.none(), empty_label="–"
    )
    reason = _reason(gettext_lazy("The concrete reason: a complaint, an incident, a claim. It is kept in the trail."))
    hours = forms.IntegerField(label=gettext_lazy("For how many hours"), min_value=1, max_value=MOST_HOURS, initial=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.order_by("last_name", "first_name")  # type: ignore[attr-defined]
