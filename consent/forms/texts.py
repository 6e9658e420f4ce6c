"""Writing and publishing a wording."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.forms.common import CONSENTED, MomentField
from consent.models import ConsentText
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform


class WordsForm(forms.Form):
    """What can change in a draft."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Over which channels?"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only channels that the wording names."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    body = forms.CharField(
        label=gettext_lazy("Wording"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("As the person sees it: who asks, what for, over which way, and how to withdraw."),
    )

    def __init__(self, *args: Any, named_platform: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named_platform = named_platform

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        channels = cleaned.get("channels", [])
        platform = cleaned.get("platform", self.named_platform)
        if platform and [channel for channel in channels if channel not in PLATFORM_CHANNELS]:
            self.add_error(
                "channels",
                _("A wording that names a platform is about messenger or direct message only. Write another wording."),
            )
        return cleaned


class NewTextForm(WordsForm):
    """A wording that there is not yet, or a new version or translation of one."""

    line = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        help_text=gettext_lazy(
            "Lower-case letters, digits and hyphens, as in newsletter. It ties the versions and languages together."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=ConsentText.LANGUAGES)
    purpose = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose a reason")), *CONSENTED],
        help_text=gettext_lazy("A wording is about one reason only; who agrees can then refuse each by itself."),
    )
    platform = forms.ChoiceField(
        label=gettext_lazy("Platform"),
        required=False,
        choices=[("", gettext_lazy("None, or every one")), *Platform.choices],
        help_text=gettext_lazy("Only if the wording names a messenger or social network."),
    )
    field_order = ("line", "language", "purpose", "channels", "platform", "title", "body")

    def clean_line(self) -> str:
        line = self.cleaned_data["line"]
        if line != line.lower() or "_" in line:
            raise forms.ValidationError(_("Use lower-case letters, digits and hyphens only, as in newsletter."))
        return line


class PublishForm(forms.Form):
    """From when the version is shown to people."""

    valid_from = MomentField(
        label=gettext_lazy("Valid from"),
        required=False,
        help_text=gettext_lazy("Leave empty to start at once."),
    )
