"""What people report and what officers write about it."""

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
from contacts.incidents.models import Assessment, DataCategory, Decision, Entry, Kind
from contacts.incidents.rules import About, Risk
from contacts.incidents.services.judging import ASSESSED
from portal.ui.moments import demand_whole_year
from portal.vocabulary import MESSENGERS, PLATFORM_CHANNELS, Channel, Platform

if TYPE_CHECKING:
    from portal.people.models import User


class MomentInput(forms.DateTimeInput):
    """The browser's field for day and time wants ISO; what comes back is in the portal's zone."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class RefusableForm(forms.Form):
    """A form that takes the sentences of a refusing service to the fields they are about."""

    def refuse(self, error: ValidationError) -> None:
        found = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, sentences in found.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def moment(self, name: str) -> datetime | None:
        """The time in a field; raises ValidationError for half a year and for what lies in the future."""
        at = self.cleaned_data[name]
        if at is None:
            return None
        demand_whole_year(self.fields[name], at)
        if at > timezone.now():
            raise ValidationError(_("This lies in the future. Check day and time."))
        return at


def _ways() -> list[tuple[str, Any]]:
    """One list for channel and platform: “WhatsApp” says both."""
    plain = [(channel.value, channel.label) for channel in Channel if channel not in PLATFORM_CHANNELS]
    named = [(way_of(_channel(platform), platform), platform.label) for platform in Platform]
    others = [(channel.value, channel.label) for channel in PLATFORM_CHANNELS]
    return [("", gettext_lazy("I do not know, or none of these")), *plain, *named, *others]


def _channel(platform: Platform) -> Channel:
    return Channel.MESSENGER if platform in MESSENGERS else Channel.SOCIAL_DM


def way_of(channel: str, platform: str) -> str:
    return f"{channel}:{platform}" if platform else str(channel)


class ReportForm(RefusableForm):
    """It already happened. Few questions; only what and when must be answered."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label=gettext_lazy("What happened?"), choices=Kind.choices, widget=forms.RadioSelect)
    happened_at = forms.DateTimeField(
        label=gettext_lazy("When did it happen?"), widget=MomentInput, help_text=gettext_lazy("Roughly is enough.")
    )
    noticed_at = forms.DateTimeField(
        label=gettext_lazy("When did you notice?"),
        widget=MomentInput,
        help_text=gettext_lazy("From then on the company has a certain time to tell the authority, if it must."),
    )
    way = forms.ChoiceField(label=gettext_lazy("Over what?"), choices=_ways, required=False)
    customer_number = forms.CharField(
        label=gettext_lazy("Customer number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Leave it empty if you do not know it, or if it is nobody we know."),
    )
    person_note = forms.CharField(
        label=gettext_lazy("Who was reached, or is concerned?"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("In your words, for example “an unknown person with a similar number”."),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Which data?"),
        choices=DataCategory.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick what may have been seen or passed on. Nothing ticked means: not known yet."),
    )
    description = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What happened, and what has been done since. A few sentences are enough."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_happened_at(self) -> datetime | None:
        return self.moment("happened_at")

    def clean_noticed_at(self) -> datetime | None:
        return self.moment("noticed_at")

    def clean_customer_number(self) -> Customer | None:
        """The customer, among those that this person may see."""
        number = self.cleaned_data["customer_number"].strip()
        if not number:
            return None
        found = Customer.objects.visible_to(self.user).filter(number__iexact=number).first()
        if found is None:
            raise ValidationError(
                _("There is no customer with this number. Check it, or leave it empty and describe the person below.")
            )
        return found

    def reported(self) -> dict[str, Any]:
        """The arguments for `services.reporting.report`."""
        said = dict(self.cleaned_data)
        said["channel"], _colon, said["platform"] = said.pop("way").partition(":")
        return said | {"customer": said.pop("customer_number"), "data": said.pop("categories")}


class NoteForm(RefusableForm):
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What else is known, or was done. It stays as it is written."),
    )


class StepForm(forms.Form):
    step = forms.ChoiceField(choices=Entry.Step.choices)
    needed = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda said: said == "yes")


class AssessForm(RefusableForm, forms.ModelForm):
    """The risk, and what Art. 33(3) GDPR asks a notification to say."""

    class Meta:
        model = Assessment
        fields = list(ASSESSED)
        widgets = {
            "risk": forms.RadioSelect,
            "people_count": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
            "records_count": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("reason", "nature", "consequences", "measures")},
        }
        help_texts = {
            "risk": gettext_lazy("For the rights and freedoms of the people concerned."),
            "nature": gettext_lazy("What happened to which data, without names."),
            "people": gettext_lazy("For example: customers, prospects, children."),
            "records": gettext_lazy("For example: names and phone numbers, invoices."),
            "measures": gettext_lazy("Against the breach, and against its consequences."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing is chosen for the officer: the first choice of a risk must be theirs.
        self.fields["risk"].choices = Assessment.Risk.choices  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The service validates the whole assessment; the form only its own fields."""


class DecideForm(RefusableForm):
    """Whether they are told, why, and when it was done."""

    needed_at_times = ("exception", "delay_reason")

    answer = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("They are told")), ("no", gettext_lazy("They need not be told"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=3000, widget=forms.Textarea(attrs={"rows": 3}))
    exception = forms.CharField(
        label=gettext_lazy("Exception that applies"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only where they are not told in spite of the high risk: which one, and why."),
    )
    carried_out_at = forms.DateTimeField(
        label=gettext_lazy("Told on"),
        required=False,
        widget=MomentInput,
        help_text=gettext_lazy("Empty: not yet. Come back and enter it once it is done."),
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference given by the authority"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("For example the file number of the authority."),
    )
    delay_reason = forms.CharField(
        label=gettext_lazy("Why it took longer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only where the authority was told after the time was over."),
    )

    def __init__(self, *args: Any, about: str, risk: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if about != About.AUTHORITY:
            del self.fields["delay_reason"], self.fields["reference"]
        if about != About.PERSON or risk != Risk.HIGH:
            del self.fields["exception"]

    def clean_carried_out_at(self) -> datetime | None:
        return self.moment("carried_out_at")

    @classmethod
    def repeated(cls, decision: Decision | None) -> dict[str, Any]:
        """The latest decision, to be completed or taken anew."""
        if decision is None:
            return {}
        names = ("reason", "exception", "carried_out_at", "reference", "delay_reason")
        return {name: getattr(decision, name) for name in names} | {"answer": "yes" if decision.answer else "no"}


class OrderForm(RefusableForm):
    body = forms.CharField(
        label=gettext_lazy("Text of the order"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy("In the language of the receiver. It cannot be changed once it is issued."),
    )
