"""Feedback on accessibility: three fields, of which one must be filled in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FeedbackForm(forms.Form):
    words = forms.CharField(
        label=_("What does not work?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What did you want to do, with which program or aid? No names and data of customers, please."),
        error_messages={
            "required": _("Say in a sentence what does not work."),
            "max_length": _("This is too long: 2,000 characters at most. Shorten it, or write twice."),
        },
    )
    page = forms.CharField(
        label=_("On which page?"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Give the page in at most 200 characters.")},
    )
    reply_to = forms.EmailField(
        label=_("E-mail address for the answer"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Without it we read your message but cannot answer. It is used for nothing else."),
        error_messages={"invalid": _("This is no e-mail address. It looks like name@company.example.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    @property
    def is_from_a_program(self) -> bool:
        """Nobody sees this field; programs that fill in everything do."""
        return bool(self.cleaned_data["website"])

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name].strip() for name in ("words", "page", "reply_to")}
