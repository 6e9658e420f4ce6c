"""What people enter about refused addresses and external lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.rules import address_family
from contacts.customers.suppression.digests import is_phone
from contacts.customers.suppression.entries import Address
from contacts.customers.suppression.models import KEEPERS, Refusal, SuppressionList
from contacts.customers.suppression.spelling import normalise_email
from contacts.customers.suppression.words import BY_HAND
from portal.people.models import User
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform


class AddressForm(forms.Form):
    """One address, to look up. It is sent by POST, so that it stands in no log and no history."""

    needed_at_times = ("platform", "name")

    channel = forms.ChoiceField(label=gettext_lazy("Kind of address"), choices=Channel.choices, initial=Channel.EMAIL)
    platform = forms.ChoiceField(
        label=gettext_lazy("Platform"),
        required=False,
        choices=[("", "–"), *Platform.choices],
        help_text=gettext_lazy("Only for messengers and social networks."),
    )
    value = forms.CharField(
        label=gettext_lazy("Address"), max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=gettext_lazy("Name on the letter box"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only for letters: a refusal by letter binds the person, not the house."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channel, platform, value = cleaned.get("channel", ""), cleaned.get("platform", ""), cleaned.get("value", "")
        if channel in PLATFORM_CHANNELS and not platform:
            self.add_error("platform", _("Choose the platform: a messenger or network has a name."))
        if channel and channel not in PLATFORM_CHANNELS and platform:
            self.add_error("platform", _("This channel has no platform. Leave the field empty."))
        if channel == Channel.LETTER and not cleaned.get("name"):
            self.add_error("name", _("Enter the name: without it a postal address is nobody's."))
        if channel == Channel.EMAIL and value and not _is_email(value):
            self.add_error("value", _("This is no e-mail address. It looks like name@company.example."))
        by_number = address_family(channel, platform or None) == "number" and channel not in PLATFORM_CHANNELS
        if by_number and value and not is_phone(value):
            self.add_error("value", _("This is no telephone number. Enter it with the area code, as in 0221 123456."))
        return cleaned

    def address(self) -> Address:
        cleaned = self.cleaned_data
        return Address(cleaned["channel"], cleaned["platform"], cleaned["value"], cleaned["name"])


class SuppressForm(AddressForm):
    """One address that is refused from now on."""

    scope = forms.ChoiceField(
        label=gettext_lazy("What is refused"),
        choices=Refusal.choices,
        initial=Refusal.MARKETING,
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=list(BY_HAND.items()), initial="asked", widget=forms.RadioSelect
    )


class ListForm(forms.ModelForm):
    """An external list: its name, what it means, who keeps it fresh."""

    class Meta:
        model = SuppressionList
        fields = ["name", "kind", "effect", "owner", "overdue_after_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keepers = User.objects.filter(is_active=True, roles__overlap=[str(role) for role in KEEPERS])
        self.fields["owner"].queryset = keepers  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        others = SuppressionList.objects.exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise ValidationError(_("There is a list with this name already. Refresh that one."))
        return name

    def clean_overdue_after_days(self) -> int:
        days = self.cleaned_data["overdue_after_days"]
        if not 1 <= days <= 366:
            raise ValidationError(_("Enter a number of days from 1 to 366."))
        return days

    def _post_clean(self) -> None:
        """The service validates the whole row."""


class RefreshForm(forms.Form):
    """The newest file of a list. It replaces what is there."""

    file = forms.FileField(
        label=gettext_lazy("File (CSV or text)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=gettext_lazy(
            "One e-mail address or telephone number a line; or columns E-Mail, Telefon, Name or Vorname and Nachname, "
            "Straße, PLZ, Ort. The file is not kept."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. The list stays as it was."),
        },
    )
    may_shrink = forms.BooleanField(label=gettext_lazy("The list may become less than half as long"), required=False)


def _is_email(value: str) -> bool:
    try:
        validate_email(normalise_email(value))
    except ValidationError:
        return False
    return True
