"""What people enter about one customer's consents: a new one with its evidence, a correction, a withdrawal, a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.forms.common import CONSENTED, DayInput, How, MomentField, how_choices
from consent.models import Consent, ConsentText
from consent.services.evidence import checked_type
from contacts.customers.models import Objection
from portal.ui.moments import EARLIEST_YEAR
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from portal.people.models import User

GIVEN_BY = (How.PAPER, How.WRITTEN, How.SPOKEN, How.WEB_FORM)
WITHDRAWN_BY = (How.SPOKEN, How.WRITTEN, How.PAPER, How.WEB_FORM)
STOPPED_BY = (How.SPOKEN, How.WRITTEN)


class WayForm(forms.Form):
    """For what, and over which way: decides which wordings fit."""

    needed_at_times = ("platform",)

    purpose = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Choose a reason")), *CONSENTED]
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=[("", gettext_lazy("Choose a channel")), *Channel.choices]
    )
    platform = forms.ChoiceField(
        label=gettext_lazy("Platform"),
        required=False,
        choices=[("", gettext_lazy("None")), *Platform.choices],
        help_text=gettext_lazy("Only for messengers and social networks."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channel, platform = cleaned.get("channel"), cleaned.get("platform")
        if channel in PLATFORM_CHANNELS and not platform:
            self.add_error("platform", _("Choose the platform: a messenger or network has a name."))
        if channel and channel not in PLATFORM_CHANNELS and platform:
            self.add_error("platform", _("This channel has no platform. Leave the field empty."))
        return cleaned


class NumberForm(forms.Form):
    """Whose evidence."""

    number = forms.CharField(label=gettext_lazy("Customer number"), max_length=40)


class WordingField(forms.ModelChoiceField):
    def label_from_instance(self, text: ConsentText) -> str:
        since = date_format(timezone.localtime(text.valid_from), "SHORT_DATE_FORMAT") if text.valid_from else ""
        return _("%(title)s, version %(version)s, %(language)s, in use since %(day)s") % {
            "title": text.title,
            "version": text.version,
            "language": text.get_language_display(),
            "day": since,
        }


class EvidenceForm(forms.Form):
    """When the customer agreed, the wording they saw, and what proves it. `about` is the consent, saved or not."""

    needed_at_times: tuple[str, ...] = ("text", "evidence")

    given_at = MomentField(label=gettext_lazy("When did the customer agree?"))
    text = WordingField(
        ConsentText.objects.none(),
        label=gettext_lazy("Wording that the customer saw"),
        required=False,
        empty_label=gettext_lazy("Not known"),
        help_text=gettext_lazy("Without the wording nobody can show what the customer agreed to."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Where the proof lies: form number, log entry, file. Without evidence the consent cannot be proven, and "
            "advertising may not rest on it."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File that proves it"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.txt"}),
        help_text=gettext_lazy("A scan or photograph: PDF, PNG, JPEG or text, at most 10 MB."),
        error_messages={"empty": gettext_lazy("The file is empty. Choose another one.")},
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Only if the customer agreed for a limited time."),
    )

    def __init__(self, *args: Any, about: Consent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = ConsentText.objects.fitting(about.purpose, about.channel, about.platform)
        self.fields["text"].queryset = fitting  # type: ignore[attr-defined]
        self.fields["given_at"].initial = timezone.localtime()

    @property
    def wordings(self) -> Any:
        """The texts in full, to be read before one is chosen."""
        return self.fields["text"].queryset  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile | None:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                checked_type(upload)
            except ValidationError as refusal:
                raise ValidationError(refusal.message_dict["file"]) from refusal
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given_at, ends_on = cleaned.get("given_at"), cleaned.get("ends_on")
        if given_at and ends_on and ends_on < timezone.localdate(given_at):
            self.add_error("ends_on", _("The consent would have ended before it was given. Check the dates."))
        return cleaned

    def say_file_again(self) -> None:
        """A browser does not send a file twice by itself: where something else is wrong, the person is told."""
        upload = self.files.get("file")
        if upload and self.errors and "file" not in self.errors:
            self.add_error(
                "file", _("Please choose “%(name)s” again: the browser does not keep files.") % {"name": upload.name}
            )

    def words(self) -> dict[str, Any]:
        """The arguments of the verb; the file goes its own way (`evidence_of`)."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class ConsentForm(EvidenceForm):
    """A consent that the customer gave or renewed."""

    needed_at_times = ("text", "evidence", "recipient_code")

    how = forms.ChoiceField(label=gettext_lazy("How?"))
    recipient_code = forms.CharField(
        label=gettext_lazy("Who took the consent? (code)"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "For advertising calls to consumers, section 7a UWG wants this on record. It is your person number unless "
            "a colleague took the consent."
        ),
    )
    field_order = ("given_at", "how", "text", "evidence", "file", "recipient_code", "ends_on")

    def __init__(self, *args: Any, about: Consent, by: User, **kwargs: Any) -> None:
        super().__init__(*args, about=about, **kwargs)
        # A form proves nothing about an e-mail address; the sign-up with its confirmation does.
        offered = tuple(way for way in GIVEN_BY if about.channel != Channel.EMAIL or way != How.WEB_FORM)
        self.fields["how"].choices = how_choices(offered)  # type: ignore[attr-defined]
        self.fields["recipient_code"].initial = by.person_number
        if not about.is_consumer_call:
            del self.fields["recipient_code"]

    def clean_ends_on(self) -> Any:
        day = self.cleaned_data["ends_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed: the consent would have ended already. Check the year."))
        return day


