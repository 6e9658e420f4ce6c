"""The unsubscribe button of mail programs (RFC 8058), and the page for people."""

from datetime import timedelta

import pytest

from consent import services
from consent.models import ConsentEvent
from consent.services import links
from contacts.customers.models import Objection
from contacts.customers.services import erase_customer
from contacts.requests.services import permits
from portal.audit.models import AuditEntry
from tests.cast import wording
from tests.consent.outside import browser
from tests.requests.scenes import advertising_permit

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def give(cast, customer, now, purpose):
    return services.give_consent(
        cast.clara,
        customer=customer,
        purpose=purpose,
        channel="email",
        how="paper",
        evidence="Formular 7",
        text=wording(purpose, "email"),
        given_at=now - timedelta(days=1),
        at=now - timedelta(days=1),
    )


@pytest.fixture
def path(customer, now):
    return path_for(customer, "event_invitation", now)


def path_for(customer, purpose, now):
    point = customer.contact_points.get(channel="email")
    link = links.unsubscribe_link(customer=customer, point=point, purpose=purpose, at=now)
    return f"/u/{links.token_of_link(link)}/"


def test_a_mail_programs_press_needs_no_cookie_and_no_token(cast, customer, now, path):
    mine = give(cast, customer, now, "event_invitation")
    other = give(cast, customer, now, "service")
    answer = browser(enforce_csrf_checks=True).post(path, ONE_CLICK, headers={"user-agent": "mail program"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert not answer.cookies
    mine.refresh_from_db(), other.refresh_from_db()
    assert mine.withdrawn_at == now and other.withdrawn_at is None
    event = ConsentEvent.objects.get(kind="withdrawn")
    assert (event.how, event.job, event.user_agent) == ("one_click", "customer.one_click", "mail program")


def test_pressing_again_answers_the_same_and_adds_nothing(cast, customer, now, path, time_machine):
    give(cast, customer, now, "event_invitation")
    first = browser().post(path, ONE_CLICK)
    entries = AuditEntry.objects.count()
    for seconds in (1, 60, 3600):
        time_machine.move_to(now + timedelta(seconds=seconds))
        again = browser().post(path, ONE_CLICK)
        assert (again.status_code, again.content) == (first.status_code, first.content)
    assert AuditEntry.objects.count() == entries
    assert not Objection.objects.exists()


def test_where_no_consent_was_it_is_an_objection_and_only_one(customer, now, path):
    for _ in range(3):
        assert browser().post(path, ONE_CLICK).status_code == 200
    said = Objection.objects.get()
    assert (said.scope, said.channel, said.how) == ("marketing_objection", "email", "one_click")


def test_a_new_consent_after_that_can_be_taken_back_by_the_same_link(cast, customer, now, path, time_machine):
    give(cast, customer, now, "event_invitation")
    browser().post(path, ONE_CLICK)
    time_machine.move_to(now + timedelta(days=2))
    services.give_consent(
        cast.clara,
        customer=customer,
        purpose="event_invitation",
        channel="email",
        how="paper",
        evidence="Formular 8",
        text=wording("event_invitation", "email"),
        given_at=now + timedelta(days=1),
        at=now + timedelta(days=2),
    )
    browser().post(path, ONE_CLICK)
    assert ConsentEvent.objects.filter(kind="withdrawn").count() == 2


def test_advertising_takes_what_lies_below_along(cast, customer, now):
    below = give(cast, customer, now, "event_invitation")
    browser().post(path_for(customer, "marketing", now), ONE_CLICK)
    below.refresh_from_db()
    assert below.withdrawn_at == now


def test_looking_changes_nothing_and_shows_one_button(cast, customer, now, path):
    mine = give(cast, customer, now, "event_invitation")
    for _ in range(20):
        page = browser().get(path + "?lang=en")
        browser().head(path)
    assert page.content.decode().count("<button") == 1
    assert page["Referrer-Policy"] == "no-referrer"
    mine.refresh_from_db()
    assert mine.withdrawn_at is None and not Objection.objects.exists()


def test_a_person_presses_the_button_and_reads_that_it_is_done(cast, customer, now, path):
    give(cast, customer, now, "event_invitation")
    page = browser(enforce_csrf_checks=True).post(path + "?lang=en", follow=True)
    assert "You are unsubscribed" in page.content.decode()
    assert "Invitation to an event" in page.content.decode()


@pytest.mark.parametrize("token", ["x", "A" * 43])
def test_an_unknown_link_says_so(db, token):
    assert browser().post(f"/u/{token}/", ONE_CLICK).status_code == 404
    page = browser().get(f"/u/{token}/")
    assert page.status_code == 404 and "/p/" in page.content.decode()


def test_a_link_to_the_page_is_no_unsubscribe_link(customer, now):
    link = links.preference_link(customer=customer, point=customer.contact_points.get(channel="email"), at=now)
    assert browser().post(f"/u/{links.token_of_link(link)}/", ONE_CLICK).status_code == 404


def test_after_erasure_the_link_is_dead(cast, customer, now, path):
    erase_customer(cast.dora, customer=customer, at=now)
    assert browser().post(path, ONE_CLICK).status_code == 404


def test_the_permit_that_rested_on_it_is_dead_with_the_press(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now)
    browser().post(path_for(customer, "marketing", now), ONE_CLICK)
    assert permits.redeem(cast.sven, permit=permit, at=now).use is None
