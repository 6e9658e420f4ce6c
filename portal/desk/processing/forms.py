"""What the officer writes about an activity. A part that is drawn from the portal has no field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.desk.processing import rules
from portal.desk.processing.selectors import PART_WORDS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_HELP: dict[str, StrOrPromise] = {
    "purposes": _("What the company does it for, each purpose in a line."),
    "persons": _("Whose data they are: customers, applicants, visitors."),
    "data": _("Which kinds: names, pictures, data about health."),
    "time_limits": _("When the data are deleted, or from what one can tell it."),
    "legal_basis": _("For instance Art. 6(1)(b) GDPR, with the contract it is about."),
    "recipients": _("Who gets the data, inside and outside, by which contract. If nobody does, say so."),
    "third_countries": _("Which country, and by which guarantee (Art. 44 ff. GDPR). If there is none, say so."),
    "measures": _("What protects the data beside the portal: premises, devices, contracts, training."),
    "remarks": _("What else somebody who reads the record should know."),
}


class ActivityForm(forms.Form):
    """The parts that a person writes, all of them at once; what is not known yet stays empty and is named as missing.
    `based_on` is the version that was shown."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    #: May stay empty for now, but the record is not complete without: not to be called optional.
    needed_at_times = tuple(part for part in rules.PARTS if part not in rules.FREE)

    def __init__(self, *args: Any, activity: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rules.is_own(activity):
            self.fields["name"] = forms.CharField(label=_("Name of the activity"), max_length=rules.LONGEST_NAME)
        for part in rules.written_by_hand(activity):
            self.fields[part] = _part(part)

    @property
    def values(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name != "based_on"}


def _part(part: str) -> forms.CharField:
    return forms.CharField(
        label=PART_WORDS[part],
        max_length=rules.LONGEST_PART,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_HELP.get(part, ""),
    )


class EndForm(forms.Form):
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    reason = forms.CharField(
        label=_("Why"),
        max_length=rules.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why and since when the company does this no more."),
    )