class CorrectionForm(EvidenceForm):
    """What is on record about the present consent, said better. It begins with what is on record."""

    def __init__(self, *args: Any, about: Consent, evidence: str, **kwargs: Any) -> None:
        super().__init__(*args, about=about, **kwargs)
        self.about = about
        values = {"given_at": about.given_at, "text": about.text_id, "evidence": evidence, "ends_on": about.ends_on}
        for name, value in values.items():
            self.fields[name].initial = value

    def clean_given_at(self) -> Any:
        """The browser's field has no seconds: an unchanged minute leaves the time as it is."""
        moment, known = self.cleaned_data["given_at"], self.about.given_at
        return known if known and known.replace(second=0, microsecond=0) == moment else moment


class OnDayForm(forms.Form):
    """A day of the past, in the customer's calendar."""

    on = forms.DateField(label=gettext_lazy("State on this day"), widget=DayInput)

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day.year < EARLIEST_YEAR:
            raise ValidationError(_("Enter the year with four digits."))
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet. Choose an earlier one."))
        return day


class WithdrawalForm(forms.Form):
    """How the customer took the consent back; both fields have an answer already, so one press is enough."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did the customer say so?"),
        choices=how_choices(WITHDRAWN_BY),
        widget=forms.RadioSelect,
        initial=How.SPOKEN,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)


class StopForm(forms.Form):
    """What the customer refuses; everything has an answer already, so one press is enough."""

    what = forms.ChoiceField(label=gettext_lazy("What does the customer want?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=gettext_lazy("For which channel?"),
        required=False,
        choices=[("", gettext_lazy("Every channel")), *Channel.choices],
        help_text=gettext_lazy("Counts for “no advertising” and “no contact at all”."),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How did the customer say so?"),
        choices=how_choices(STOPPED_BY),
        widget=forms.RadioSelect,
        initial=How.SPOKEN,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def __init__(self, *args: Any, standing: list[Consent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = {f"consent-{consent.pk}": consent for consent in standing}
        single = [(key, _("Withdraw one consent: %(consent)s") % {"consent": c}) for key, c in self.standing.items()]
        self.fields["what"].choices = [*Objection.Scope.choices, *single]  # type: ignore[attr-defined]
        self.fields["what"].initial = Objection.Scope.MARKETING

    @property
    def consent(self) -> Consent | None:
        """The one consent that is withdrawn, or None for an objection."""
        return self.standing.get(self.cleaned_data["what"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        consent, channel = self.standing.get(cleaned.get("what", "")), cleaned.get("channel")
        if consent and channel and channel != consent.channel:
            self.add_error("channel", _("This consent is about another channel. Leave the field as it was."))
        return cleaned
