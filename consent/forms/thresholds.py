"""New thresholds: from when, for what, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.forms.common import CONSENTED, MomentField
from consent.models import ThresholdSetting
from consent.rules import ThresholdRow, Thresholds
from portal.vocabulary import Channel


class ThresholdForm(forms.Form):
    purpose = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False, choices=[("", gettext_lazy("Every reason")), *CONSENTED]
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), required=False, choices=[("", gettext_lazy("Every channel")), *Channel.choices]
    )
    stale_after_months_unused = forms.IntegerField(
        label=gettext_lazy("Months unused until stale"), min_value=1, max_value=600
    )
    expired_after_months_unused = forms.IntegerField(
        label=gettext_lazy("Months unused until expired"), min_value=1, max_value=600
    )
    doi_ttl_days = forms.IntegerField(
        label=gettext_lazy("Days that a sign-up waits for its confirmation"), min_value=1, max_value=365
    )
    valid_from = MomentField(
        label=gettext_lazy("Valid from"),
        help_text=gettext_lazy("Not in the past: answers that were given would change."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        help_text=gettext_lazy("One sentence; an authority will ask for it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        stale, expired = cleaned.get("stale_after_months_unused"), cleaned.get("expired_after_months_unused")
        if stale and expired and expired < stale:
            self.add_error(
                "expired_after_months_unused", _("A consent cannot end before it is stale. Enter at least as many.")
            )
        key = {name: cleaned.get(name) for name in ("purpose", "channel", "valid_from")}
        if key["valid_from"] and ThresholdSetting.objects.filter(**key).exists():
            self.add_error("valid_from", _("There are thresholds that begin at this very minute. Choose another."))
        return cleaned

    def row(self) -> ThresholdRow:
        """What was entered, as the rules read it."""
        values = self.cleaned_data
        thresholds = Thresholds(
            stale_after_months_unused=values["stale_after_months_unused"],
            expired_after_months_unused=values["expired_after_months_unused"],
            doi_ttl_days=values["doi_ttl_days"],
        )
        return ThresholdRow(values["purpose"], values["channel"], values["valid_from"], thresholds)
