"""{% places as places %}    the pages that the signed-in person may go to by name (portal/desk/search/places.py)"""

from __future__ import annotations

from typing import Any

from django import template

from portal.desk.search.places import Place, places_of

register = template.Library()


@register.simple_tag(takes_context=True)
def places(context: dict[str, Any]) -> list[Place]:
    return places_of(context["user"])
