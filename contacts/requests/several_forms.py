"""The question about several customers: the fields of the single question, with a way in place of an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.requests.asking_several import Wish
from contacts.requests.forms import COMPANY, AskedForm, is_shared_device
from contacts.requests.models import CompanyAccount
from contacts.requests.presence import Presence
from portal.vocabulary import MESSENGERS, PLATFORM_CHANNELS, Channel

#: Where several may be asked about: of the platforms the messengers. What is sent in a network is for one person.
WAYS = [
    *[(channel.value, channel.label) for channel in Channel if channel not in PLATFORM_CHANNELS],
    *[(f"{Channel.MESSENGER}:{platform}", platform.label) for platform in MESSENGERS],
]

#: Of a single question what is asked here too.
FIELDS = [name for name in AskedForm.Meta.fields if name != "urgency"]


class SeveralForm(AskedForm):
    """Private accounts and imminent danger are for one customer, so nobody can choose them here."""

    way = forms.ChoiceField(label=_("Over which channel?"), choices=[("", _("Choose a channel")), *WAYS])
    account_choice = forms.ChoiceField(label=_("From which account?"), widget=forms.RadioSelect, initial=COMPANY)

    class Meta(AskedForm.Meta):
        fields = ["purpose", "way", "account_choice", *FIELDS[1:]]

    def __init__(self, *args: Any, presence: Presence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = [account for account in presence.accounts if is_shared_device(account) and not account.is_profile]
        self.shared = {str(account.pk): account for account in shared}
        self.fields["account_choice"].choices = [  # type: ignore[attr-defined]
            (COMPANY, _("The official company account for this channel")),
            *[(key, f"{account.name} ({account.kind_word})") for key, account in self.shared.items()],
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        account, way = self._account(), cleaned.get("way")
        if account is not None and way and way != _way_of(account):
            self.add_error(
                "account_choice",
                _("“%(account)s” does not reach this address. Choose the official account for the channel.")
                % {"account": account.name},
            )
        return cleaned

    def _account(self) -> CompanyAccount | None:
        return self.shared.get(self.cleaned_data.get("account_choice", ""))

    def wish(self) -> Wish:
        channel, _colon, platform = self.cleaned_data["way"].partition(":")
        return Wish(channel, platform, self._account(), self.asked())

    def asked(self) -> dict[str, Any]:
        """The fields of each question."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def _way_of(account: CompanyAccount) -> str:
    return f"{account.channel}:{account.platform}" if account.platform else account.channel
