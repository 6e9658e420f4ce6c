"""What this room tells a customer of the data that are held (Art. 15 GDPR): who was asked what about them, every answer
of the rules, every permit and every contact. Nobody who works here is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contacts.requests.models import (
    AfterReview,
    Comment,
    Condition,
    Contact,
    ContactRequest,
    DecisionRecord,
    GivenDecision,
    Permit,
    PermitUse,
    PromotionDispute,
    Review,
)
from portal.subjects import Asked, Contributor, Section, item, record_of
from portal.vocabulary import Outcome

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.subjects import Record


def gather(asked: Asked) -> Iterator[Section]:
    customer: Customer = asked.customer
    yield _contacts(customer)
    yield _requests(customer)
    yield _decisions(customer)
    yield _remarks(customer)
    yield _permits(customer)
    yield _given(customer)


def _kept() -> str:
    return _("Three years to the end of the year (sections 195, 199 BGB); words about you go with an erasure.")


def _contacts(customer: Customer) -> Section:
    uses = PermitUse.objects.filter(permit__customer=customer).select_related("permit__contact_point", "contact")
    return Section(
        "contacts",
        _("Every contact that was made with you"),
        _("To know whether and why we contacted you, and to keep to what you said then."),
        _kept(),
        [_contact(use) for use in uses.order_by("at", "pk")],
    )


def _contact(use: PermitUse) -> Record:
    point = use.permit.contact_point
    said = [item("at", _("when"), use.at), item("permit", _("Permit"), use.permit.number)]
    said += record_of(use.permit, "purpose") + record_of(point, "channel", "platform", "value")
    made: Contact | None = getattr(use, "contact", None)
    return said if made is None else said + record_of(made, "result", "note")


def _requests(customer: Customer) -> Section:
    rows = ContactRequest.objects.filter(customer=customer).select_related("contact_point", "account")
    names = ("purpose", "contact_point", "account", "draft_text", "presumed_consent", "special_category", "urgency")
    times = (("submitted_at", _("Submitted")), ("closed_at", _("Closed")))
    return Section(
        "requests",
        _("When somebody asked whether you may be contacted"),
        _("To decide beforehand whether a contact is allowed, and to prove it (Art. 5(2) GDPR)."),
        _kept(),
        [
            record_of(row, ("number", _("Number")), "planned_at", *names, ("outcome", _("Answer of the rules")), *times)
            for row in rows.order_by("pk")
        ],
    )


def _decisions(customer: Customer) -> Section:
    rows = DecisionRecord.objects.filter(request__customer=customer).select_related("request")
    return Section(
        "decisions",
        _("What the rules answered, and from which facts"),
        _("To prove each decision with the facts it rests on (Art. 5(2) GDPR)."),
        _kept(),
        [_decision(row) for row in rows.order_by("pk")],
    )


def _decision(row: DecisionRecord) -> Record:
    said = [item("request", _("Number"), row.request.number)]
    names = (("at", _("when")), ("stage", _("At")), ("outcome", _("Answer of the rules")))
    said += record_of(row, *names, ("legal_basis", _("Legal basis")))
    rules = ", ".join(row.deciding_rules)
    return [
        *said,
        item("rules", _("Rules"), row.deciding_rules, rules),
        item("facts", _("Facts"), row.facts, _told(row)),
    ]


def _told(row: DecisionRecord) -> str:
    """The facts as the rules name them: they are the words of the rule book."""
    return ", ".join(f"{name}={value}" for name, value in row.facts.items() if value not in (None, "", False))


def _remarks(customer: Customer) -> Section:
    """What people wrote about a request; who wrote it is no datum of the customer."""
    about = {"request__customer": customer}
    found = [("comment", one.request, one.at, one.text) for one in Comment.objects.filter(**about)]
    reviews = Review.objects.filter(**about).exclude(reason="")
    found += [("review", one.request, one.at, one.reason) for one in reviews]
    found += [("dispute", one.request, one.at, one.reason) for one in PromotionDispute.objects.filter(**about)]
    conditions = Condition.objects.filter(review__request__customer=customer).exclude(words="")
    found += [("condition", one.review.request, one.review.at, one.words) for one in conditions]
    afterwards = AfterReview.objects.filter(**about).exclude(reason="")
    found += [("after_review", one.request, one.reviewed_at or one.acted_at, one.reason) for one in afterwards]
    records = [
        [
            item("request", _("Number"), request.number),
            item("sort", _("what"), sort, ""),
            item("at", _("when"), at),
            item("text", _("Words"), text),
        ]
        for sort, request, at, text in found
    ]
    return Section(
        "remarks",
        _("What was written about these requests"),
        _("To decide about a request."),
        _kept(),
        [[one for one in record if one.words] for record in records],
    )


def _permits(customer: Customer) -> Section:
    rows = Permit.objects.filter(customer=customer).select_related("contact_point")
    names = (("number", _("Number")), "purpose", "contact_point", "valid_from", "valid_until", "uses_allowed")
    return Section(
        "permits",
        _("Permits to contact you"),
        _("So that nobody contacts you without a decision."),
        _kept(),
        [record_of(row, *names, "revoked_reason") for row in rows.order_by("pk")],
    )


def _given(customer: Customer) -> Section:
    rows = GivenDecision.objects.filter(customer=customer).select_related("token", "contact_point")
    return Section(
        "given_decisions",
        _("Answers about you that other systems of ours were given"),
        _("So that these systems contact you only where it is allowed."),
        _kept(),
        [_answer(row) for row in rows.order_by("made_at")],
    )


def _answer(row: GivenDecision) -> Record:
    said = [item("system", _("System"), row.token.name), item("at", _("when"), row.made_at)]
    said += record_of(row, ("purpose", _("reason")), ("contact_point", _("address")))
    return [*said, item("outcome", _("Answer of the rules"), row.outcome, str(Outcome(row.outcome).label))]


SUBJECT_DATA = Contributor(
    models=(
        "requests.ContactRequest",
        "requests.DecisionRecord",
        "requests.Comment",
        "requests.Review",
        "requests.Condition",
        "requests.PromotionDispute",
        "requests.AfterReview",
        "requests.Permit",
        "requests.PermitUse",
        "requests.Contact",
        "requests.GivenDecision",
    ),
    gather=gather,
)
