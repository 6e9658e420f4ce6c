"""Template tags, available everywhere without loading.

{% icon "search" %}                              an icon beside a word, hidden from screen readers
{% badge "allowed" "Fine" %}                     tone + word + icon
{% outcome_badge "forbidden" %}                  the four answers
{% state_badge "permit" "revoked" %}             states of request, permit, consent, training
{% when moment %}  {% day date %}                <time> with the absolute local date
{{ rule.citation|citation }}                     a source in the reader's language
{% number 1200 %}                                1.200 or 1,200, by the language
{% error_summary form %}                         list of errors on top, each a link to its field
{% pager page %}                                 newer and older, for pages by key
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from portal.ui.citations import citation_in

register = template.Library()

ICON_OF_TONE = {
    "allowed": "check-circle-fill",
    "manager": "hourglass-split",
    "dpo": "shield-lock-fill",
    "forbidden": "x-octagon-fill",
    "later": "clock-history",
    "quiet": "dash-lg",
}
OUTCOMES = {
    "allowed": ("allowed", gettext_lazy("Allowed")),
    "needs_manager_approval": ("manager", gettext_lazy("Approval needed")),
    "needs_dpo_approval": ("dpo", gettext_lazy("Data protection officer decides")),
    "forbidden": ("forbidden", gettext_lazy("Not allowed")),
}
STATES: dict[str, dict[str, tuple[str, Any] | tuple[str, Any, str]]] = {
    "request": {
        "draft": ("quiet", pgettext_lazy("request", "Draft")),
        "with_manager": ("manager", pgettext_lazy("request", "Waiting for the manager")),
        "with_dpo": ("dpo", pgettext_lazy("request", "Waiting for the data protection officer")),
        "granted": ("allowed", pgettext_lazy("request", "Approved")),
        "refused": ("forbidden", pgettext_lazy("request", "Not approved")),
        "cancelled": ("quiet", pgettext_lazy("request", "Cancelled")),
        "lapsed": ("quiet", pgettext_lazy("request", "Lapsed")),
    },
    "permit": {
        "active": ("allowed", pgettext_lazy("permit", "Valid")),
        "used": ("quiet", pgettext_lazy("permit", "Used up")),
        "expired": ("quiet", pgettext_lazy("permit", "Expired")),
        "revoked": ("forbidden", pgettext_lazy("permit", "Revoked")),
    },
    "key": {
        "unconfirmed": ("manager", pgettext_lazy("key", "Waits to be confirmed")),
        "active": ("allowed", pgettext_lazy("key", "Valid")),
        "expired": ("quiet", pgettext_lazy("key", "Expired")),
        "revoked": ("forbidden", pgettext_lazy("key", "Revoked")),
    },
    "webhook": {
        "on": ("allowed", pgettext_lazy("webhook", "On")),
        "off": ("quiet", pgettext_lazy("webhook", "Switched off")),
        "gone": ("forbidden", pgettext_lazy("webhook", "Switched off by the receiver")),
        "failing": ("forbidden", pgettext_lazy("webhook", "Not reached")),
    },
    "webhook_delivery": {
        "waiting": ("manager", pgettext_lazy("webhook", "Waits")),
        "delivered": ("allowed", pgettext_lazy("webhook", "Delivered")),
        "given_up": ("forbidden", pgettext_lazy("webhook", "Given up after ten tries")),
        "dropped": ("quiet", pgettext_lazy("webhook", "Not wanted any more")),
    },
    "incident": {
        "reported": ("manager", pgettext_lazy("incident", "Reported")),
        "contained": ("dpo", pgettext_lazy("incident", "Contained")),
        "assessed": ("dpo", pgettext_lazy("incident", "Assessed")),
        "closed": ("quiet", pgettext_lazy("incident", "Closed")),
    },
    "data_request": {
        "received": ("manager", pgettext_lazy("data request", "Who asks is open")),
        "open": ("dpo", pgettext_lazy("data request", "Being worked on")),
        "proposed": ("manager", pgettext_lazy("data request", "Waits for the second person")),
        "answered": ("allowed", pgettext_lazy("data request", "Answered")),
        "refused": ("forbidden", pgettext_lazy("data request", "Refused")),
        "withdrawn": ("quiet", pgettext_lazy("data request", "Taken back")),
    },
    "consent": {
        "none": ("quiet", pgettext_lazy("consent", "None")),
        "pending_doi": ("manager", pgettext_lazy("consent", "Not confirmed yet")),
        "active": ("allowed", pgettext_lazy("consent", "Given")),
        "stale": ("dpo", pgettext_lazy("consent", "Unused for a long time")),
        "withdrawn": ("forbidden", pgettext_lazy("consent", "Withdrawn")),
        "expired": ("forbidden", pgettext_lazy("consent", "Expired")),
    },
    "text": {
        "draft": ("quiet", pgettext_lazy("wording", "Draft")),
        "later": ("manager", pgettext_lazy("wording", "Starts later")),
        "valid": ("allowed", pgettext_lazy("wording", "In use")),
        "replaced": ("quiet", pgettext_lazy("wording", "Replaced")),
        "earlier": ("quiet", pgettext_lazy("wording", "Used earlier")),
    },
    "course": {
        "draft": ("manager", pgettext_lazy("course version", "Draft"), "pencil-square"),
        "published": ("allowed", pgettext_lazy("course version", "Published")),
        "withdrawn": ("forbidden", pgettext_lazy("course version", "Withdrawn")),
        "retired": ("quiet", pgettext_lazy("course version", "Retired")),
    },
    "screening": {
        "queued": ("manager", pgettext_lazy("screening", "Waiting for the worker")),
        "running": ("manager", pgettext_lazy("screening", "Being answered")),
        "done": ("allowed", pgettext_lazy("screening", "Answered")),
        "failed": ("forbidden", pgettext_lazy("screening", "Not answered")),
    },
    "training": {
        "valid": ("allowed", pgettext_lazy("training", "Valid")),
        "due": ("manager", pgettext_lazy("training", "Ends soon")),
        "expired": ("forbidden", pgettext_lazy("training", "Expired")),
        "overdue": ("forbidden", pgettext_lazy("training", "Overdue")),
        "none": ("forbidden", pgettext_lazy("training", "None")),
    },
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """The same as long as the process runs: some dozens, named in our templates alone."""
    shape = '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return format_html(shape, static("vendor/bootstrap-icons/icons.svg"), name)


@register.simple_tag
def badge(tone: str, word: Any, icon_name: str = "") -> SafeString:
    picture = icon(icon_name or ICON_OF_TONE[tone])
    return format_html('<span class="badge-word tone-{}">{} {}</span>', tone, picture, word)


@register.simple_tag
def outcome_badge(outcome: str) -> SafeString:
    return _known("", outcome, get_language())


@register.simple_tag
def state_badge(noun: str, state: str) -> SafeString:
    return _known(noun, state, get_language())


@cache
def _known(noun: str, state: str, language: str | None) -> SafeString:
    """Some dozens in each language, and nothing about anybody: drawn once, in the language that is active."""
    return badge(*(STATES[noun] if noun else OUTCOMES)[state])


@register.simple_tag
def when(moment: datetime | None) -> SafeString | str:
    """An instant in the portal's zone: 31.03.2027, 14:05."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), date_format(local, "SHORT_DATETIME_FORMAT"))


@register.simple_tag
def day(value: date | None) -> SafeString | str:
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "SHORT_DATE_FORMAT"))


@register.simple_tag
def number(value: int) -> str:
    return number_format(value, force_grouping=True)


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """Same wording as at the fields, with their names; the general errors first."""
    errors = [("", error) for error in form.non_field_errors()]
    for field in form if form.errors else ():
        # A group of choices has no id of its own; its first choice is where the link leads.
        target = field.id_for_label or f"{field.auto_id}_0"
        errors += [(target, f"{_before_more(str(field.label))} {error}") for error in field.errors]
    return {"errors": errors, "title": _("Please check your entries")}


def _before_more(label: str) -> str:
    """A label that asks keeps its question mark and takes no colon."""
    return label if label.endswith("?") else f"{label}:"


@register.inclusion_tag("components/pager.html")
def pager(page: Any) -> dict[str, Any]:
    return {"page": page}


@register.filter
def citation(words: str) -> str:
    return citation_in(get_language() or "de", words)
