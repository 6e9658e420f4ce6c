"""{% list_title %}: what a list of the operator's pages is called; empty on other pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from portal.desk.operator.site import site

register = template.Library()


@register.simple_tag(takes_context=True)
def list_title(context: Context) -> Any:
    match = context["request"].resolver_match
    return site.titles().get(match.url_name, "") if match else ""
