"""The help on pages of all rooms: `{% load help_words %}`.

{{ sentence|linked }}        a sentence of the help with its links
{{ field|why }}              why a form asks this; "" where nothing is said about it
{% first_visit %}            the step of the first visit that is open, on the start page
{% help_here as guide %}     the guide that helps on this page, or nothing
"""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from portal.help import marking, visits
from portal.help.guides import Guide, guide_for_section
from portal.help.why import why_of

register = template.Library()


@register.filter
def linked(sentence: Any) -> SafeString:
    return marking.linked(str(sentence))


@register.filter
def why(field: BoundField) -> str:
    return why_of(field)


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
