"""One verdict about several requests."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.requests.routing_forms import show_refusal


class TogetherForm(forms.Form):
    needed_at_times = ("reason",)

    verdict = forms.ChoiceField(choices=[("approved", "approved"), ("refused", "refused")])
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you refuse; each person reads it."),
    )

    def refuse(self, refusal: ValidationError) -> None:
        show_refusal(self, refusal)
