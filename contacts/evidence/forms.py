"""What a pack is asked for by: a customer, a request, some days, or a telephone number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.forms import DayInput
from contacts.customers.selectors import get_for_proof
from contacts.evidence.calls import whose_number
from contacts.evidence.pack import Kind
from contacts.requests.selectors import get_request

if TYPE_CHECKING:
    from portal.people.models import User

MISSING = {"required": gettext_lazy("Name it, so that the pack can be made.")}
NO_DAY = {
    "required": gettext_lazy("Name the day."),
    "invalid": gettext_lazy("This is no day. Choose one from the calendar."),
}


class EvidenceForm(forms.Form):
    """`given` is what the verb needs, once the form is valid."""

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data, auto_id=f"id_{type(self).__name__.lower()}_%s")
        self.reader, self.given = reader, dict[str, Any]()


class CustomerForm(EvidenceForm):
    number = forms.CharField(label=gettext_lazy("Customer number"), max_length=40, error_messages=MISSING)

    def clean_number(self) -> str:
        try:
            self.given["customer"] = get_for_proof(self.reader, self.cleaned_data["number"])
        except Http404:
            sentence = _("There is nobody of this number whose evidence you may read. Check the number.")
            raise ValidationError(sentence) from None
        return self.cleaned_data["number"]


class RequestForm(EvidenceForm):
    number = forms.CharField(
        label=gettext_lazy("Number of the request"), max_length=20, error_messages=MISSING, help_text="R-1042"
    )

    def clean_number(self) -> str:
        try:
            self.given["request"] = get_request(self.reader, self.cleaned_data["number"].strip())
        except Http404:
            raise ValidationError(_("There is no such request that you may read. Check the number.")) from None
        return self.cleaned_data["number"]


class PeriodForm(EvidenceForm):
    first = forms.DateField(label=gettext_lazy("From"), widget=DayInput, error_messages=NO_DAY)
    last = forms.DateField(label=gettext_lazy("Until"), widget=DayInput, error_messages=NO_DAY)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first. Exchange the two."))
        elif first and first > timezone.localdate():
            self.add_error("first", _("This day has not come yet: nothing is on record for it."))
        self.given = {"first": first, "last": last}
        return cleaned


class CallsForm(EvidenceForm):
    number = forms.CharField(
        label=gettext_lazy("Customer number or telephone number"), max_length=40, error_messages=MISSING
    )

    def clean_number(self) -> str:
        found = whose_number(self.reader, self.cleaned_data["number"].strip())
        if not found:
            sentence = _(
                "Neither a customer nor a telephone number like this is on record. Of somebody who was erased only "
                "the customer number is left: look for it in the audit trail."
            )
            raise ValidationError(sentence)
        if len(found) > 1:
            numbers = ", ".join(one.number for one in found[:10])
            sentence = _(
                "Several customers have this telephone number: %(numbers)s. Choose one by the customer number."
            )
            raise ValidationError(sentence % {"numbers": numbers})
        self.given["customer"] = found[0]
        return self.cleaned_data["number"]


FORMS: dict[Kind, type[EvidenceForm]] = {
    Kind.CUSTOMER: CustomerForm,
    Kind.REQUEST: RequestForm,
    Kind.PERIOD: PeriodForm,
    Kind.CALLS: CallsForm,
}
