"""What administrators enter about company accounts, and the DPO about platforms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.forms import DayInput
from contacts.requests.account_services import EDITABLE
from contacts.requests.models import CompanyAccount, PlatformRegistration
from contacts.requests.models.account import NETWORKS
from portal.people.models import User
from portal.vocabulary import PLATFORM_CHANNELS


class AccountForm(forms.ModelForm):
    needed_at_times = ("platform", "processor_contract")

    class Meta:
        model = CompanyAccount
        fields = list(EDITABLE)
        widgets = {"valid_from": DayInput, "valid_until": DayInput}
        help_texts = {
            "platform": gettext_lazy("Only for messengers and social networks."),
            "processor_contract": gettext_lazy("Where the contract under Art. 28 GDPR lies, and its date."),
            "address_book_isolated": gettext_lazy("The app cannot read the address book of the device."),
            "valid_until": gettext_lazy("The last day. Leave the field empty if there is none."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Q(is_active=True) | Q(pk=self.instance.responsible_id)
        self.fields["responsible"].queryset = User.objects.filter(here)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channel, platform = cleaned.get("channel"), cleaned.get("platform")
        if channel in PLATFORM_CHANNELS and not platform and "platform" not in self.errors:
            self.add_error("platform", _("Choose the platform: a messenger or network has a name."))
        if channel and channel not in PLATFORM_CHANNELS and platform:
            self.add_error("platform", _("This channel has no platform. Leave the field empty."))
        if cleaned.get("valid_from") and cleaned.get("valid_until") and cleaned["valid_until"] < cleaned["valid_from"]:
            self.add_error("valid_until", _("The account would end before it begins. Check both days."))
        return cleaned

    def _post_clean(self) -> None:
        """The service validates the whole row."""


class ProfileForm(forms.Form):
    """An employee's own profile in a business network, for work."""

    platform = forms.ChoiceField(
        label=gettext_lazy("Network"),
        choices=[(platform.value, platform.label) for platform in NETWORKS],
        help_text=gettext_lazy("Elsewhere the company has accounts of its own, and private ones stay private."),
    )
    name = forms.CharField(
        label=gettext_lazy("Profile"),
        max_length=100,
        help_text=gettext_lazy("Its name or address in the network, so that everybody knows which one is meant."),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Registered until"), widget=DayInput, help_text=gettext_lazy("At most a year from today.")
    )
    for_work = forms.BooleanField(
        label=gettext_lazy(
            "The profile shows my full name and the company. Customers get no private messages from it, and the app "
            "does not read the address book of my device."
        ),
        error_messages={"required": gettext_lazy("Only such a profile can be registered. Set it up like that first.")},
    )

    def asked(self) -> dict[str, Any]:
        """The arguments for the service."""
        return {name: self.cleaned_data[name] for name in ("platform", "name", "valid_until")}


class PlatformForm(forms.ModelForm):
    """One of several on a page, so its fields carry the platform in their ids."""

    class Meta:
        model = PlatformRegistration
        fields = ["status", "note"]

    def __init__(self, data: QueryDict | None = None, *, instance: PlatformRegistration) -> None:
        super().__init__(data, instance=instance, auto_id=f"id_{instance.platform}_%s")

    def _post_clean(self) -> None:
        """The service validates the whole row."""
