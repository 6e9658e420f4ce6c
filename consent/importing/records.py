"""From a row to the consent it speaks of, or to the reasons why it cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from contacts.customers.importing import values
from contacts.customers.importing.columns import Layout
from contacts.customers.importing.reading import Row
from contacts.customers.importing.taking import RowError, Seen, Taken, customer_number, taken
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform, Purpose

# Nobody agrees to a private matter, to the question for consent itself, or to the mail that confirms it.
NOT_CONSENTED = (Purpose.PRIVATE, Purpose.CONSENT_REQUEST, Purpose.DOI_CONFIRMATION)
CHANNEL_WORDS = {
    "mail": Channel.EMAIL,
    "telefon": Channel.PHONE,
    "phone": Channel.PHONE,
    "anruf": Channel.PHONE,
    "brief": Channel.LETTER,
    "post": Channel.LETTER,
    "direktnachricht": Channel.SOCIAL_DM,
}


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One consent as the row says. `given` has no zone where the row gives none: it is the customer's own then."""

    row: Row
    number: str
    purpose: str
    channel: str
    platform: str
    given: datetime | date
    ends_on: date | None
    evidence: str
    wording: str
    origin: str


@dataclass
class ConsentReader:
    """Reads rows under one layout; an origin id may be there once."""

    layout: Layout
    today: date
    seen: Seen = field(default_factory=Seen)

    def read(self, row: Row) -> ConsentRecord | list[RowError]:
        found = taken(row, self.layout)
        number = customer_number(found)
        purpose = found.need("purpose", lambda text: values.choice(text, words(Purpose)))
        channel = found.need("channel", lambda text: values.choice(text, words(Channel) | CHANNEL_WORDS))
        platform = found.take("platform", lambda text: values.choice(text, words(Platform))) or ""
        _check_platform(found, channel, platform)
        given = found.need("given_at", lambda text: values.past_moment(text, self.today))
        ends_on = found.take("ends_on", values.day)
        texts = {
            name: found.take(name, lambda text, most=most: values.limited(text, most)) or ""  # type: ignore[misc]
            for name, most in (("evidence", 500), ("wording", 200))
        }
        origin = found.need("origin", lambda text: values.limited(text, 100)) or ""
        self._refuse_twice(found, origin)
        if found.errors or purpose is None or channel is None or given is None:
            return found.errors
        self.seen.note(origin, row)
        return ConsentRecord(row, number, purpose, channel, platform, given, ends_on, origin=origin, **texts)

    def _refuse_twice(self, found: Taken, origin: str) -> None:
        first = self.seen.first(origin)
        if origin and first is not None:
            reason = _("This number is in line %(line)s already.") % {"line": first}
            found.refuse("origin", origin, reason, _("Give each consent a number of its own."))


def _check_platform(found: Taken, channel: str | None, platform: str) -> None:
    if channel is None or bool(platform) == (channel in PLATFORM_CHANNELS):
        return
    if platform:
        fix = _("This channel has no platform. Empty the cell.")
        found.refuse("platform", found.cells["platform"], _("The platform does not fit the channel."), fix)
    elif not found.cells.get("platform"):
        fix = _("Name the messenger or the network.")
        found.refuse("platform", "", _("This channel needs a platform."), fix)


@cache
def words(choices: type[TextChoices]) -> dict[str, str]:
    """Every word for a choice, folded: its value, and its name in each language of the portal."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for choice in choices:
                if choice not in NOT_CONSENTED:
                    found |= {word.casefold(): str(choice.value) for word in (choice.value, str(choice.label))}
    return found
