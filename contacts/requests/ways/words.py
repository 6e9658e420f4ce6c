"""Ways in the reader's language: what to do, what is different, where it is done, and the link that leads there."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts import policy
from contacts.policy.alternatives.lever import inside
from contacts.requests.context import Context
from contacts.requests.presenting import in_german
from contacts.requests.ways.searching import Way
from contacts.requests.ways.steps import LEVERS, WAIT, Step
from portal.access.roles import Role

# Who keeps the ledger of consents.
KEEPERS = (Role.CONSENT_OFFICER, Role.DPO)


class Place(NamedTuple):
    """Where something is done: what the link says and where it leads."""

    label: str
    url: str


def title_of(way: Way, context: Context) -> str:
    """“Letter: Rechnungsadresse, and take the promotion out of the text”."""
    titles = [_title(step, way, context) for step in _read_order(way)]
    if len(titles) == 1:
        return titles[0]
    return _("%(first)s, and %(second)s") % {"first": titles[0], "second": inside(titles[1])}


def _read_order(way: Way) -> list[Step]:
    """Where first, then what; an act elsewhere comes before what is asked afterwards."""
    return sorted(way.steps, key=lambda step: "point" not in step.fields)


def _title(step: Step, way: Way, context: Context) -> str:
    if "point" in step.fields:
        return f"{way.point.get_way_display()}: {way.point.label or way.point.value}"
    if step.key == WAIT:
        return _("Wait until %(when)s, the customer's local time") % {"when": _opening(step, context)}
    lever = step.lever or LEVERS[step.key]
    return lever.label_de if in_german() else lever.label_en


def _opening(step: Step, context: Context) -> str:
    local = step.fields["planned_at"].astimezone(context.zone)
    return f"{date_format(local, 'l')}, {date_format(local, 'SHORT_DATE_FORMAT')}, {date_format(local, 'TIME_FORMAT')}"


def notes_of(way: Way) -> list[str]:
    """What is different about the address, and where each other thing is done."""
    words = {"channel": _("another channel"), "address": _("another address"), "account": _("the official account")}
    changed = ", ".join(words[name] for name in way.changed)
    notes = [_("Different: %(what)s") % {"what": changed}] if changed else []
    levers = [LEVERS[step.key] for step in _read_order(way) if "point" not in step.fields]
    return notes + list(dict.fromkeys(lever.where_de if in_german() else lever.where_en for lever in levers))


def places_of(way: Way, context: Context, form: str) -> list[Place]:
    """The links to what has to be done elsewhere; `form` is the address of the form of this question."""
    return [place_of(step.key, way, context, form) for step in way.acts]


def place_of(key: str, way: Way, context: Context, form: str) -> Place:
    """Where somebody with these roles goes; who may not do it goes to the page on which it can be seen."""
    number, keeps = context.customer.number, context.requester.has_role(*KEEPERS)
    customer = Place(_("To the customer"), reverse("customer", args=[number]))
    match key:
        case "finish_training":
            return _training(way, context)
        case "document_presumed_consent":
            return Place(_("Write it down"), f"{form}#id_presumed_consent")
        case "customer_writes_first":
            return Place(_("Record a message"), reverse("inbound_create", args=[number]))
        case "isolate_address_book" | "company_presence" | "approve_platform":
            return Place(_("To the company accounts"), reverse("company_accounts"))
        case "get_consent" if keeps:
            return _consent(way, context)
        case "parental_consent" if keeps:
            return Place(_("To the customer's data"), reverse("customer_edit", args=[number]))
    return customer


def _training(way: Way, context: Context) -> Place:
    slug = context.training.course_for(way.point.channel)
    return Place(_("To the course"), reverse("course", args=[slug]) if slug else reverse("training"))


def _consent(way: Way, context: Context) -> Place:
    """By mail the customer confirms it (double opt-in); any other consent is recorded with its proof."""
    number, point = context.customer.number, way.point
    if point.channel == "email":
        return Place(_("Send a confirmation mail"), reverse("sign_up_create", args=[number]))
    purpose = policy.effective_purpose(policy.Purpose(way.question.purpose), way.question.contains_promotion)
    about: dict[str, Any] = {"purpose": str(purpose), "channel": point.channel, "platform": point.platform}
    return Place(_("Record the consent"), f"{reverse('consent_give', args=[number])}?{urlencode(about)}")
