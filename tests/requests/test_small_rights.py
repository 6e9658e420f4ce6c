"""Who writes does not approve, who asks does not choose the judge, and what a page says is what the verb does."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.requests.models import ContactRequest, Review
from contacts.requests.reviewers import reviewers_of
from contacts.requests.routing.table import LINE_MANAGER, OFFICER, Fault, Quorum, RoutingLine, Step, Who, faults
from contacts.requests.services import absences, asking, assigning, lifecycle, proposing, reviewing, submitting
from contacts.requests.services.common import NotNow
from contacts.requests.stricter import Wish, proposal_of
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from tests.browsing import form, words
from tests.cast import make_customer
from tests.requests.routing.test_routes import publish
from tests.requests.scenes import as_, reminder_by_sms, report_by_mail, service_by_mail

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


def sent_back(user, request, at, **wish):
    asked = {"contact_point": request.contact_point, "account": request.account, "draft_text": request.draft_text}
    given = {"verdict": "changes_asked", "reason": "Lieber so.", "wish": Wish(**(asked | wish))}
    return reviewing.review(user, request=request, at=at, **given)


def taken_over(cast, request, at):
    return proposing.take_over(cast.anna, request=request, proposal=proposal_of(request).pk, at=at)


# --- words that a reviewer wrote


def test_who_proposed_the_words_does_not_approve_them(waiting, cast, now):
    taken = taken_over(cast, sent_back(cast.mona, waiting, now, draft_text="Bitte rufen Sie zurück."), now)
    assert cast.mona not in reviewers_of(taken) and reviewers_of(taken)
    with pytest.raises(PermissionDenied):
        reviewing.review(cast.mona, request=taken, verdict="approved", reason="", at=now)


def test_the_database_bars_who_proposed_the_words(waiting, cast, now):
    taken = taken_over(cast, sent_back(cast.mona, waiting, now, draft_text="Bitte rufen Sie zurück."), now)
    row = {"request": taken, "requester": cast.anna, "stage": "manager", "at": now, "round": 2, "verdict": "approved"}
    row |= {"decision": taken.decisions.first(), "step": taken.stages.get(round=2)}
    with pytest.raises(IntegrityError, match="text of the same person"), transaction.atomic():
        Review.objects.create(reviewer=cast.mona, **row)


def test_who_proposed_words_may_judge_others(waiting, cast, now):
    back = sent_back(cast.mona, waiting, now, draft_text="Bitte rufen Sie zurück.")
    values = {"contact_point": back.contact_point, "account": back.account, "draft_text": "Mit eigenen Worten."}
    edited, _given = asking.edit(cast.anna, request=back, at=now, **values)
    again = submitting.submit(cast.anna, request=edited, at=now)
    assert reviewers_of(again) == [cast.mona]


# --- a proposal is taken over as it was reckoned


def test_a_time_that_has_passed_is_not_taken_over(cast, customer, accounts, now):
    asked = reminder_by_sms(cast, customer, accounts, now)
    ContactRequest.objects.filter(pk=asked.pk).update(planned_at=now + timedelta(hours=2))
    asked.refresh_from_db()
    asked = submitting.submit(cast.anna, request=asked, at=now)
    back = sent_back(cast.mona, asked, now, draft_text="Kürzer.")
    assert taken_over(cast, back, now + timedelta(hours=3)).planned_at is None


def test_what_is_taken_over_is_never_from_a_private_account(waiting, cast, now):
    back = sent_back(cast.mona, waiting, now, draft_text="Kürzer.")
    ContactRequest.objects.filter(pk=back.pk).update(private_account=True, account=None)
    assert taken_over(cast, back, now).private_account is False


# --- nobody chooses their judge


def test_a_deputy_is_nobody_from_the_line_above(cast, now):
    User.objects.filter(pk=cast.mona.pk).update(manager=cast.max)
    mona = User.objects.get(pk=cast.mona.pk)
    days = {"starts": now.date(), "ends": now.date() + DAY}
    with pytest.raises(ValidationError, match="in the line above"):
        absences.record_absence(mona, person=mona, deputy=cast.max, at=now, **days)
    absences.record_absence(cast.max, person=cast.max, deputy=mona, at=now, **days)


def test_nobody_sends_the_judge_of_their_own_request_away(cast, customer, accounts, now):
    User.objects.filter(pk=cast.dora.pk).update(roles=["dpo", "employee"], manager=cast.mona)
    dora = User.objects.get(pk=cast.dora.pk)
    mine = reminder_by_sms(cast, customer, accounts, now)
    ContactRequest.objects.filter(pk=mine.pk).update(requester=dora, edited_by=dora)
    submitting.submit(dora, request=ContactRequest.objects.get(pk=mine.pk), at=now)
    days = {"starts": now.date(), "ends": now.date() + DAY}
    with pytest.raises(ValidationError, match="decides about a request of yours"):
        absences.record_absence(dora, person=cast.mona, deputy=None, at=now, **days)
    absences.record_absence(dora, person=cast.max, deputy=None, at=now, **days)


# --- a table that could never be decided


@pytest.mark.parametrize("who", [{"who": Who.LINE_MANAGER}, {"who": Who.NAMED, "person": 1}])
def test_one_person_cannot_approve_twice(who):
    table = (RoutingLine((Step(quorum=Quorum.COUNT, count=2, **who), OFFICER)),)
    assert (1, Fault.ONE_PERSON) in faults(table)


def test_a_table_that_asks_for_more_people_than_there_are_is_not_published(cast, now):
    step = Step(Who.DPO, quorum=Quorum.COUNT, count=2)
    with pytest.raises(ValidationError, match="Active people with this role: 1"):
        publish(cast, now, ([LINE_MANAGER, step], {"channels": ["sms"]}))


def test_the_refusal_names_the_stage_that_is_short(cast, customer, accounts, now):
    from tests.cast import person

    second = person("doris", "dpo")
    publish(cast, now, ([Step(Who.DPO, quorum=Quorum.COUNT, count=2)], {"channels": ["sms"]}))
    User.objects.filter(pk=second.pk).update(is_active=False)
    asked = reminder_by_sms(cast, customer, accounts, now)
    with pytest.raises(NotNow, match=r"stage 1 .* asks for 2 approvals. People who could give one: 1"):
        submitting.submit(cast.anna, request=asked, at=now)


# --- reading and commenting


def test_others_see_a_draft_that_was_sent_back_as_it_was_handed_in(cast, customer, accounts, now):
    asked = reminder_by_sms(cast, customer, accounts, now)
    values = {"contact_point": asked.contact_point, "account": asked.account}
    asked, _given = asking.edit(cast.anna, request=asked, at=now, draft_text="Erste Fassung", **values)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    asked = reviewing.review(cast.mona, request=asked, verdict="changes_asked", reason="Kürzer.", at=now)
    asking.edit(cast.anna, request=asked, at=now, draft_text="Noch im Werden", **values)
    for reader in (cast.rita, cast.dora, cast.mona):
        page = words(as_(reader).get(f"/requests/{asked.number}/"))
        assert "Erste Fassung" in page and "Noch im Werden" not in page and "is being changed" in page
    own = words(as_(cast.anna).get(f"/requests/{asked.number}/"))
    assert "Noch im Werden" in own and "is being changed" not in own


def test_nobody_comments_on_a_draft_that_was_never_handed_in(cast, customer, accounts, now):
    draft = service_by_mail(cast, customer, accounts, now)
    with pytest.raises(PermissionDenied):
        assigning.comment(cast.dora, request=draft, text="Nein.", at=now)


def test_who_has_decided_sees_the_form_that_the_verb_accepts(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = reviewing.review(cast.mona, request=asked, verdict="approved", reason="", at=now)
    assert form(as_(cast.mona).get(f"/requests/{asked.number}/"), f"/requests/{asked.number}/comment/")
    assigning.comment(cast.mona, request=asked, text="Gern.", at=now)


# --- handing on says whose decision


def test_the_form_of_handing_on_says_whose_decision_it_is(waiting, cast, now):
    own = form(as_(cast.mona).get(f"/requests/{waiting.number}/reassign/"))
    assert own.fields["instead_of"] == str(cast.mona.pk)
    officers = form(as_(cast.dora).get(f"/requests/{waiting.number}/reassign/"))
    assert officers.fields["instead_of"] == str(cast.mona.pk)


# --- reminders in a few questions


def test_reminding_costs_the_same_for_one_and_for_many_and_nothing_twice(cast, customer, accounts, now):
    def cost(at):
        with CaptureQueriesContext(connection) as seen:
            lifecycle.remind_reviews(at=at)
        return len([one for one in seen if one["sql"].startswith(("SELECT", "WITH"))])

    for number in ("4801", "4802", "4803", "4804"):
        other = make_customer(now, number)
        submitting.submit(cast.anna, request=reminder_by_sms(cast, other, accounts, now), at=now)
    later = now + 2 * DAY
    lifecycle.remind_reviews(at=later)
    sent = OutboxMessage.objects.filter(topic="review_reminder").count()
    many = cost(later + timedelta(minutes=5))
    assert OutboxMessage.objects.filter(topic="review_reminder").count() == sent == 8
    ContactRequest.objects.exclude(pk=ContactRequest.objects.first().pk).update(state="cancelled")
    assert cost(later + timedelta(minutes=10)) == many
