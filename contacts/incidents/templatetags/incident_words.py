"""Incidents on pages of all rooms: `{% load incident_words %}`.

{% time_left incident now %}            “41 hours left” as a badge with the instant in a <time>
{% incidents_about customer %}          the customer's page: officers see there that something happened
{% incident_link permit=permit %}       the pages of a request and a permit: report, or the report there is
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from contacts.incidents import presenting
from contacts.incidents.models import Incident
from contacts.incidents.selectors import about_customer
from portal.ui.templatetags.kk import badge

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from contacts.requests.models import ContactRequest, Permit

register = template.Library()
ICONS = {"manager": "hourglass-split", "forbidden": "exclamation-triangle-fill", "quiet": "check-lg"}


@register.simple_tag
def time_left(incident: Incident, now: datetime) -> SafeString:
    """How much time is left to tell the authority: word, icon, colour, and the instant for machines."""
    clock = incident.clock(now)
    tone = presenting.tone_of(clock)
    due = timezone.localtime(clock.due_at).isoformat()
    return format_html('<time datetime="{}">{}</time>', due, badge(tone, presenting.time_left(clock), ICONS[tone]))


@register.inclusion_tag("incidents/_about_customer.html", takes_context=True)
def incidents_about(context: dict[str, Any], customer: Customer) -> dict[str, Any]:
    return {"rows": about_customer(context["request"].user, customer.pk), "now": timezone.now()}


@register.inclusion_tag("incidents/_link.html", takes_context=True)
def incident_link(
    context: dict[str, Any], *, permit: Permit | None = None, asked: ContactRequest | None = None
) -> dict[str, Any]:
    """What was reported about this permit or request, as far as the reader may see it, and the way to report."""
    about = {"permit": permit} if permit is not None else {"request": asked}
    number = permit.number if permit is not None else asked.number if asked is not None else ""
    rows = Incident.objects.visible_to(context["request"].user).filter(**about)[:20]
    return {"rows": rows, "query": f"{'permit' if permit is not None else 'request'}={number}"}
