"""Other ways of contact: another channel, another platform.

What hangs on the way changes with it and is stated in full: another channel or platform has another consent, and
nobody has written there first yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contacts.policy.alternatives.lever import Change, Lever, different
from contacts.policy.facts import Channel, ConsentState, Facts, Platform, PlatformStatus, SendingAccount

WHERE = ("In der Anfrage, bei „Über welche Adresse?“", "In the question, under “Over which address?”")


def _left_behind(facts: Facts) -> dict[str, Any]:
    """What was known of the old way and says nothing about the new one; a withdrawal is taken to mean both."""
    state = ConsentState.WITHDRAWN if facts.consent_state is ConsentState.WITHDRAWN else ConsentState.NONE
    return {"consent_state": state, "consent_proof": False, "customer_initiated_on_channel": False}


def _channel(channel: Channel) -> Change:
    """Another channel; its platform is open, and a letter always leaves on the company's letterhead."""

    def change(facts: Facts) -> Mapping[str, Any] | None:
        if facts.channel is channel or channel in (Channel.MESSENGER, Channel.SOCIAL_DM):
            return None
        changes: dict[str, Any] = {"channel": channel, "platform": None}
        if channel is Channel.LETTER:
            changes["sending_account"] = SendingAccount.COMPANY_ACCOUNT_VERIFIED
        return different(facts, changes | _left_behind(facts))

    return change


def _to_channel(channel: Channel, label_de: str, label_en: str) -> Lever:
    account = {"sending_account"} if channel is Channel.LETTER else set()
    about = frozenset({"channel", "platform"} | account)
    return Lever(channel.value, 3, label_de, label_en, *WHERE, about, _channel(channel), moves=True)


CHANNELS = (
    _to_channel(Channel.LETTER, "Einen Brief schreiben", "Write a letter"),
    _to_channel(Channel.EMAIL, "Eine E-Mail schreiben", "Write an e-mail"),
    _to_channel(Channel.PHONE, "Anrufen", "Call"),
    _to_channel(Channel.SMS, "Eine SMS schreiben", "Write an SMS"),
)


def _platform(channel: Channel, platform: Platform) -> Change:
    """Another platform. Whether the company is there and its review is done is not known: the review counts as open."""

    def change(facts: Facts) -> Mapping[str, Any] | None:
        if facts.channel is not channel or facts.platform is platform:
            return None
        there = {"company_present_on_platform": True, "platform_status": PlatformStatus.UNDER_REVIEW}
        return different(facts, {"platform": platform} | there | _left_behind(facts))

    return change


OTHER_PLATFORMS = {
    Channel.MESSENGER: (Platform.THREEMA, Platform.SIGNAL, Platform.WHATSAPP, Platform.TELEGRAM),
    Channel.SOCIAL_DM: (Platform.LINKEDIN, Platform.XING),
}
NAMES = {Platform.WHATSAPP: "WhatsApp", Platform.LINKEDIN: "LinkedIn", Platform.XING: "XING"}


def _other_platforms() -> Iterator[Lever]:
    for channel, platforms in OTHER_PLATFORMS.items():
        for platform in platforms:
            name = NAMES.get(platform, platform.value.capitalize())
            yield Lever(
                f"platform_{platform.value}",
                4,
                f"Über {name} schreiben, wenn das Unternehmen dort vertreten ist",
                f"Write over {name}, if the company is present there",
                *WHERE,
                frozenset({"channel", "platform"}),
                _platform(channel, platform),
                moves=True,
            )


MOVES = (*CHANNELS, *_other_platforms())
