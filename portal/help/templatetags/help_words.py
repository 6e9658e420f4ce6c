"""The help on pages of all rooms: `{% load help_words %}`.

{{ sentence|linked }}        a sentence of the help with its links
{% field_help field %}       what a form says below a field, and why it asks this
{% first_visit %}            the step of the first visit that is open, on the start page
{% help_here as guide %}     the guide that helps on this page, or nothing
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.help import marking, visits
from portal.help.guides import Guide, guide_for_section
from portal.help.why import why_of
from portal.ui.templatetags.kk import icon

register = template.Library()


@register.filter
def linked(sentence: Any) -> SafeString:
    return marking.linked(str(sentence))


@register.simple_tag
def field_help(field: BoundField) -> SafeString:
    """Both where they are said; of a hidden field nobody asks why."""
    name = format_html('id="{}_helptext" ', field.auto_id) if field.auto_id else ""
    help_text = format_html('<div {}class="form-text">{}</div>', name, field.help_text) if field.help_text else ""
    told = "" if field.is_hidden else why_of(field)
    return format_html("{}{}", help_text, _why(told, field.label) if told else "")


def _why(told: str, label: Any) -> SafeString:
    heard = format_html('<span class="visually-hidden">: {}</span>', label)
    shape = '<details class="why"><summary>{} {}{}</summary><p>{}</p></details>'
    return format_html(shape, icon("question-circle"), _("Why we ask"), heard, _linked(told))


@lru_cache(maxsize=256)
def _linked(told: str) -> SafeString:
    """The texts of `why.WHY` alone, in the languages of the portal."""
    return marking.linked(told)


@register.inclusion_tag("help/_first_visit.html", takes_context=True)
def first_visit(context: dict[str, Any]) -> dict[str, Any]:
    user = context["request"].user
    now, steps = visits.shown(user), visits.steps_for(user)
    step = steps[now - 1] if now else None
    return {"step": step, "now": now, "last": len(steps), "csrf_token": context.get("csrf_token")}


@register.simple_tag(takes_context=True)
def help_here(context: dict[str, Any]) -> Guide | None:
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return None
    return guide_for_section(context.get("section", ""), request.user)
