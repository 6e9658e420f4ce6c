"""What a reviewer has just done can be undone, or leads where it can be; nothing takes a verdict back by itself."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.requests.models import Snooze
from contacts.requests.services import submitting
from tests.browsing import form, words
from tests.desk.reading import nothing_written
from tests.requests.scenes import as_, reminder_by_sms, report_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


def decide(browser, asked, verdict: str, reason: str = ""):
    shown = form(browser.get(f"/inbox/{asked.number}/")).fields
    return browser.post(f"/inbox/{asked.number}/", shown | {"verdict": verdict, "reason": reason}, follow=True)


def test_what_was_put_aside_is_taken_up_again_by_one_press(cast, waiting):
    browser = as_(cast.mona)
    page = browser.post(f"/inbox/{waiting.number}/snooze/", {"until": "2026-11-25"}, follow=True)
    assert f"Undo: take {waiting.number} up again" in words(page)
    assert Snooze.objects.count() == 1
    browser.post(form(page, f"/inbox/{waiting.number}/wake/").action)
    assert not Snooze.objects.exists()


def test_an_approval_leads_to_where_its_permit_is_ended(cast, waiting):
    page = decide(as_(cast.mona), waiting, "approved")
    waiting.refresh_from_db()
    assert f'data-key="u" href="/permits/{waiting.permit.number}/revoke/"' in page.content.decode()


def test_a_refusal_has_nothing_to_undo(cast, waiting):
    page = decide(as_(cast.mona), waiting, "refused", "Bitte zuerst anrufen.")
    assert 'data-key="u"' not in page.content.decode()


def test_an_approval_that_waits_for_the_officer_has_no_permit_to_end(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    page = decide(as_(cast.mona), asked, "approved")
    assert 'data-key="u"' not in page.content.decode()


def test_the_address_alone_offers_nothing_to_who_may_not_undo(cast, waiting):
    decide(as_(cast.mona), waiting, "approved")
    browser = as_(cast.max)
    for query in (f"decided={waiting.number}", f"aside={waiting.number}", "decided=R-²", "aside=nonsense"):
        with nothing_written():
            page = browser.get(f"/inbox/?{query}")
        assert page.status_code == 200 and 'data-key="u"' not in page.content.decode()


def test_looking_for_something_to_undo_costs_one_question(cast, waiting):
    def questions(query):
        with CaptureQueriesContext(connection) as seen:
            browser.get(f"/inbox/{query}")
        return len(seen)

    browser = as_(cast.mona)
    assert questions(f"?decided={waiting.number}") <= questions("") + 1
    assert questions(f"?aside={waiting.number}") == questions("")
