"""Rows of long lists, drawn in Python: a row of a template costs several times as much, for its words are looked up in
every row. Here what is the same in all rows is looked up once. Nothing is remembered from page to page.

{% customer_rows page.rows beside asks %}      the list of customers without verdicts
{% customer_tick customer %}                   the box to tick before a name
{% customer_marks beside customer %}           what was refused, and own permits
{% request_rows page %}                        own requests
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from django import template
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from contacts.requests.list_marks import FULL, NONE, Beside
from portal.ui.html import NOTHING, joined
from portal.ui.templatetags.kk import badge, state_badge, when
from portal.vocabulary import CustomerKind, Purpose, Relationship, way_in_words

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from contacts.requests.models import ContactRequest, Permit

register = template.Library()

CUSTOMER = (
    '<tr data-entry><td><div class="d-flex align-items-center">{}<a href="{}" data-key="o">{}</a></div></td>'
    '<td data-label="{}">{}</td><td data-label="{}">{}</td><td data-label="{}">{}</td>'
    '<td data-label="{}">{}</td><td data-label="{}">{}</td></tr>'
)
TICK = (
    '<label class="row-mark"><input class="form-check-input" type="checkbox" name="customer" value="{}" form="several">'
    '<span class="visually-hidden">{}</span></label>'
)
REQUEST = (
    '<tr><td data-label="{}"><a href="{}">{}</a></td><td data-label="{}">{}</td><td data-label="{}">{}</td>'
    '<td data-label="{}">{}</td><td data-label="{}">{}</td></tr>'
)


@register.simple_tag
def customer_rows(customers: Iterable[Customer], beside: Beside, asks: bool) -> SafeString:
    """`asks`: whether the reader may tick customers to ask about them together."""
    number, kind, relationship, reached, marks = (
        *(_("Number"), _("Kind"), _("Relationship")),
        *(_("Reachable over"), _("Marks")),
    )
    kinds, relationships = _in_words(CustomerKind), _in_words(Relationship)
    ticks = _("Mark %(name)s")
    rows = (
        (
            *(_tick(one, ticks) if asks else "", reverse("customer", args=[one.number]), one.display_name),
            *(number, one.number, kind, kinds[one.kind], relationship, relationships[one.relationship]),
            *(reached, beside.ways.get(one.pk, ""), marks, customer_marks(beside, one)),
        )
        for one in customers
    )
    return format_html_join("\n", CUSTOMER, rows)


@register.simple_tag
def customer_tick(customer: Customer) -> SafeString:
    return _tick(customer, _("Mark %(name)s"))


def _tick(customer: Customer, words: str) -> SafeString:
    return format_html(TICK, customer.number, words % {"name": customer.display_name})


def _in_words(choices: type[TextChoices]) -> dict[str, str]:
    """Translated once, not in every row."""
    return {value: str(label) for value, label in choices.choices}


@register.simple_tag
def customer_marks(beside: Beside, customer: Customer) -> SafeString:
    """Empty for most: no mark is no permission."""
    own = beside.marks.get(customer.pk, NONE)
    if own.refused == FULL:
        refused = badge("forbidden", _("No contact"))
    else:
        refused = badge("manager", _("No advertising"), "slash-circle") if own.refused else NOTHING
    return joined((refused, *map(_permit, own.permits)))


def _permit(permit: Permit) -> SafeString:
    words = _("%(way)s until") % {"way": permit.contact_point.get_way_display()}
    url, until = reverse("permit", args=[permit.number]), when(permit.valid_until)
    return format_html('<a class="cell-link" href="{}">{} {}</a>', url, words, until)


@register.simple_tag
def request_rows(requests: Iterable[ContactRequest]) -> SafeString:
    """Number, customer, reason, way and state of each."""
    number, customer, reason, way, state = _("Number"), _("Customer"), _("Reason"), _("Way"), _("State")
    purposes = _in_words(Purpose)
    ways, states = cache(way_in_words), cache(_state)
    rows = (
        (
            *(number, reverse("request", args=[one.number]), one.number, customer, one.customer.display_name),
            *(reason, purposes[one.purpose], way, ways(one.contact_point.channel, one.contact_point.platform)),
            *(state, states(one.state)),
        )
        for one in requests
    )
    return format_html_join("\n", REQUEST, rows)


def _state(state: str) -> SafeString:
    return state_badge("request", state)
