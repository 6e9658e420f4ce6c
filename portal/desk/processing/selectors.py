"""The record as it stands: each activity with what the portal draws, what people said, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _

from portal.desk.processing import rules
from portal.desk.processing.declared import Declared, declared_at, used_of, used_rows
from portal.desk.processing.drawing import drawn_of, name_of
from portal.desk.processing.models import ActivityVersion, ActivityVersionQuerySet
from portal.people.models import User
from portal.together import Together

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PART_WORDS: dict[str, StrOrPromise] = {
    "purposes": gettext_lazy("Purposes"),
    "legal_basis": gettext_lazy("Legal basis"),
    "persons": gettext_lazy("Categories of persons"),
    "data": gettext_lazy("Categories of data"),
    "recipients": gettext_lazy("Recipients"),
    "third_countries": gettext_lazy("Transfer to third countries"),
    "time_limits": gettext_lazy("Time limits of erasure"),
    "measures": gettext_lazy("Technical and organisational measures"),
    "remarks": gettext_lazy("Remarks"),
}
#: Where the officer changes what is drawn.
SOURCES = {
    "purposes": "rule_book",
    "legal_basis": "rule_book",
    "data": "retention",
    "time_limits": "retention",
    "recipients": "company_accounts",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part in the reader's language: what is drawn, what people said, and whether they still have to say it."""

    key: str
    drawn: tuple[str, ...]
    said: str
    is_missing: bool

    @property
    def label(self) -> str:
        return str(PART_WORDS[self.key])

    @property
    def source(self) -> str:
        """The name of the page on which that is decided which is drawn here; empty where there is no such page."""
        return SOURCES.get(self.key, "")

    @property
    def lines(self) -> tuple[str, ...]:
        """Drawn and said as one text, for a file."""
        return (*self.drawn, *self.said.splitlines())


@dataclass(frozen=True)
class Activity:
    """`newest` is None for an activity that the portal describes and nobody has written about. `declared` is None
    where nothing needs to be drawn, as on the start page."""

    key: str
    newest: ActivityVersion | None
    declared: Declared | None = None

    @property
    def is_own(self) -> bool:
        return rules.is_own(self.key)

    @property
    def name(self) -> str:
        return self.newest.name if self.is_own and self.newest is not None else name_of(self.key)

    @property
    def number(self) -> int:
        return self.newest.number if self.newest is not None else 0

    @property
    def is_ended(self) -> bool:
        return self.newest is not None and self.newest.is_ended

    @property
    def said(self) -> dict[str, str]:
        return self.newest.said if self.newest is not None else {}

    @property
    def missing(self) -> tuple[str, ...]:
        return () if self.is_ended else rules.missing_parts(self.key, self.said)

    @property
    def missing_words(self) -> list[str]:
        return [str(PART_WORDS[part]) for part in self.missing]

    @property
    def review_on(self) -> date | None:
        return rules.review_due(self.newest.day if self.newest is not None else None)

    def is_due(self, today: date) -> bool:
        return not self.is_ended and rules.is_due(self.newest.day if self.newest is not None else None, today)

    @cached_property
    def drawn(self) -> dict[str, list[str]]:
        """What the portal says today; nothing of an activity of the company's own."""
        return {} if self.is_own or self.declared is None else drawn_of(self.key, self.declared)

    @cached_property
    def parts(self) -> list[Part]:
        return parts_of(self.drawn, self.said, self.missing)

    @property
    def purposes(self) -> str:
        """In one line, for a list."""
        return "; ".join(line.rstrip(".") for line in self.parts[0].lines)

    @cached_property
    def moved(self) -> list[str]:
        """The parts of which the portal says something else today than when somebody last looked."""
        if self.newest is None or not self.drawn:
            return []
        then = self.newest.drawn.get(get_language() or "de", {})
        return [str(PART_WORDS[part]) for part, now in self.drawn.items() if then.get(part, []) != now]


def parts_of(drawn: dict[str, list[str]], said: dict[str, str], missing: Iterable[str] = ()) -> list[Part]:
    lacking = set(missing)
    return [Part(key, tuple(drawn.get(key, ())), said.get(key, ""), key in lacking) for key in rules.PARTS]


