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
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.help import marking, visits
from portal.help.guides import Guide, guide_for_section
from portal.help.why import why_of
from portal.ui.html import joined
from portal.ui.templatetags.fields import speak
from portal.ui.templatetags.kk import icon

register = template.Library()

BEFORE = '<details class="why"><summary>{} {}<span class="visually-hidden">: '
BEHIND = "</span></summary><p>{}</p></details>"


@register.filter
def linked(sentence: Any) -> SafeString:
    return marking.linked(str(sentence))


@register.simple_tag
def field_help(field: BoundField) -> SafeString:
    """Both where they are said; of a hidden field nobody asks why."""
    speak(field)
    parts: list[object] = []
    if field.help_text:
        name = format_html('id="{}_helptext" ', field.auto_id) if field.auto_id else ""
        parts.append(format_html('<div {}class="form-text">{}</div>', name, field.help_text))
    form: Any = type(field.form)
    if not field.is_hidden and why_of(form, field.name) is not None:
        before, behind = _why(form, field.name, get_language())
        parts += [before, field.label, behind]
    return joined(parts)


@lru_cache(maxsize=512)
def _why(form: Any, field: str, language: str | None) -> tuple[SafeString, SafeString]:
    """What stands before and behind the name of the field, in the language that is active."""
    before = format_html(BEFORE, icon("question-circle"), _("Why we ask"))
    return before, format_html(BEHIND, marking.linked(str(why_of(form, field))))


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
