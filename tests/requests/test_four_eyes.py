"""Two people decide, and nothing waits for nobody: whatever accounts, spellings and roles there are."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from contacts.requests.models import ContactRequest, Review
from contacts.requests.reviewers import reviewers_of
from contacts.requests.services import reviewing, submitting
from contacts.requests.services.common import NotNow
from portal.people.models import User
from portal.people.services import update_person
from tests.browsing import words
from tests.cast import person
from tests.requests.scenes import as_, ask, reminder_by_sms, report_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


SPELLINGS = ["N-anna", "n-ANNA", " N-anna", "n-anna  "]


def renumber(user: User, number: str) -> None:
    user.person_number = number
    user.save(update_fields=["person_number"])


@pytest.fixture
def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_is_the_same_however_it_is_written(waiting, cast, now, spelling):
    renumber(cast.mona, spelling)
    assert cast.mona.is_same_person_as(cast.anna)
    assert not ContactRequest.objects.to_review_by(cast.mona).exists()
    assert reviewers_of(waiting) == [cast.dora]
    with pytest.raises(PermissionDenied):
        reviewing.review(cast.mona, request=waiting, verdict="approved", reason="", at=now)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_database_knows_the_number_however_it_is_written(waiting, cast, now, spelling):
    renumber(cast.mona, spelling)
    row = {"request": waiting, "stage": "manager", "verdict": "approved", "at": now}
    with pytest.raises(IntegrityError, match="same person"), transaction.atomic():
        Review.objects.create(requester=cast.anna, reviewer=cast.mona, decision=waiting.decisions.first(), **row)


def test_the_dpo_decides_where_the_manager_turns_out_to_be_the_same_person(waiting, cast, now):
    """A second account, made the manager after the request was handed in."""
    second = person("anna2", "employee", "manager")
    renumber(second, "n-anna")
    User.objects.filter(pk=cast.anna.pk).update(manager=second)
    waiting = ContactRequest.objects.select_related("requester__manager").get(pk=waiting.pk)
    assert reviewers_of(waiting) == [cast.dora]
    assert list(ContactRequest.objects.to_review_by(cast.dora)) == [waiting]
    assert reviewing.review(cast.dora, request=waiting, verdict="approved", reason="", at=now).state == "granted"


# --- manager and data protection officer in one person


def both(cast, now):
    return update_person(cast.adam, person=cast.mona, at=now, roles=["employee", "manager", "dpo"])


def test_one_person_does_not_give_both_verdicts(cast, customer, accounts, now):
    mona = both(cast, now)
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = reviewing.review(mona, request=asked, verdict="approved", reason="", at=now)
    assert asked.state == "with_dpo"
    assert reviewers_of(asked) == [cast.dora]
    assert not ContactRequest.objects.to_review_by(mona).exists()
    with pytest.raises(PermissionDenied):
        reviewing.review(mona, request=asked, verdict="approved", reason="", at=now)
    assert reviewing.review(cast.dora, request=asked, verdict="approved", reason="", at=now).state == "granted"


def test_a_second_account_does_not_give_the_second_verdict_either(cast, customer, accounts, now):
    second = person("mona2", "dpo")
    renumber(second, "n-mona ")
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = reviewing.review(cast.mona, request=asked, verdict="approved", reason="", at=now)
    assert reviewers_of(asked) == [cast.dora]
    with pytest.raises(PermissionDenied):
        reviewing.review(second, request=asked, verdict="approved", reason="", at=now)


def test_in_a_new_round_the_verdicts_are_given_anew(cast, customer, accounts, now):
    mona = both(cast, now)
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = reviewing.review(mona, request=asked, verdict="approved", reason="", at=now)
    asked = reviewing.review(cast.dora, request=asked, verdict="changes_asked", reason="Kürzer.", at=now)
    User.objects.filter(pk=cast.anna.pk).update(manager=cast.max)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    asked = reviewing.review(cast.max, request=asked, verdict="approved", reason="", at=now)
    assert set(reviewers_of(asked)) == {mona, cast.dora}
    assert ContactRequest.objects.to_review_by(mona).filter(pk=asked.pk).exists()


# --- nothing waits for nobody


def test_the_only_dpo_cannot_hand_in_what_the_dpo_decides(cast, customer, accounts, now):
    asked = ask(cast.dora, customer, "email", accounts.email, at=now, special_category=True)
    page = words(as_(cast.dora).get(f"/check/{asked.number}/"))
    assert "Nobody can decide about this" in page
    assert "Ask for approval" not in page
    with pytest.raises(NotNow, match="Nobody could decide"):
        submitting.submit(cast.dora, request=asked, at=now)
    asked.refresh_from_db()
    assert (asked.state, asked.submitted_at) == ("draft", None)
    other = person("doris", "dpo")
    assert reviewers_of(submitting.submit(cast.dora, request=asked, at=now)) == [other]


def test_a_manager_who_is_the_only_dpo_cannot_carry_a_dpo_case_alone(cast, customer, accounts, now):
    both(cast, now)
    update_person(cast.adam, person=cast.dora, at=now, is_active=False)
    asked = report_by_mail(cast, customer, accounts, now)
    with pytest.raises(NotNow, match="Nobody could decide"):
        submitting.submit(cast.anna, request=asked, at=now)


def test_a_manager_does_not_hand_on_what_nobody_is_there_for(cast, customer, accounts, now):
    mona = both(cast, now)
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    update_person(cast.adam, person=cast.dora, at=now, is_active=False)
    with pytest.raises(NotNow, match="no other person in that role"):
        reviewing.review(mona, request=asked, verdict="approved", reason="", at=now)
    assert not Review.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": ["employee"]}])
def test_the_page_names_who_really_decides(cast, customer, accounts, now, change):
    asked = reminder_by_sms(cast, customer, accounts, now)
    assert "Mona Beispiel decides." in words(as_(cast.anna).get(f"/check/{asked.number}/"))
    update_person(cast.adam, person=cast.mona, at=now, **change)
    page = words(as_(cast.anna).get(f"/check/{asked.number}/"))
    assert "Dora Beispiel decides." in page
    assert "Mona" not in page


def test_several_officers_are_named_as_several(cast, customer, accounts, now):
    person("doris", "dpo")
    User.objects.filter(pk=cast.anna.pk).update(manager=None)
    asked = reminder_by_sms(cast, customer, accounts, now)
    page = words(as_(cast.anna).get(f"/check/{asked.number}/"))
    assert "One of these people decides: Dora Beispiel, Doris Beispiel." in page
