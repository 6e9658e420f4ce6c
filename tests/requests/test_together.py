"""Several equal requests of low risk: one page that shows them all, each decided and audited singly."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.customers.models import Customer
from contacts.customers.services import record_objection
from contacts.requests.models import Permit, Review
from contacts.requests.services import reviewing, submitting
from contacts.requests.services.deciding_together import Shown, decide_together
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from tests.browsing import words
from tests.requests.scenes import as_, reminder_by_sms, report_by_mail, waiting_alike
from tests.training import courses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def alike(cast, accounts, now):
    return waiting_alike(cast, accounts, now, 3)


def shown(*requests):
    found = [one.snapshots.order_by("-round").first() for one in requests]
    return [Shown(one.request_id, one.round, one.sha256) for one in found]


def decide(user, requests, at, verdict="approved", reason=""):
    return decide_together(user, shown=shown(*requests), verdict=verdict, reason=reason, at=at)


def address(*requests):
    return "/decide-together/?" + "&".join(f"request={one.number}" for one in requests)


def hidden(response) -> list[str]:
    from re import findall

    return findall(r'name="shown" value="([^"]+)"', response.content.decode())


def results(response) -> str:
    return words(response)


def test_the_inbox_offers_to_mark_what_the_manager_decides(alike, cast):
    page = as_(cast.mona).get("/inbox/").content.decode()
    assert page.count('form="together"') == 3 and 'action="/decide-together/"' in page


def test_one_request_alone_has_nothing_to_mark(cast, accounts, now):
    waiting_alike(cast, accounts, now, 1)
    assert 'form="together"' not in as_(cast.mona).get("/inbox/").content.decode()


def test_the_page_shows_all_of_them_with_their_hash_and_decides_nothing(alike, cast):
    page = as_(cast.mona).get(address(*alike))
    text = words(page)
    assert "These 3 requests are equal" in text and "Bitte begleichen Sie die offene Rechnung." in text
    for one in alike:
        assert one.number in text and one.snapshots.get().sha256 in text
    assert not Review.objects.exists()


def test_each_is_decided_audited_and_told_singly(alike, cast):
    mona = as_(cast.mona)
    page = mona.get(address(*alike))
    done = mona.post("/decide-together/", {"shown": hidden(page), "verdict": "approved", "reason": ""})
    assert words(done).count("The person has a permit and is told.") == 3
    assert Permit.objects.count() == 3
    assert AuditEntry.objects.filter(verb="request.review_approved", actor=cast.mona).count() == 3
    assert OutboxMessage.objects.filter(topic="granted").count() == 3
    assert [one.sha256 for one in Review.objects.order_by("pk")] == [one.snapshots.get().sha256 for one in alike]


def test_a_second_press_changes_nothing_and_says_the_same(alike, cast):
    mona = as_(cast.mona)
    posted = {"shown": hidden(mona.get(address(*alike))), "verdict": "approved", "reason": ""}
    mona.post("/decide-together/", posted)
    before = AuditEntry.objects.count()
    again = words(mona.post("/decide-together/", posted))
    assert again.count("This was recorded by an earlier press.") == 3
    assert (Permit.objects.count(), AuditEntry.objects.count()) == (3, before)


def test_another_verdict_afterwards_changes_nothing_and_says_so(alike, cast, now):
    decide(cast.mona, alike, now)
    done = decide(cast.mona, alike, now, "refused", "Doch nicht.")
    assert [(one.done, one.earlier) for one in done] == [(False, True)] * 3
    assert Permit.objects.count() == 3


def test_all_are_refused_with_one_reason(alike, cast):
    mona = as_(cast.mona)
    posted = {"shown": hidden(mona.get(address(*alike))), "verdict": "refused", "reason": " "}
    assert "Say why in a sentence" in words(mona.post("/decide-together/", posted))
    assert not Review.objects.exists()
    done = mona.post("/decide-together/", posted | {"reason": "Bitte per Brief."})
    assert words(done).count("Your refusal is recorded.") == 3
    assert {one.reason for one in Review.objects.all()} == {"Bitte per Brief."}


@pytest.mark.parametrize("verdict", ["changes_asked", "", "granted"])
def test_nothing_but_approving_and_refusing(alike, cast, now, verdict):
    with pytest.raises(ValidationError, match="only be approved or refused"):
        decide(cast.mona, alike, now, verdict, "x")
    page = as_(cast.mona).post("/decide-together/", {"shown": "1:1:x", "verdict": verdict})
    assert page.status_code == 200 and not Review.objects.exists()


def test_what_was_changed_meanwhile_is_left_as_it_is_and_holds_up_nobody(alike, cast, now):
    before = shown(*alike)
    reviewing.review(cast.mona, request=alike[1], verdict="changes_asked", reason="Kürzer.", at=now)
    submitting.submit(cast.anna, request=alike[1], at=now + timedelta(seconds=1))
    done = decide_together(cast.mona, shown=before, verdict="approved", reason="", at=now + timedelta(seconds=2))
    assert [one.done for one in done] == [True, False, True]
    alike[1].refresh_from_db()
    assert alike[1].state == "with_manager"


def test_what_somebody_else_decided_meanwhile_is_said(alike, cast, now):
    submitting.cancel(cast.anna, request=alike[0], at=now)
    posted = {"shown": [f"{one.request}:{one.round}:{one.sha256}" for one in shown(*alike)], "verdict": "approved"}
    page = words(as_(cast.mona).post("/decide-together/", posted))
    assert "It does not wait for your decision any more." in page
    assert Permit.objects.count() == 2


def test_an_objection_of_meanwhile_takes_a_request_out(alike, cast, now):
    """Decided again under the lock: what was equal at the submission is not any more."""
    record_objection(cast.clara, customer=alike[0].customer, scope="marketing_objection", how="written", at=now)
    done = decide(cast.mona, alike, now)
    assert "The rules judge" in done[0].refusal
    assert [one.done for one in done] == [False, True, True]
    record_objection(cast.clara, customer=alike[0].customer, scope="full_block", how="written", at=now)
    refused = decide(cast.mona, alike[:1], now, "refused", "Hat widersprochen.")
    assert refused[0].done


def test_what_is_delicate_or_different_is_left_out_with_the_reason(alike, cast, customer, accounts, now):
    sensitive = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    other = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    page = words(as_(cast.mona).get(address(*alike, sensitive, other)))
    assert "These 3 requests are equal" in page
    assert sensitive.number in page and "The data protection officer reads each one." in page
    assert "It is not equal to the others: another text" in page
    done = decide(cast.mona, [*alike, sensitive, other], now)
    assert [one.done for one in done] == [True, True, True, False, False]


def test_a_minor_is_read_alone(alike, cast, now):
    Customer.objects.filter(pk=alike[0].customer_id).update(birth_date=now.date() - timedelta(days=365 * 12))
    done = decide(cast.mona, alike, now)
    assert [one.done for one in done] == [False, True, True]
    assert "The rules judge" in done[0].refusal


def test_the_officer_reads_each_one_when_the_time_is_over(alike, cast, now):
    late = now + timedelta(days=3)
    done = decide(cast.dora, alike, late)
    assert [one.left_out.why for one in done] == ["officer"] * 3
    assert not Review.objects.exists()


def test_what_is_not_ones_own_to_decide_is_not_decided(alike, cast, now):
    for user in (cast.max, cast.anna, cast.sven, cast.dora):
        assert not any(one.done for one in decide(user, alike, now))
    assert not Review.objects.exists()
    page = words(as_(cast.max).get(address(*alike)))
    assert "Nothing of what you marked can be decided together." in page
    assert "Mustermann" not in page


@pytest.mark.parametrize("spelling", ["N-anna", " n-ANNA "])
def test_a_second_account_of_the_requester_decides_none_of_them(alike, cast, now, spelling):
    User.objects.filter(pk=cast.mona.pk).update(person_number=spelling)
    assert not any(one.done for one in decide(User.objects.get(pk=cast.mona.pk), alike, now))
    assert not Review.objects.exists()


def test_without_the_course_of_reviewers_nothing_is_decided(alike, cast, now):
    courses.course(now, kind="approver")
    page = words(as_(cast.mona).get(address(*alike)))
    assert "First the course, then the decision" in page and "Approve all" not in page
    done = decide(cast.mona, alike, now)
    assert all("valid certificate" in one.refusal for one in done)


def test_a_request_that_goes_on_to_another_stage_says_so(alike, cast, now):
    from contacts.requests.routing.table import LINE_MANAGER, Step, Who
    from tests.requests.routing.test_routes import publish

    publish(cast, now, ([LINE_MANAGER, Step(Who.NAMED, cast.max.pk)], {"channels": ["sms"]}))
    more = waiting_alike_again(cast, alike, now)
    page = as_(cast.mona).post("/decide-together/", {"shown": more, "verdict": "approved"})
    assert words(page).count("Somebody else still has to decide.") == 3


def waiting_alike_again(cast, alike, now):
    for one in alike:
        reviewing.review(cast.mona, request=one, verdict="changes_asked", reason="Noch einmal.", at=now)
        one.refresh_from_db()
        submitting.submit(cast.anna, request=one, at=now)
    return [f"{one.request}:{one.round}:{one.sha256}" for one in shown(*alike)]


@pytest.mark.parametrize("value", ["", "x", "1", "1:2", "²:1:a", "9999999999999999999:1:a", "7:x:a"])
def test_nonsense_is_left_out(alike, cast, value):
    mona = as_(cast.mona)
    assert mona.post("/decide-together/", {"shown": value, "verdict": "approved"}, follow=True).status_code == 200
    assert mona.get("/decide-together/", {"request": value}, follow=True).status_code == 200
    assert not Review.objects.exists()


def test_the_page_costs_the_same_queries_however_many_there_are(cast, accounts, now):
    mona = as_(cast.mona)
    few = waiting_alike(cast, accounts, now, 2)
    with CaptureQueriesContext(connection) as two:
        mona.get(address(*few))
    from tests.cast import make_customer
    from tests.requests.scenes import _sms

    values = {"draft_text": "Bitte begleichen Sie die offene Rechnung."}
    more = [
        _sms(cast, make_customer(now, f"80{turn:02}"), accounts, now, f"0171 77{turn:05}", values) for turn in range(6)
    ]
    with CaptureQueriesContext(connection) as eight:
        page = mona.get(address(*few, *more))
    assert "These 8 requests" in words(page)
    assert len(eight) == len(two)
