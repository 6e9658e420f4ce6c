"""What a customer may choose on their own page, and how it stands: one plain on or off for each purpose and way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F

from consent.models import ConsentText
from consent.rules import ADVERTISING, Address, Thresholds, open_without_consent
from consent.selectors import NO_CONSENT, ConsentAnswer, consents_of, newest
from contacts.customers.models import ContactPoint, Objection
from contacts.customers.selectors import usable_points
from contacts.customers.suppression.standing import Refused, standing_of
from portal.vocabulary import Channel, Purpose, way_in_words

if TYPE_CHECKING:
    from contacts.customers.models import Customer

Way = tuple[str, str]
Key = tuple[str, str, str]
#: What the suppression says about each address, by its key.
Carried = Mapping[int, frozenset[Refused]]
PURPOSES = Purpose.values
CHANNELS = Channel.values


@dataclass(frozen=True, slots=True)
class Choice:
    """One purpose on one way of contact. `state` is on, off or waiting (for the confirmation by mail); `because` says
    in a word why it is off: withdrawn, refused, ended, or never; `since` is when the customer agreed or said no, and
    None where it is on without their consent. `text` is the wording that was agreed to, or the one on offer."""

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
        return way_in_words(self.channel, self.platform)

    @property
    def needs_consent(self) -> bool:
        return self.channel != Channel.LETTER

    @property
    def stops_all(self) -> bool:
        """Whether switching it off is an objection to all advertising over this way (`withdrawing`)."""
        is_whole = self.purpose == Purpose.MARKETING or self.since is None
        return self.state == "on" and self.purpose in ADVERTISING and is_whole

    @property
    def offers_confirmation(self) -> bool:
        """Whether it can be switched on here: by a double opt-in, which proves an e-mail address and nothing else."""
        return self.state == "off" and self.channel == Channel.EMAIL and self.text is not None


def choices_of(customer: Customer, *, at: datetime, language: str) -> list[Choice]:
    """Every choice of this customer, in the order of the purposes: what was ever agreed to, what is on offer for the
    ways over which the company can reach them, and what needs no consent there. In seven queries."""
    zone = ZoneInfo(customer.timezone)
    answers = consents_of(customer.pk, at=at, zone=zone, thresholds=Thresholds())
    refusals = list(customer.objections.filter(received_at__lte=at))
    points = list(usable_points(customer))
    carried = standing_of(points, customer)
    ways, free = {(point.channel, point.platform) for point in points}, _without_consent(customer, points, carried)
    offered = _on_offer(ways, language, at)
    seen = ConsentText.objects.in_bulk([a.consent.text_id for a in answers.values() if a.consent and a.consent.text_id])
    # What was taken back together with the purpose above it, and never agreed to, is told by that one's row.
    told = {key for key, answer in answers.items() if answer.consent or answer.state != "withdrawn"}
    rows = []
    for key in sorted({*told, *offered, *free}, key=_place):
        answer, refused_at = answers.get(key, NO_CONSENT), _refused_at(key, refusals, points, carried)
        standing = _standing(answer, refused_at, is_free=free.get(key, False))
        agreed = seen.get(answer.consent.text_id) if answer.consent and answer.consent.text_id else None
        rows.append(Choice(*key, *standing, agreed if standing[0] == "on" else offered.get(key)))
    return rows


def _without_consent(customer: Customer, points: Iterable[ContactPoint], carried: Carried) -> dict[Key, bool]:
    """What may reach the customer although they never agreed to it; False where the addresses are refused."""
    found: dict[Key, bool] = {}
    for point in points:
        words = {word for word, _since in carried[point.pk]}
        address = Address(
            point.channel, point.platform, point.source, point.address_from_sale, point.notice_at_collection
        )
        on_list = customer.robinson_listed or "robinson" in words
        for purpose in open_without_consent(address, relationship=customer.relationship, robinson_listed=on_list):
            key = (purpose, point.channel, point.platform)
            found[key] = found.get(key, False) or not words & set(Objection.Scope.values)
    return found


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
    rows = newest(ConsentText.objects.on_show(at))
    rows.sort(key=lambda text: (text.language == language, text.line))
    return {
        (text.purpose, channel, text.platform): text
        for text in rows
        for channel in text.channels
        if (channel, text.platform) in ways
    }


def _standing(answer: ConsentAnswer, refused_at: datetime | None, *, is_free: bool) -> tuple[str, str, datetime | None]:
    """(state, why it is off, since when)."""
    consent = answer.consent
    if answer.state == "withdrawn":
        return "off", "withdrawn", answer.above_at or (consent.withdrawn_at if consent else None)
    is_refused_now = refused_at is not None and not answer.lifts(refused_at)
    if answer.state == "pending_doi" and (is_refused_now or not is_free):
        return "waiting", "", None
    if is_refused_now:
        return "off", "refused", refused_at
    if answer.state in ("active", "stale"):
        return "on", "", consent.given_at if consent else None
    if is_free:
        return "on", "", None
    return "off", "ended" if answer.state == "expired" else "never", None


def _refused_at(
    key: Key, refusals: Iterable[Objection], points: Iterable[ContactPoint], carried: Carried
) -> datetime | None:
    """When this was last refused: by a block of everything, for advertising by an objection to it, or because every
    address of this way is refused by itself (two ways may share a number)."""
    purpose, channel, platform = key
    binding = {Objection.Scope.FULL, Objection.Scope.MARKETING} if purpose in ADVERTISING else {Objection.Scope.FULL}
    said = [one.received_at for one in refusals if one.scope in binding and one.channel in ("", channel)]
    mine = [point for point in points if (point.channel, point.platform) == (channel, platform)]
    kept = [[since for word, since in carried[point.pk] if word in binding] for point in mine]
    if kept and all(kept):
        said.append(min(max(times) for times in kept))
    return max(said, default=None)


def known_points(customer: Customer) -> list[ContactPoint]:
    """The addresses that are held, with their sources; those that are no longer used stand last."""
    used_first = F("retired_at").asc(nulls_first=True)
    return list(ContactPoint.objects.filter(customer=customer).order_by(used_first, "channel", "platform", "pk"))
