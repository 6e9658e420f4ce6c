"""What people fill in about a permit: its number, what happened in a contact, why it ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.requests.models import Contact, Permit
from contacts.requests.numbers import WrongDigits, permit_key

Result = Contact.Result
EFFECTS = {
    Result.REACHED: _("Nothing more happens."),
    Result.NOT_REACHED: _("Nothing more happens. The try counts as a contact."),
    Result.SENT: _("Nothing more happens."),
    Result.OBJECTED: _("From the moment you save, nobody in the company may advertise to this person."),
    Result.WITHDREW: _(
        "The consent that this contact rested on ends the moment you save, and with it every permit that rests on it."
    ),
    Result.FULL_BLOCK: _(
        "The moment you save, every address is blocked. Only mandatory notices, letters under the contract and replies "
        "to a new request remain possible."
    ),
    Result.OTHER_WAY: _("Say in the note which way. A contact over another way is a new question."),
    Result.WRONG_PERSON: _(
        "The data protection officer hears of it the moment you save, and an incident is opened: nobody is blamed. "
        "This permit ends."
    ),
}


class LogForm(forms.ModelForm):
    """What happened; each outcome says what it does at once."""

    class Meta:
        model = Contact
        fields = ["result", "note"]
        widgets = {"result": forms.RadioSelect}
        labels = {"result": _("What happened?"), "note": _("Note")}
        help_texts = {"note": _("No health details, please.")}
        error_messages = {"result": {"required": _("Choose what happened, so that what the person said can count.")}}

    def __init__(self, *args: Any, permit: Permit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [result for result in Result if result != Result.WITHDREW or permit.rests_on_consent]
        self.fields["result"].choices = [(result.value, _with_effect(result)) for result in told]  # type: ignore[attr-defined]

    def refuse(self, error: ValidationError) -> None:
        for name, sentences in error.message_dict.items():
            for sentence in sentences:
                self.add_error(name, sentence)


def _with_effect(result: Result) -> SafeString:
    return format_html('{} <span class="form-text d-block">{}</span>', result.label, EFFECTS[result])


class PermitNumberForm(forms.Form):
    """A number that somebody was told. What it belongs to is asked of `visible_to`, not here."""

    number = forms.CharField(
        label=_("Permit number"),
        max_length=40,
        # The digits are enough, and a phone shows large keys for them.
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("As it was told to you, such as P-100042-90; blanks and hyphens do not matter."),
    )

    def clean_number(self) -> int:
        """The key of the permit."""
        key = permit_key(self.cleaned_data["number"])
        if isinstance(key, WrongDigits):
            raise ValidationError(wrong_digits(key.typed))
        if key is None:
            raise ValidationError(_("This has not the form of a permit number. It looks like P-100042-90."))
        return key


def wrong_digits(typed: str) -> str:
    """The sentence for a number whose check digits do not fit."""
    return gettext(
        "%(number)s is not a permit number: a digit is wrong, or two are swapped. Compare it with the permit, or have "
        "it read to you again."
    ) % {"number": typed}


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
