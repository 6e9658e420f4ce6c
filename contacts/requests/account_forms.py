"""What administrators enter about company accounts, and the DPO about platforms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.forms import DayInput
from contacts.requests.account_services import EDITABLE
from contacts.requests.models import CompanyAccount, PlatformRegistration
from portal.vocabulary import PLATFORM_CHANNELS


class AccountForm(forms.ModelForm):
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


class PlatformForm(forms.ModelForm):
    """One of several on a page, so its fields carry the platform in their ids."""

    class Meta:
        model = PlatformRegistration
        fields = ["status", "note"]

    def __init__(self, data: QueryDict | None = None, *, instance: PlatformRegistration) -> None:
        super().__init__(data, instance=instance, auto_id=f"id_{instance.platform}_%s")

    def _post_clean(self) -> None:
        """The service validates the whole row."""
