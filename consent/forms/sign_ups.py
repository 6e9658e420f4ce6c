"""What the consent officer chooses to start a sign-up, or to send a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.forms.consents import WordingField
from consent.models import ConsentText
from contacts.customers.models import ContactPoint
from contacts.customers.selectors import objection_against, usable_points
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from contacts.customers.models import Customer


class AddressField(forms.ModelChoiceField):
    def label_from_instance(self, point: ContactPoint) -> str:
        return f"{point.value} ({point.label})" if point.label else point.value


class AddressForm(forms.Form):
    """One of the customer's e-mail addresses; the first is chosen already."""

    point = AddressField(
        ContactPoint.objects.none(), label=gettext_lazy("E-mail address"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = usable_points(customer).filter(channel=Channel.EMAIL)
        self.fields["point"].queryset = points  # type: ignore[attr-defined]
        self.fields["point"].initial = points.first()


class SignUpForm(AddressForm):
    """Address and wording; the wording says the reason."""

    text = WordingField(
        ConsentText.objects.none(),
        label=gettext_lazy("Wording that the customer confirms"),
        empty_label=gettext_lazy("Choose a wording"),
    )

    def __init__(self, *args: Any, customer: Customer, texts: QuerySet[ConsentText], **kwargs: Any) -> None:
        super().__init__(*args, customer=customer, **kwargs)
        self.fields["text"].queryset = texts  # type: ignore[attr-defined]

    def clean_point(self) -> ContactPoint:
        point = self.cleaned_data["point"]
        if objection_against(point) == "full_block":
            raise forms.ValidationError(
                _("The customer wants no contact at all over this address. Only the customer can start a sign-up.")
            )
        return point
