"""The two tables of a customer's page: answers by address, and consents. Drawn in Python, so every word is escaped."""

import pytest
import time_machine
from django.utils.timezone import localtime

from consent.services import give_consent
from tests.cast import wording
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db
ODD = '<b>"Nord" & Söhne</b>'
SAFE = "&lt;b&gt;&quot;Nord&quot; &amp; Söhne&lt;/b&gt;"


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def mail(customer):
    return customer.contact_points.get(channel="email")


def test_each_answer_leads_to_its_question_for_those_who_may_ask(cast, customer, accounts, mail):
    asking = as_(cast.anna).get("/customers/4711/").text
    assert f'href="/check/customers/4711/?purpose=service&amp;contact_point={mail.pk}"' in asking
    reading = as_(cast.rita).get("/customers/4711/").text
    assert "/check/customers/4711/" not in reading
    assert 'href="#reach"' in reading


def test_a_passport_says_source_note_day_and_whether_it_was_checked(cast, customer, accounts, mail):
    mail.source, mail.source_note, mail.verified_at = "referral", ODD, None
    mail.save()
    page = as_(cast.anna).get("/customers/4711/").text
    assert ODD not in page
    assert f": {SAFE}</li><li><time" in page
    assert "<li>not verified</li></ul>" in page
    assert 'class="passport tone-manager"' in page


def test_a_consent_says_since_when_and_how_it_ends_to_those_who_may(cast, customer, accounts, now):
    text = wording("marketing", "email")
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "text": text, "evidence": "Blatt 1"}
    given = give_consent(cast.clara, customer=customer, given_at=now, at=now, **values)
    page = as_(cast.anna).get("/customers/4711/").text
    withdraw = f'href="/customers/4711/consents/{given.pk}/withdraw/"'
    assert withdraw in page
    assert f'<td data-label="Given"><time datetime="{localtime(now).isoformat()}">' in page
    assert "Given</span></td>" in page  # its state
    assert withdraw not in as_(cast.rita).get("/customers/4711/").text
