"""What people enter about customers, their addresses and first contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.models import ContactPoint, Customer, InboundContact
from contacts.customers.rules import address_family
from contacts.customers.selectors import is_phone
from contacts.customers.services import EDITABLE
from portal.ui.moments import demand_whole_year
from portal.vocabulary import PLATFORM_CHANNELS, CustomerKind, Relationship


class DayInput(forms.DateInput):
    """The browser's date field wants ISO; reading follows the person's language."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class SearchForm(forms.Form):
    """The list's search and filters; the address of the page is their only state."""

    marks_optional = False

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    relationship = forms.ChoiceField(label=gettext_lazy("Relationship"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", gettext_lazy("All"))
        self.fields["kind"].choices = [everything, *CustomerKind.choices]  # type: ignore[attr-defined]
        self.fields["relationship"].choices = [everything, *Relationship.choices]  # type: ignore[attr-defined]


class CustomerForm(forms.ModelForm):
    needed_at_times = ("first_name", "last_name", "company")

    class Meta:
        model = Customer
        fields = list(EDITABLE)
        widgets = {"birth_date": DayInput, "last_transaction_on": DayInput}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("last_name") and not cleaned.get("company"):
            self.add_error("last_name", _("Enter a last name or a company: nobody finds a customer without a name."))
        for name in ("birth_date", "last_transaction_on"):
            if cleaned.get(name) and cleaned[name] > timezone.localdate():
                self.add_error(name, _("This day lies in the future. Check the year."))
        return cleaned


class NewCustomerForm(CustomerForm):
    class Meta(CustomerForm.Meta):
        fields = ["number", *EDITABLE]

    def clean_number(self) -> str:
        number = self.cleaned_data["number"].strip()
        if Customer.objects.filter(number__iexact=number).exists():
            raise ValidationError(_("There is a customer with this number already. Search for it instead."))
        if number.lower() == "new" or "/" in number:
            raise ValidationError(_("A customer number has no slash and is not “new”. Choose another number."))
        return number


class ContactPointForm(forms.ModelForm):
    needed_at_times = ("platform",)

    class Meta:
        model = ContactPoint
        fields = [
            "channel",
            "platform",
            "value",
            "label",
            "source",
            "source_note",
            "collected_on",
            "address_from_sale",
            "notice_at_collection",
        ]
        widgets = {"collected_on": DayInput}
        help_texts = {
            "platform": gettext_lazy("Only for messengers and social networks."),
            "source": gettext_lazy("How the company came to have it. Searching somebody out counts as that."),
        }

    def clean_collected_on(self) -> Any:
        day = self.cleaned_data["collected_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day lies in the future. Enter when the address was collected."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channel, platform, value = cleaned.get("channel"), cleaned.get("platform", ""), cleaned.get("value")
        _check_platform(self, channel, platform)
        if channel and value:
            self._check_value(channel, platform, value)
        return cleaned

    def _check_value(self, channel: str, platform: str, value: str) -> None:
        if channel == "email":
            try:
                validate_email(value.strip())
            except ValidationError:
                self.add_error("value", _("This is no e-mail address. It looks like name@company.example."))
        if address_family(channel, platform or None) == "number" and not is_phone(value):
            self.add_error("value", _("This is no telephone number. Enter it with the area code, as in 0221 123456."))

    def _post_clean(self) -> None:
        """The service validates the whole row."""


def _check_platform(form: forms.BaseForm, channel: str | None, platform: str | None) -> None:
    if channel in PLATFORM_CHANNELS and not platform:
        form.add_error("platform", _("Choose the platform: a messenger or network has a name."))
    if channel and channel not in PLATFORM_CHANNELS and platform:
        form.add_error("platform", _("This channel has no platform. Leave the field empty."))


class InboundForm(forms.ModelForm):
    needed_at_times = ("platform",)

    class Meta:
        model = InboundContact
        fields = ["channel", "platform", "at", "note"]
        widgets = {"at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}

    def clean_at(self) -> Any:
        return demand_whole_year(self.fields["at"], self.cleaned_data["at"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _check_platform(self, cleaned.get("channel"), cleaned.get("platform"))
        if cleaned.get("at") and cleaned["at"] > timezone.now():
            self.add_error("at", _("The time lies in the future. Enter when the customer got in touch."))
        return cleaned

    def _post_clean(self) -> None:
        """The service validates the whole row."""
