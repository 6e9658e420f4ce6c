"""Asking, submitting, reviewing: who may, what follows, and every refusal."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from contacts.customers.services import record_objection
from contacts.requests.models import ContactRequest, Permit, Review
from contacts.requests.services import asking, reviewing, submitting
from contacts.requests.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.requests.scenes import ask, permit_for, reminder_by_sms, report_by_mail, service_by_mail

pytestmark = pytest.mark.django_db


def test_an_allowed_question_becomes_a_permit_at_once(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=service_by_mail(cast, customer, accounts, now), at=now)
    assert request.state == "granted"
    assert request.permit.released == "allowed"
    assert request.permit.valid_until == now + timedelta(days=14)


def test_a_forbidden_question_is_refused_by_the_rules_and_says_which(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "social_dm", None, at=now, purpose="debt_collection")
    request = submitting.submit(cast.anna, request=asked, at=now)
    assert request.state == "refused"
    assert {"DEB-04", "SRC-01", "ACC-01"} <= set(request.refusal_reason.split(", "))
    assert not Permit.objects.exists()


def test_a_manager_case_goes_to_the_manager_who_is_told(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert request.state == "with_manager"
    assert OutboxMessage.objects.get(topic="decision_needed").recipient == cast.mona


def test_the_manager_approves_and_the_permit_follows(cast, customer, accounts, now):
    permit = permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    assert permit.released == "needs_manager_approval"
    assert permit.holder == cast.anna


def test_a_dpo_case_needs_the_manager_and_then_the_dpo(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    assert request.state == "with_dpo"
    with pytest.raises(PermissionDenied):
        reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    request = reviewing.review(cast.dora, request=request, verdict="approved", reason="", at=now)
    assert request.state == "granted"
    assert request.permit.released == "needs_dpo_approval"


def test_a_refusal_needs_a_reason(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    with pytest.raises(ValidationError, match="Say why"):
        reviewing.review(cast.mona, request=request, verdict="refused", reason="  ", at=now)
    assert not Review.objects.exists()


def test_a_refusal_is_told_with_its_reason(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    request = reviewing.review(cast.mona, request=request, verdict="refused", reason="Ruf an.", at=now)
    assert (request.state, request.refusal_reason) == ("refused", "Ruf an.")
    assert OutboxMessage.objects.get(topic="refused").payload["reason"] == "Ruf an."


def test_changes_asked_give_the_draft_back_and_a_second_round_is_possible(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    request = reviewing.review(cast.mona, request=request, verdict="changes_asked", reason="Kürzer.", at=now)
    assert request.state == "draft"
    request = submitting.submit(cast.anna, request=request, at=now)
    request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    assert [review.round for review in request.reviews.all()] == [1, 2]


@pytest.mark.parametrize("name", ["anna", "sven", "max", "clara", "tom", "rita", "adam", "stranger", "dora"])
def test_nobody_but_the_manager_decides_the_managers_stage(cast, customer, accounts, now, name):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    with pytest.raises(PermissionDenied):
        reviewing.review(getattr(cast, name), request=request, verdict="approved", reason="", at=now)


def test_a_second_account_of_the_same_person_cannot_approve(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    cast.mona.person_number = cast.anna.person_number
    cast.mona.save(update_fields=["person_number"])
    with pytest.raises(PermissionDenied):
        reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)


def test_the_database_refuses_a_review_by_the_same_person(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    row = {
        "request": request,
        "stage": "manager",
        "verdict": "approved",
        "at": now,
        "decision": request.decisions.first(),
    }
    with pytest.raises(IntegrityError, match="review_four_eyes"), transaction.atomic():
        Review.objects.create(requester=cast.anna, reviewer=cast.anna, **row)
    cast.mona.person_number = cast.anna.person_number
    cast.mona.save(update_fields=["person_number"])
    with pytest.raises(IntegrityError, match="same person"), transaction.atomic():
        Review.objects.create(requester=cast.anna, reviewer=cast.mona, **row)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_review_that_names_a_wrong_requester(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    with pytest.raises(IntegrityError, match="review_names_true_requester"):
        Review.objects.create(
            request=request,
            requester=cast.sven,
            reviewer=cast.mona,
            stage="manager",
            verdict="approved",
            at=now,
            decision=request.decisions.first(),
        )


def test_without_a_manager_the_dpo_decides(cast, customer, accounts, now):
    cast.anna.manager = None
    cast.anna.save(update_fields=["manager"])
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert request.state == "with_dpo"


def test_an_approval_cannot_be_laxer_than_the_rules_of_that_moment(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)
    request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    assert request.state == "refused"
    assert "OBJ-02" in request.refusal_reason
    assert not Permit.objects.exists()


def test_only_the_requester_submits_edits_and_cancels(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    for verb in (submitting.submit, submitting.cancel):
        with pytest.raises(PermissionDenied):
            verb(cast.mona, request=asked, at=now)
    with pytest.raises(PermissionDenied):
        asking.edit(cast.mona, request=asked, contact_point=asked.contact_point, account=accounts.email, at=now)


def test_a_submitted_request_cannot_be_edited_or_submitted_again(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    with pytest.raises(NotNow):
        submitting.submit(cast.anna, request=request, at=now)
    with pytest.raises(NotNow):
        asking.edit(cast.anna, request=request, contact_point=request.contact_point, account=accounts.sms, at=now)


def test_a_cancelled_request_can_no_longer_be_approved(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    submitting.cancel(cast.anna, request=request, at=now)
    with pytest.raises(NotNow):
        reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)


def test_a_second_permit_for_the_same_address_and_reason_is_refused_with_the_first_ones_number(
    cast, customer, accounts, now
):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    with pytest.raises(NotNow, match=permit.number):
        submitting.submit(cast.anna, request=service_by_mail(cast, customer, accounts, now), at=now)


def test_the_database_refuses_overlapping_active_permits(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    other = service_by_mail(cast, customer, accounts, now)
    permit.pk, permit.request, permit.legal_basis = None, other, ""
    with pytest.raises(IntegrityError, match="permit_active_once"), transaction.atomic():
        permit.save(force_insert=True)


def test_an_address_of_another_customer_or_out_of_use_is_refused(cast, customer, accounts, now):
    from tests.cast import make_customer

    other = make_customer(now, "4712")
    with pytest.raises(ValidationError, match="no longer used"):
        asking.ask(
            cast.anna,
            customer=customer,
            contact_point=other.contact_points.get(channel="email"),
            account=accounts.email,
            purpose="service",
            at=now,
        )


def test_an_account_of_another_channel_is_refused(cast, customer, accounts, now):
    with pytest.raises(ValidationError, match="does not fit"):
        ask(cast.anna, customer, "email", accounts.phone, at=now)


def test_people_without_customers_cannot_ask(cast, customer, accounts, now):
    for name in ("tom", "rita", "adam"):
        with pytest.raises(PermissionDenied):
            ask(getattr(cast, name), customer, "email", accounts.email, at=now)


def test_the_promotion_is_judged_by_the_consent_for_advertising(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now, contains_promotion=True, opt_out_included=True)
    assert asked.outcome == "forbidden"


def test_a_closed_company_account_is_no_company_account(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    accounts.email.closed_at = now
    accounts.email.save(update_fields=["closed_at"])
    assert submitting.submit(cast.anna, request=asked, at=now).state == "refused"


def test_every_verb_leaves_exactly_one_audit_entry_about_the_request(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    reviewing.review(cast.dora, request=request, verdict="approved", reason="", at=now)
    entries = AuditEntry.objects.filter(subject_type="request", subject_id=request.number).order_by("pk")
    assert [(entry.verb, entry.actor) for entry in entries] == [
        ("request.asked", cast.anna),
        ("request.submitted", cast.anna),
        ("request.review_approved", cast.mona),
        ("request.review_approved", cast.dora),
    ]
    assert AuditEntry.objects.filter(verb="permit.granted").count() == 1


def test_decisions_are_kept_with_their_facts_and_can_be_replayed(cast, customer, accounts, now):
    from contacts import policy

    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    for kept in request.decisions.all():
        facts, missing = policy.parse_inputs(request.number, kept.facts)
        again = policy.decide(facts, policy.RULE_SET_1)
        assert (again.outcome.value, missing) == (kept.outcome, ())
        assert kept.rule_set_hash == policy.RULE_SET_1.hash


def test_requests_are_seen_by_those_who_have_to_do_with_them(cast, customer, accounts, now):
    draft = service_by_mail(cast, customer, accounts, now)
    sent = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    seen = {
        name: set(ContactRequest.objects.visible_to(getattr(cast, name)).values_list("pk", flat=True))
        for name in vars(cast)
    }
    nobody: dict[str, set] = {name: set() for name in ("sven", "max", "clara", "tom", "adam", "stranger")}
    assert seen == nobody | {
        "anna": {draft.pk, sent.pk},
        "mona": {sent.pk},
        "dora": {sent.pk},
        "rita": {sent.pk},
    }
