"""Requests of people on pages: `{% load rights_words %}`.

{% days_left request now %}     “12 days left” as a badge, with the last day in a <time>
{% who_asks request %}          the customer, or who it is in the words of the entry
{% corrected entry %}           an entry of the trail as a sentence: what was changed, from what to what
{% rights_about customer restricted %}     the customer's page: the restriction, which is looked for only where there is
                                           one, and for keepers the requests
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.customers.selectors import restriction_of
from contacts.rights.models import KEEPERS, DataRequest
from portal.access.roles import Role
from portal.audit import words
from portal.audit.field_words import field_word
from portal.audit.values import Names, value_word
from portal.ui.templatetags.kk import badge

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.models import AuditEntry

register = template.Library()
#: From so many days on it is said in another colour.
SOON = 10


@register.simple_tag
def days_left(request: DataRequest, now: datetime) -> SafeString | str:
    """How much time is left for the answer: word, icon, colour, and the day for machines."""
    if not request.is_running:
        return ""
    left = (request.due_on - timezone.localdate(now)).days
    if left < 0:
        said = badge("forbidden", _("The time is over"), "exclamation-triangle-fill")
    else:
        text = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
        said = badge("manager" if left <= SOON else "quiet", text, "hourglass-split")
    return format_html('<time datetime="{}">{}</time>', request.due_on.isoformat(), said)


@register.simple_tag
def who_asks(request: DataRequest, *, link: bool = False) -> SafeString | str:
    customer = request.customer
    if customer is None:
        return request.person
    if customer.anonymised_at is not None:
        return _("erased (number %(number)s)") % {"number": customer.number}
    if link:
        return format_html('<a href="{}">{}</a>', reverse("customer", args=[customer.number]), customer)
    return str(customer)


@register.simple_tag
def corrected(entry: AuditEntry) -> str:
    """“Customer changed: last name Maier, before Meier”."""
    changes = []
    for name, value in entry.after.items():
        before = entry.before.get(name)
        said = f"{field_word(name)} {value_word(entry.subject_type, name, value, Names())}"
        old = value_word(entry.subject_type, name, before, Names())
        changes.append(_("%(now)s, before %(before)s") % {"now": said, "before": old} if old else said)
    return f"{words.word(entry.verb)}: {'; '.join(changes)}" if changes else words.word(entry.verb)


@register.inclusion_tag("rights/_about_customer.html", takes_context=True)
def rights_about(context: dict[str, Any], customer: Customer, restricted: bool) -> dict[str, Any]:
    user, may_enter = context["request"].user, context["request"].user.has_role(*KEEPERS)
    rows = DataRequest.objects.visible_to(user).filter(customer=customer)[:20] if may_enter else []
    return {
        "customer": customer,
        "restriction": restriction_of(customer.pk) if restricted else None,
        "may_lift": user.has_role(Role.DPO),
        "may_enter": may_enter,
        "rows": rows,
        "now": timezone.now(),
    }
