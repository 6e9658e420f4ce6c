"""What a customer may choose on their own page, and how it stands: one plain on or off for each purpose and way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from consent.models import ConsentText
from consent.rules import ADVERTISING, Thresholds
from consent.selectors import NO_CONSENT, ConsentAnswer, consents_of, newest
from contacts.customers.models import Objection
from contacts.customers.selectors import usable_points
from portal.vocabulary import Channel, Platform, Purpose

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint, Customer

Way = tuple[str, str]
Key = tuple[str, str, str]
PURPOSES = Purpose.values
CHANNELS = Channel.values
#: Advertising that needs no consent and goes on until somebody objects: the letter (law.md 4.3).
WITHOUT_CONSENT = (Purpose.MARKETING.value, Channel.LETTER.value, "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One purpose on one way of contact. `state` is on, off or waiting (for the confirmation by mail); `because` says
    in a word why it is off: withdrawn, refused, ended, or never. `text` is the wording that was agreed to, or the one
    on offer."""

    purpose: str
    channel: str
    platform: str
    state: str
    because: str
    since: datetime | None
    text: ConsentText | None

    @property
    def purpose_word(self) -> str:
        return str(Purpose(self.purpose).label)

    @property
    def way_word(self) -> str:
        return str(Platform(self.platform).label if self.platform else Channel(self.channel).label)

    @property
    def needs_consent(self) -> bool:
        return (self.purpose, self.channel, self.platform) != WITHOUT_CONSENT

    @property
    def offers_confirmation(self) -> bool:
        """Whether it can be switched on here: by a double opt-in, which proves an e-mail address and nothing else."""
        return self.state == "off" and self.channel == Channel.EMAIL and self.text is not None


def choices_of(customer: Customer, *, at: datetime, language: str) -> list[Choice]:
    """Every choice of this customer, in the order of the purposes: what was ever agreed to, and what is on offer for
    the ways over which the company can reach them. In six queries."""
    zone = ZoneInfo(customer.timezone)
    answers = consents_of(customer.pk, at=at, zone=zone, thresholds=Thresholds())
    refusals = list(customer.objections.filter(received_at__lte=at))
    ways = {(point.channel, point.platform) for point in usable_points(customer)}
    offered = _on_offer(ways, language, at)
    seen = ConsentText.objects.in_bulk([a.consent.text_id for a in answers.values() if a.consent and a.consent.text_id])
    keys = {*answers, *offered} | ({WITHOUT_CONSENT} if (WITHOUT_CONSENT[1], "") in ways else set())
    return [
        _choice(key, answers.get(key, NO_CONSENT), refusals, offered.get(key), seen) for key in sorted(keys, key=_place)
    ]


def find_choice(choices: Iterable[Choice], purpose: str, channel: str, platform: str) -> Choice | None:
    wanted = (purpose, channel, platform)
    return next((one for one in choices if (one.purpose, one.channel, one.platform) == wanted), None)


def by_purpose(choices: Iterable[Choice]) -> list[tuple[str, list[Choice]]]:
    return [(word, list(rows)) for word, rows in groupby(choices, key=lambda choice: choice.purpose_word)]


def is_refused(customer: Customer, scope: str) -> bool:
    """Whether all contact, or all advertising, over every way is refused."""
    return customer.objections.filter(scope=scope, channel="").exists()


def _place(key: Key) -> tuple[int, int, str]:
    return PURPOSES.index(key[0]), CHANNELS.index(key[1]), key[2]


def _on_offer(ways: set[Way], language: str, at: datetime) -> dict[Key, ConsentText]:
    """The wordings in use for these ways, in the reader's language where there is one."""
    rows = newest(ConsentText.objects.published().filter(valid_from__lte=at))
    rows.sort(key=lambda text: (text.language == language, text.line))
    return {
        (text.purpose, channel, text.platform): text
        for text in rows
        for channel in text.channels
        if (channel, text.platform) in ways
    }


def _choice(
    key: Key,
    answer: ConsentAnswer,
    refusals: list[Objection],
    offered: ConsentText | None,
    seen: dict[int, ConsentText],
) -> Choice:
    refused_at = _refused_at(refusals, key)
    state, because, since = _standing(key, answer, refused_at)
    consent = answer.consent
    agreed = seen.get(consent.text_id) if consent and consent.text_id else None
    return Choice(*key, state, because, since, agreed if state == "on" else offered)


def _standing(key: Key, answer: ConsentAnswer, refused_at: datetime | None) -> tuple[str, str, datetime | None]:
    """(state, why it is off, since when)."""
    consent = answer.consent
    if answer.state == "withdrawn":
        return "off", "withdrawn", consent.withdrawn_at if consent else None
    if answer.state == "pending_doi":
        return "waiting", "", None
    if refused_at is not None and not answer.lifts(refused_at):
        return "off", "refused", refused_at
    if answer.state in ("active", "stale"):
        return "on", "", consent.given_at if consent else None
    if key == WITHOUT_CONSENT:
        return "on", "", None
    return "off", "ended" if answer.state == "expired" else "never", None


def _refused_at(refusals: list[Objection], key: Key) -> datetime | None:
    """When this was last refused: by a block of everything, or for advertising by an objection to it."""
    purpose, channel, _platform = key
    binding = {Objection.Scope.FULL, Objection.Scope.MARKETING} if purpose in ADVERTISING else {Objection.Scope.FULL}
    return max(
        (said.received_at for said in refusals if said.scope in binding and said.channel in ("", channel)),
        default=None,
    )


def known_points(customer: Customer) -> list[ContactPoint]:
    """The addresses that are held, with their sources."""
    return list(usable_points(customer).order_by("channel", "platform", "pk"))
