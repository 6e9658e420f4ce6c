"""What people enter about consents: a new one with its evidence, and a withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import Consent, ConsentEvent
from portal.ui.moments import demand_whole_year
from portal.vocabulary import PLATFORM_CHANNELS, Purpose

How = ConsentEvent.How
GIVEN_BY = (How.PAPER, How.WRITTEN, How.WEB_FORM, How.DOUBLE_OPT_IN, How.SPOKEN)
WITHDRAWN_BY = (How.SPOKEN, How.WRITTEN, How.PAPER, How.WEB_FORM)
# Nobody agrees to a private matter, to the question for consent itself, or to the mail that confirms it.
NOT_CONSENTED = (Purpose.PRIVATE, Purpose.CONSENT_REQUEST, Purpose.DOI_CONFIRMATION)


def _how(offered: tuple[How, ...]) -> list[tuple[str, Any]]:
    return [(way.value, way.label) for way in offered]


class ConsentForm(forms.ModelForm):
    """A consent the customer gave: for what, over which channel, when, how, and what proves it."""

    given_at = forms.DateTimeField(
        label=gettext_lazy("When did the customer agree?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    how = forms.ChoiceField(label=gettext_lazy("How?"), choices=_how(GIVEN_BY))
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Where the proof lies: form number, log entry, file. Without evidence the consent cannot be proven, and "
            "advertising may not rest on it."
        ),
    )

    class Meta:
        model = Consent
        fields = ["purpose", "channel", "platform", "given_at", "how", "evidence", "ends_on"]
        widgets = {"ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "platform": gettext_lazy("Only for messengers and social networks."),
            "ends_on": gettext_lazy("Only if the customer agreed for a limited time."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given_at"].initial = timezone.localtime()
        purposes = [(value, label) for value, label in Purpose.choices if value not in NOT_CONSENTED]
        self.fields["purpose"].choices = [("", gettext_lazy("Choose a reason")), *purposes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channel, platform = cleaned.get("channel"), cleaned.get("platform")
        if channel in PLATFORM_CHANNELS and not platform:
            self.add_error("platform", _("Choose the platform: a messenger or network has a name."))
        if channel and channel not in PLATFORM_CHANNELS and platform:
            self.add_error("platform", _("This channel has no platform. Leave the field empty."))
        return cleaned

    def clean_given_at(self) -> Any:
        return demand_whole_year(self.fields["given_at"], self.cleaned_data["given_at"])

    def clean_ends_on(self) -> Any:
        day = self.cleaned_data["ends_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed: the consent would have ended already. Check the year."))
        return day

    def _post_clean(self) -> None:
        """The service validates and writes; a form that saved a consent would go around the ledger."""


class WithdrawalForm(forms.Form):
    """How the customer took the consent back; both fields have an answer already, so one press is enough."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did the customer say so?"), choices=_how(WITHDRAWN_BY), widget=forms.RadioSelect
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].initial = How.SPOKEN
