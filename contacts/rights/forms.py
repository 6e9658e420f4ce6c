"""What is entered about a request of a person, and the words with which it goes on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.models import Customer
from contacts.rights.models import DataRequest, Kind
from contacts.rights.services.answering import SCOPES
from portal.ui.moments import demand_whole_year

if TYPE_CHECKING:
    from portal.people.models import User


class RefusableForm(forms.Form):
    """A form that takes the sentences of a refusing service to the fields they are about."""

    def refuse(self, error: ValidationError) -> None:
        found = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, sentences in found.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def customer_called(user: User, number: str) -> Customer | None:
    """The customer among those that this person may see; raises ValidationError for a number of nobody."""
    if not number.strip():
        return None
    found = None
    if "\x00" not in number:
        found = Customer.objects.visible_to(user).filter(number__iexact=number.strip()).first()
    if found is None:
        raise ValidationError(_("There is no customer with this number. Check it, or leave it empty."))
    return found


class EnterForm(RefusableForm):
    needed_at_times = ("customer_number", "person")

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label=gettext_lazy("What is asked for?"), choices=Kind.choices, widget=forms.RadioSelect)
    received_at = forms.DateTimeField(
        label=gettext_lazy("When did it come in?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("The month for the answer begins with this day (Art. 12(3) GDPR)."),
    )
    how = forms.ChoiceField(label=gettext_lazy("How did it come in?"), choices=DataRequest.How.choices)
    customer_number = forms.CharField(
        label=gettext_lazy("Customer number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Leave it empty if it is not clear yet who asks."),
    )
    person = forms.CharField(
        label=gettext_lazy("Who asks, if there is no number"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Name and address, so that an answer can be sent."),
    )
    words = forms.CharField(
        label=gettext_lazy("In the person's own words"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It stays as it is written, and goes with an erasure."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letters"),
        required=False,
        choices=[("", gettext_lazy("The customer's")), ("de", gettext_lazy("German")), ("en", gettext_lazy("English"))],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_received_at(self) -> datetime:
        at: datetime = self.cleaned_data["received_at"]
        demand_whole_year(self.fields["received_at"], at)
        if at > timezone.now():
            raise ValidationError(_("This lies in the future. Enter when the request came in."))
        return at

    def clean_customer_number(self) -> Customer | None:
        return customer_called(self.user, self.cleaned_data["customer_number"])

    def entered(self) -> dict[str, Any]:
        """The arguments for `services.register.enter`."""
        said = dict(self.cleaned_data)
        return said | {"customer": said.pop("customer_number")}


class IdentityForm(RefusableForm):
    customer_number = forms.CharField(label=gettext_lazy("Customer number"), max_length=40)
    how = forms.ChoiceField(
        label=gettext_lazy("How was it made sure who asks?"),
        choices=DataRequest.Proof.choices,
        widget=forms.RadioSelect,
    )
    note_text = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Write down what was compared; keep no copy of an identity card."),
    )

    def __init__(self, *args: Any, user: User, request: DataRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if request.customer is not None:
            self.fields["customer_number"].initial = request.customer.number

    def clean_customer_number(self) -> Customer | None:
        return customer_called(self.user, self.cleaned_data["customer_number"])

    def identified(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return said | {"customer": said.pop("customer_number")}


class ReasonForm(RefusableForm):
    needed_at_times = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Why?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(RefusableForm):
    needed_at_times = ("text",)

    text = forms.CharField(
        label=gettext_lazy("What was answered or done?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The letter tells it in these words."),
    )


class ObjectionForm(AnswerForm):
    scope = forms.ChoiceField(label=gettext_lazy("What does the person refuse?"), choices=SCOPES.choices)


class DecideNamesForm(RefusableForm):
    needed_at_times = ("reason",)

    agreed = forms.TypedChoiceField(
        label=gettext_lazy("May the names be told?"),
        choices=[("yes", gettext_lazy("Yes, I agree")), ("no", gettext_lazy("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
