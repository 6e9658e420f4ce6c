"""What retention may not know by itself: what all apps declare, what still needs whom, how people are forgotten, what
can be held, and what the log of a person is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext_noop as _

from consent import retention as consent
from consent.forgetting import forget_files
from contacts.customers import retention as customers
from contacts.customers.forgetting import forget_customers
from contacts.customers.models import Customer
from contacts.incidents import retention as incidents
from contacts.requests import retention as requests
from contacts.requests.models import ContactRequest
from contacts.requests.selectors import get_request
from contacts.rights import retention as rights
from contacts.rulebook import retention as rulebook
from contacts.rulebook.selectors import rule_set_in_force
from contacts.screening import retention as screening
from portal.audit import retention as audit
from portal.desk.processing import retention as processing
from portal.directory import retention as directory
from portal.machines import retention as machines
from portal.operations import retention as operations
from portal.outbox import retention as outbox
from portal.people import retention as people
from portal.people.erasing import forget_people
from portal.retention import own
from portal.retention.declared import Found, Roof
from portal.webhooks import retention as webhooks
from training import retention as training

if TYPE_CHECKING:
    from portal.people.models import User


def numbers(at: datetime) -> Mapping[str, int]:
    """The periods that stand in the rule book."""
    said = rule_set_in_force(at).thresholds
    names = ("consent_retention_phone_years", "consent_retention_other_years")
    return {name: getattr(said, name) for name in names}


def find_customer(user: User, number: str) -> Found | None:
    """A customer by the number, also one that was erased."""
    row = Customer.objects.visible_to(user).filter(number__iexact=number.strip()).first()
    return (row.pk, None, row.number) if row is not None else None


def find_request(user: User, number: str) -> Found | None:
    try:
        row = get_request(user, number.strip())
    except Http404:
        return None
    return row.customer_id, row.pk, row.number


def log_of(person: User, at: datetime) -> list[tuple[str, datetime, str]]:
    """What this person has handed in, by whatever account, newest first: number, when, how it stands. No text and no
    customer: the log answers what the person did, not to whom."""
    accounts = type(person).objects.accounts_of(person)
    rows = ContactRequest.objects.filter(requester__in=accounts, submitted_at__lte=at).order_by("-pk")[:500]
    return [(row.number, row.submitted_at, row.get_state_display()) for row in rows if row.submitted_at]


# What rests on something goes before it: incidents, requests, consents, then the keys and people they name.
ROOF = Roof(
    parts=tuple(
        part.RETENTION
        for part in (
            *(incidents, requests, consent, screening, rights, customers),
            *(training, webhooks, outbox, machines, processing, own, people, directory, audit, rulebook, operations),
        )
    ),
    needed={
        "customers.customer": (
            *consent.NEEDS_CUSTOMER,
            *requests.NEEDS_CUSTOMER,
            *incidents.NEEDS_CUSTOMER,
            *rights.NEEDS_CUSTOMER,
        ),
        "requests.request": incidents.NEEDS_REQUEST,
        "machines.key": (*requests.NEEDS_KEY, *screening.NEEDS_KEY),
        "people.account": (
            *requests.NEEDS_PERSON,
            *incidents.NEEDS_PERSON,
            *training.NEEDS_PERSON,
            *rights.NEEDS_PERSON,
        ),
    },
    acts={
        "customers.customer": forget_customers,
        "people.account": forget_people,
        "consent.evidence_file": forget_files,
    },
    numbers=numbers,
    finders={"customer": find_customer, "request": find_request},
    log_of=log_of,
    reports=(
        _("Courses: how many people of a department hold a valid certificate, in per cent"),
        _("Courses: how many people an assignment concerns, and how many have it still to do"),
        _("Courses: how often a question was answered right, over at least twenty first attempts"),
        _("Requests: sums of a year by reason, way and end, without customer and employee"),
        _("Reports: permits, requests, hours to a decision and objections of a team or of all, by reason and channel"),
        _("Reports: how many people of a department hold a valid certificate, and for how many it ends soon"),
    ),
)