def record_at(user: User, at: datetime) -> list[Activity]:
    """All activities, those that have ended too: the portal, the channels, the platforms, then the company's own."""
    declared = declared_at(at)
    return _joined(_versions(user).newest(), declared.used.activities(), declared)


def standing_at(user: User, at: datetime) -> list[Activity]:
    """As `record_at`, for whoever only asks what is missing or due: one query, and nothing is drawn."""
    read = _reading(tuple(sorted(user.roles)) if user.is_active else ())(today=timezone.localdate(at))
    found = _joined(read["newest"], used_of(read).activities(), None)
    return [one for one in found if not one.is_ended]


@lru_cache(maxsize=64)
def _reading(roles: tuple[str, ...]) -> Together:
    """For a reader with these roles. The statement is remembered, never what it found."""
    reader = User(roles=list(roles), is_active=True)
    newest = ActivityVersion.objects.visible_to(reader).newest().defer("drawn")
    return Together(lambda *, today: {"newest": newest, **used_rows(today)})


def _joined(versions: Iterable[ActivityVersion], described: Iterable[str], declared: Declared | None) -> list[Activity]:
    newest, told = {row.activity: row for row in versions}, list(described)
    # A platform that is not used any more stays in the record where somebody has written about it.
    left = [key for key in newest if key not in told]
    own = sorted((key for key in left if rules.is_own(key)), key=lambda key: int(key.removeprefix(rules.OWN)))
    unused = sorted(key for key in left if not rules.is_own(key))
    return [Activity(key, newest.get(key), declared) for key in (*told, *unused, *own)]


def _versions(user: User) -> ActivityVersionQuerySet:
    return ActivityVersion.objects.visible_to(user).select_related("made_by")


def activity_at(user: User, key: str, at: datetime) -> Activity:
    """One activity. Raises Http404 for a key that is none, and for whoever may not read the record."""
    declared = declared_at(at)
    newest = _versions(user).filter(activity=key).order_by("-number").first()
    if newest is None and key not in declared.used.activities():
        raise Http404
    return Activity(key, newest, declared)


def drawn_in_all_languages(key: str, declared: Declared) -> dict[str, dict[str, list[str]]]:
    """What a version keeps of what is drawn; nothing for an activity of the company's own."""
    if rules.is_own(key):
        return {}
    found = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            found[language] = drawn_of(key, declared)
    return found


def missing_sentences(activities: Iterable[Activity]) -> list[str]:
    """“For 3 activities the recipients are missing.”, one sentence for each part, in the order of the parts."""
    counted = Counter(part for activity in activities for part in activity.missing)
    return [_missing(part, counted[part]) for part in rules.PARTS if counted[part]]


def _missing(part: str, count: int) -> str:
    words = ngettext(
        "For %(count)d activity this is missing: %(part)s.",
        "For %(count)d activities this is missing: %(part)s.",
        count,
    )
    return words % {"count": count, "part": PART_WORDS[part]}


def due_sentence(activities: Iterable[Activity], today: date) -> str:
    """How many wait for somebody to look at them; empty for none. What lacks something is to be completed first."""
    due = sum(activity.is_due(today) for activity in activities if not activity.missing)
    if not due:
        return ""
    words = ngettext(
        "%(count)d activity is to be looked at: nobody has done so in the last year.",
        "%(count)d activities are to be looked at: nobody has done so in the last year.",
        due,
    )
    return words % {"count": due}


def controller() -> list[tuple[str, str]]:
    """Who is responsible and whom to ask, as the privacy notice names them (Art. 30(1)(a) GDPR)."""
    said = (
        (_("Controller"), settings.COMPANY_NAME),
        (_("Address"), settings.COMPANY_ADDRESS),
        (_("Represented by"), settings.COMPANY_REPRESENTED_BY),
        (_("E-mail"), settings.COMPANY_EMAIL),
        (_("Telephone"), settings.COMPANY_PHONE),
        (_("Data protection officer"), settings.DPO_CONTACT),
    )
    return [(label, value) for label, value in said if value]


def today_at(at: datetime) -> date:
    return timezone.localdate(at)
