"""Cells of the two tables of a customer's page, drawn in Python as `list_rows` draws lists.

{% answer_cells row page %}                            the answers of one address, each the way to its question
{% consent_rows consents customer may_record %}        what was agreed to, each with the way to take it back
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from contacts.requests import presenting
from portal.ui.templatetags.kk import outcome_badge, state_badge, when

if TYPE_CHECKING:
    from consent.selectors import ConsentAnswer
    from contacts.customers.models import Customer
    from contacts.requests.views.customer import GridRow

register = template.Library()

ANSWER = '<td data-label="{}"><a class="cell-link tone-{}" href="{}{}">{}</a></td>'
CONSENT = (
    '<tr><td data-label="{}"><a href="{}">{}</a></td><td data-label="{}">{}</td><td data-label="{}">{}{}</td>'
    '<td data-label="{}">{}</td><td>{}</td></tr>'
)


@register.simple_tag
def answer_cells(row: GridRow, page: str) -> SafeString:
    """`page` asks about the customer; whoever may not ask has none, and stays where he is."""
    cells = (
        (
            *(purpose.label, presenting.TONES[outcome], page or "#reach"),
            f"?purpose={purpose.value}&contact_point={row.point.pk}" if page else "",
            outcome_badge(outcome),
        )
        for purpose, outcome in row.cells
    )
    return format_html_join("", ANSWER, cells)


@register.simple_tag
def consent_rows(answers: Iterable[ConsentAnswer], customer: Customer, may_record: bool) -> SafeString:
    reason, channel, state, given = _("Reason"), _("Channel"), _("State"), _("Given")
    rows = (
        (
            *(reason, reverse("consent", args=[customer.number, consent.pk]), consent.get_purpose_display()),
            *(channel, consent.get_way_display(), state, state_badge("consent", answer.state), _proof(answer)),
            *(given, when(consent.given_at), _withdraw(consent, customer) if may_record else ""),
        )
        for answer in answers
        if (consent := answer.consent) is not None
    )
    return format_html_join("\n", CONSENT, rows)


def _proof(answer: ConsentAnswer) -> SafeString | str:
    is_bare = answer.state == "active" and not answer.proof
    return format_html(' <span class="eyebrow">{}</span>', _("no proof")) if is_bare else ""


def _withdraw(consent: Any, customer: Customer) -> SafeString | str:
    if consent.withdrawn_at or not consent.given_at:
        return ""
    url = reverse("consent_withdraw", args=[customer.number, consent.pk])
    shape = '<a class="btn btn-quiet btn-sm" href="{}">{}<span class="visually-hidden"> {}</span></a>'
    return format_html(shape, url, _("Withdraw"), consent)
