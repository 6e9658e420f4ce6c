"""What somebody says about a list that they want answers for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.importing.reading import FileRefused
from contacts.screening.elsewhere import roof
from contacts.screening.models import Screening
from contacts.screening.services.receiving import TooMany, Wanted
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform, Purpose

EMPTY = ("", "---------")


class ScreeningForm(forms.Form):
    needed_at_times = ("platform",)

    file = forms.FileField(
        label=gettext_lazy("List (CSV, Excel workbook .xlsx or JSON lines)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xlsm,.jsonl,.ndjson,text/csv,text/plain"}),
        help_text=gettext_lazy("One customer a line, with a column “ID”, “Kundennummer”, “E-Mail” or “Telefon”."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. Choose a file with a header line and one customer a line."),
        },
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Reason for contact"), choices=[EMPTY, *Purpose.choices])
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=[EMPTY, *Channel.choices])
    platform = forms.ChoiceField(
        label=gettext_lazy("Platform"),
        choices=[EMPTY, *Platform.choices],
        required=False,
        help_text=gettext_lazy("Only for messengers and social networks."),
    )
    account = forms.ChoiceField(
        label=gettext_lazy("Company account"),
        required=False,
        help_text=gettext_lazy("Without a choice the best that is open."),
    )
    named_by = forms.ChoiceField(
        label=gettext_lazy("Which column names the customers?"),
        choices=[("", gettext_lazy("The first that says something")), *Screening.By.choices],
        required=False,
    )
    contains_promotion = forms.BooleanField(label=gettext_lazy("The text advertises."), required=False)
    opt_out_included = forms.BooleanField(label=gettext_lazy("The text says how to object."), required=False)
    own_similar_products = forms.BooleanField(
        label=gettext_lazy("It is only about own products like those bought."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = roof().accounts(timezone.localdate())
        self.fields["account"].choices = [EMPTY, *accounts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channel, platform = cleaned.get("channel"), cleaned.get("platform")
        if channel in PLATFORM_CHANNELS and not platform and "platform" not in self.errors:
            self.add_error("platform", _("Choose the platform: a messenger or network has a name."))
        if channel and channel not in PLATFORM_CHANNELS and platform:
            self.add_error("platform", _("This channel has no platform. Leave the field empty."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if name != "file"})

    def refuse(self, refusal: FileRefused | ValidationError) -> None:
        """What only the verb could see is said at its field."""
        if isinstance(refusal, FileRefused):
            self.add_error("file", str(refusal))
        else:
            is_general = isinstance(refusal, TooMany) or hasattr(refusal, "error_dict")
            self.add_error(None if is_general else "account", refusal)
