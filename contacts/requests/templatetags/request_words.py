"""Words for codes, in the reader's language: `{{ "service"|purpose_word }}`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from contacts.customers.models import Objection
from contacts.policy.promotion import marked
from contacts.requests import deciders, presenting
from contacts.requests.forms import COMPANY
from contacts.requests.list_verdicts import ASSUMED, DEPENDS, NO_ADDRESS, NOT_NOW, Verdict
from contacts.requests.selectors import open_permits
from contacts.requests.ways import prefilling as query
from contacts.requests.ways import words
from portal.ui.templatetags.kk import badge
from portal.vocabulary import Purpose, way_in_words

register = template.Library()


@register.filter
def purpose_word(value: str) -> str:
    return str(Purpose(value).label)


@register.filter
def way_word(channel: str, platform: str = "") -> str:
    return way_in_words(channel, platform)


@register.filter
def reasons(ids: str) -> list[str]:
    """The reasons behind "DEB-04, SRC-01", or the text itself."""
    return presenting.reasons_by_id(ids)


@register.filter
def rule_reason(rule: Any) -> str:
    return presenting.reason_of(rule)


@register.filter
def hit_title(hit: Any) -> str:
    return presenting.title_of(hit)


@register.filter
def pieces(text: str, hits: Any) -> list[tuple[str, bool, list[tuple[int, str]]]]:
    """A draft in pieces for `<mark>`: text, whether it is part of a hit, number and name of the hits that end there."""
    return [
        (piece.text, bool(piece.hits), [(number, presenting.title_of(hits[number - 1])) for number in piece.ending])
        for piece in marked(text, hits)
    ]


@register.filter
def obligation_text(obligation: Any) -> str:
    return presenting.text_of(obligation)


@register.filter
def way_title(way: Any, given: Any) -> str:
    return words.title_of(way, given.context)


@register.filter
def way_notes(way: Any) -> list[str]:
    return words.notes_of(way)


@register.filter
def way_form(way: Any, asked: Any) -> str:
    """The form of the question with everything filled in that the way changes: a GET, which changes nothing."""
    return query.form_of(way, asked)


@register.simple_tag
def way_places(way: Any, given: Any, asked: Any) -> list[Any]:
    return words.places_of(way, given.context, query.form_of(way, asked))


@register.filter
def account_words(asked: Any) -> str:
    return presenting.account_words(asked)


@register.filter
def declared(asked: Any) -> list[tuple[str, str]]:
    return presenting.declared(asked)


@register.filter
def level_words(level: Any) -> str:
    return presenting.level_words(level)


@register.filter
def tone(outcome: str) -> str:
    return presenting.TONES[outcome]


@register.filter
def iso_moment(value: str) -> str:
    """A local day and time from an ISO instant, for mails."""
    return date_format(timezone.localtime(datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")


@register.filter
def iso_day(value: str) -> str:
    """A local date from an ISO instant, for mails."""
    moment = timezone.localtime(datetime.fromisoformat(value))
    return date_format(moment, "SHORT_DATE_FORMAT")


@register.filter
def iso_date(value: str) -> str:
    """A date from its ISO form, for mails."""
    return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")


@register.filter
def changed_words(names: Any) -> str:
    return deciders.changed_words(names)


@register.filter
def refusal_word(scope: str) -> str:
    return str(Objection.Scope(scope).label)


@register.filter
def asked_on(at: datetime, customer: Any) -> str:
    """The query with which the page of another day asks about an instant, where the customer lives; up to the full
    second after it, so that what was entered just before counts."""
    local = at.astimezone(ZoneInfo(customer.timezone))
    local = local if not local.microsecond else local.replace(microsecond=0) + timedelta(seconds=1)
    return urlencode({"day": local.date().isoformat(), "clock": f"{local:%H:%M:%S}"})


@register.simple_tag
def open_permits_of(people: Any) -> dict[int, int]:
    """How many permits each of these people can use now, by their keys. One query, whatever their number."""
    return open_permits([one.pk for one in people], at=timezone.now())


@register.filter
def of(counts: dict[int, int], key: int) -> int:
    return counts.get(key, 0)


@register.filter
def listed(verdicts: dict[int, list[Verdict]], key: int) -> list[Verdict]:
    """The verdicts of one customer in a list, in the order of the channels."""
    return verdicts.get(key, [])


#: In a cell there is room for a word or two: who decides is said by the icon, and by the question behind it.
LISTED: dict[str, tuple[Any, ...]] = {
    "allowed": ("allowed", gettext_lazy("Allowed")),
    "needs_manager_approval": ("manager", gettext_lazy("Ask first")),
    "needs_dpo_approval": ("dpo", gettext_lazy("Ask first")),
    "forbidden": ("forbidden", gettext_lazy("Not allowed")),
    NOT_NOW: ("later", gettext_lazy("Not now")),
    DEPENDS: ("manager", gettext_lazy("Depends on the address"), "question-circle"),
    NO_ADDRESS: ("quiet", gettext_lazy("No address")),
}


@register.filter
def verdict_badge(verdict: Verdict) -> SafeString:
    """No address is no answer, and half of a list: quieter than what one looks for."""
    if verdict.outcome == NO_ADDRESS:
        return format_html('<span class="eyebrow">{}</span>', LISTED[NO_ADDRESS][1])
    return badge(*LISTED[verdict.outcome])


@register.simple_tag
def not_now_badge() -> SafeString:
    return badge(*LISTED[NOT_NOW])


@register.filter
def verdict_query(verdict: Verdict, purpose: str) -> str:
    """The query with which the form of the question opens as the verdict was asked."""
    named: dict[str, Any] = {"purpose": purpose, "account_choice": COMPANY, **dict.fromkeys(ASSUMED, "on")}
    return urlencode(named | ({"contact_point": verdict.point.pk} if verdict.point is not None else {}))
