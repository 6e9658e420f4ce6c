"""What other systems send. Fields that are not here are refused: nothing is silently left out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from contacts.customers.models import Objection
from portal.machines.problems import unprocessable
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform, Purpose


class Body(forms.Form):
    """A JSON object of texts, checked like a form."""

    def values(self) -> dict[str, Any]:
        """The checked values. Raises Problem 422 with a sentence at each field that cannot be taken over."""
        unknown = {name: [_("There is no such field.")] for name in self.data if name not in self.fields}
        errors = {name: [str(error) for error in found] for name, found in self.errors.items()}
        if unknown or errors:
            raise unprocessable(errors | unknown)
        return self.cleaned_data


class OfCustomer(Body):
    """A customer by number, or everybody who has an e-mail address."""

    customer = forms.CharField(max_length=40, required=False)
    address = forms.CharField(max_length=254, required=False)
    note = forms.CharField(max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("customer")) == bool(cleaned.get("address")):
            self.add_error("customer", _("Name either the customer's number or their e-mail address."))
        return cleaned


class WithdrawalBody(OfCustomer):
    purpose = forms.ChoiceField(choices=Purpose.choices)
    channel = forms.ChoiceField(choices=Channel.choices)
    platform = forms.ChoiceField(choices=[("", ""), *Platform.choices], required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("channel") and (cleaned["channel"] in PLATFORM_CHANNELS) != bool(cleaned.get("platform")):
            self.add_error("platform", _("Messengers and networks have a platform, other channels have none."))
        return cleaned


class ObjectionBody(OfCustomer):
    scope = forms.ChoiceField(choices=Objection.Scope.choices)
    channel = forms.ChoiceField(choices=[("", ""), *Channel.choices], required=False)


class OptInBody(Body):
    """`wording` is the short name of a published wording; `ip` and `user_agent` are those of the person."""

    address = forms.EmailField(max_length=254)
    wording = forms.SlugField(max_length=60)
    language = forms.ChoiceField(choices=[("de", "de"), ("en", "en")])
    customer = forms.CharField(max_length=40, required=False)
    first_name = forms.CharField(max_length=100, required=False)
    last_name = forms.CharField(max_length=100, required=False)
    ip = forms.GenericIPAddressField(required=False)
    user_agent = forms.CharField(max_length=300, required=False)
