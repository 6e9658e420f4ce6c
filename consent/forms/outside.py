"""What people outside the company enter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import ConsentText
from consent.services.own_page import Wish


class _Email(forms.EmailField):
    def __init__(self, **kwargs: Any) -> None:
        hints = {"autocomplete": "email", "inputmode": "email", "autocapitalize": "off"}
        super().__init__(
            label=gettext_lazy("E-mail address"), max_length=254, widget=forms.EmailInput(attrs=hints), **kwargs
        )


class OptInForm(forms.Form):
    """A sign-up. `text` names the version of the wording that was on the page; `website` is a field that people do
    not see: only a program fills it in."""

    email = _Email()
    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    agree = forms.BooleanField(
        label=gettext_lazy("I agree to this wording"),
        error_messages={"required": gettext_lazy("Tick the box if you agree. Without it we do not write to you.")},
    )
    text = forms.IntegerField(widget=forms.HiddenInput)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args: Any, shown: ConsentText, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        self.fields["text"].initial = shown.pk

    def clean(self) -> dict[str, Any]:
        """Nobody agrees to a wording that was not on the page: where it has changed meanwhile, it is shown anew."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("text") != self.shown.pk:
            unticked = {name: value for name, value in self.data.items() if name != "agree"}
            self.data = unticked | {"text": self.shown.pk}
            self.add_error("agree", _("The wording has changed meanwhile. Please read it and tick the box again."))
        return cleaned

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.cleaned_data["website"])


class LinkForm(forms.Form):
    """Where the link to one's own page shall go."""

    email = _Email()


class WishForm(forms.Form):
    """A question about the data that are held."""

    wish = forms.ChoiceField(
        label=gettext_lazy("What would you like?"), choices=Wish.choices, widget=forms.RadioSelect, initial=Wish.COPY
    )
    message = forms.CharField(
        label=gettext_lazy("What should we know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
