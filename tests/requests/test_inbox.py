"""The inbox: to do, put aside, done; what is risky is said; nothing is decided by looking."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.customers.models import Objection
from contacts.requests import inbox
from contacts.requests.inbox import _words
from contacts.requests.models import ContactRequest, Review, ReviewStage, Snooze
from contacts.requests.services import lifecycle, reviewing, snoozing, submitting
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import PASSWORD, make_customer, point
from tests.desk.reading import nothing_written
from tests.requests.scenes import acted_in_danger, as_, ask, reminder_by_sms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def waiting(cast, customer, accounts, now):
    """Anna's reminder by SMS waits for Mona; due in some working days."""
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    stage(asked).refresh_from_db()
    return asked


def stage(asked) -> ReviewStage:
    return asked.stages.get(since__isnull=False, ended_at__isnull=True)


def due(asked, at):
    """As if the stage had begun with this due time; one that has begun keeps its own."""
    now_open = stage(asked)
    ReviewStage.objects.filter(pk=now_open.pk).update(ended_at=now_open.since)
    now_open.pk, now_open.position, now_open.due_at = None, now_open.position + 1, at
    now_open.save(force_insert=True)


def look(user, query="") -> str:
    browser = as_(user)
    with nothing_written():
        response = browser.get(f"/inbox/{query}", headers={"accept-language": "en"})
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def tomorrow(now) -> str:
    return (now.date() + timedelta(days=1)).isoformat()


def test_the_address_says_which_part_is_shown(cast, waiting):
    browser = as_(cast.mona)
    for query, tab in {"": "todo", "?tab=snoozed": "snoozed", "?tab=done": "done", "?tab=x": "todo"}.items():
        assert browser.get(f"/inbox/{query}").context["tab"] == tab


def test_an_entry_says_age_and_due_time(cast, waiting):
    shown = look(cast.mona)
    assert waiting.number in shown and "Waiting since" in shown and "To be decided by" in shown
    assert "To do (1)" in shown and "Put aside (0)" in shown


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda s: due(s.asked, s.now + timedelta(hours=23)), "Due within a day"),
        (lambda s: due(s.asked, s.now - timedelta(hours=1)), "Overdue"),
        (lambda s: s.set(birth_date=date(2012, 1, 1)), "Customer is a minor"),
        (lambda s: s.object(), "Customer has objected to something"),
        (lambda s: s.second(), "Another request about this customer"),
    ],
)
def test_what_is_risky_is_said_and_only_then(cast, customer, accounts, waiting, now, change, word):
    class Scene:
        asked = waiting

        def set(self, **fields):
            type(customer).objects.filter(pk=customer.pk).update(**fields)

        def object(self):
            values = {"scope": "marketing_objection", "how": "written", "received_at": now, "recorded_by": cast.clara}
            Objection.objects.create(customer=customer, **values)

        def second(self):
            ContactRequest.objects.filter(pk=ask(cast.sven, customer, "email", accounts.email, at=now).pk).update(
                state="refused", refusal_reason="Nein.", submitted_at=now
            )

    scene = Scene()
    scene.now = now
    due(waiting, now + timedelta(days=3))
    assert word not in look(cast.mona)
    change(scene)
    assert word in look(cast.mona)


def test_sensitive_data_is_said(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now, special_category=True)
    submitting.submit(cast.anna, request=asked, at=now)
    assert "Sensitive data" in look(cast.mona)


def test_that_others_decide_too_is_said(cast, waiting, now):
    assert "Others can decide too" not in look(cast.mona)
    with time_machine.travel(now + timedelta(days=20), tick=False):
        due(waiting, now)
        assert "Others can decide too" in look(cast.mona)


def test_what_is_put_aside_is_out_of_sight_for_one_person_and_comes_back_by_itself(cast, waiting, now):
    due(waiting, now + timedelta(days=5))
    response = as_(cast.mona).post(f"/inbox/{waiting.number}/snooze/", {"until": tomorrow(now)})
    assert response.status_code == 302
    assert waiting.number not in look(cast.mona) and waiting.number in look(cast.mona, "?tab=snoozed")
    assert "Put aside (1)" in look(cast.mona)
    back = Snooze.objects.get().until
    assert back.isoformat() == "2026-11-25T07:00:00+00:00", "eight in the morning in Berlin"
    with time_machine.travel(back, tick=False):
        assert waiting.number in look(cast.mona) and waiting.number not in look(cast.mona, "?tab=snoozed")


def test_putting_aside_changes_nothing_about_the_request(cast, waiting, now):
    due(waiting, now + timedelta(days=5))
    entries = AuditEntry.objects.count()
    snoozing.snooze(cast.mona, request=waiting, until=now + timedelta(days=4), at=now)
    assert AuditEntry.objects.count() == entries
    assert list(ContactRequest.objects.to_review_by(cast.mona)) == [waiting]
    lifecycle.remind_reviews(at=now + timedelta(days=2))
    assert OutboxMessage.objects.filter(topic="review_reminder", recipient=cast.mona).exists(), "reminders still come"
    reviewing.review(cast.mona, request=waiting, verdict="refused", reason="Nein.", at=now)
    assert waiting.number not in look(cast.mona, "?tab=snoozed"), "what is decided is gone"


def test_it_never_goes_beyond_the_due_time(cast, waiting, now):
    limit = stage(waiting).due_at
    with pytest.raises(ValidationError, match="must be decided before"):
        snoozing.snooze(cast.mona, request=waiting, until=limit + timedelta(seconds=1), at=now)
    with pytest.raises(ValidationError, match="after today"):
        snoozing.snooze(cast.mona, request=waiting, until=now, at=now)
    snoozing.snooze(cast.mona, request=waiting, until=limit, at=now)
    with pytest.raises(IntegrityError, match="snooze_ends_before_due_time"):
        Snooze.objects.update(until=limit + timedelta(seconds=1))


def test_who_does_not_decide_puts_nothing_aside(cast, waiting, now):
    for someone in (cast.max, cast.anna, cast.dora):
        with pytest.raises(PermissionDenied):
            snoozing.snooze(someone, request=waiting, until=now + timedelta(hours=1), at=now)
        with pytest.raises(PermissionDenied):
            snoozing.wake(someone, request=waiting, at=now)


def test_nonsense_as_a_day_changes_nothing(cast, waiting):
    for until in ("", "soon", "2026-02-31", "1999-01-01", "9999-12-31"):
        response = as_(cast.mona).post(f"/inbox/{waiting.number}/snooze/", {"until": until}, follow=True)
        assert response.status_code == 200 and response.context["messages"]
    assert not Snooze.objects.exists()


def test_it_can_be_put_off_again_and_taken_up_again(cast, waiting, now):
    due(waiting, now + timedelta(days=5))
    for days in (1, 2):
        snoozing.snooze(cast.mona, request=waiting, until=now + timedelta(days=days), at=now)
    assert Snooze.objects.get().until == now + timedelta(days=2)
    as_(cast.mona).post(f"/inbox/{waiting.number}/wake/")
    assert waiting.number in look(cast.mona)


def test_a_new_round_wakes_it(cast, waiting, now):
    snoozing.snooze(cast.mona, request=waiting, until=stage(waiting).due_at, at=now)
    ReviewStage.objects.filter(pk=stage(waiting).pk).update(ended_at=now)
    ReviewStage.objects.create(
        request=waiting, round=2, position=1, step=waiting.stages.get().step, since=now, due_at=now + timedelta(days=3)
    )
    assert waiting.number in look(cast.mona)


@pytest.mark.parametrize(
    ("hours", "last"),
    [(3, ""), (20, ""), (21, "2026-11-25"), (21.1, "2026-11-25"), (44.9, "2026-11-25"), (45, "2026-11-26")],
)
def test_the_last_day_to_put_aside_to_is_that_of_the_last_morning_before_the_due_time(now, hours, last):
    assert inbox.last_day(now + timedelta(hours=hours), now) == last


def test_what_must_be_decided_today_offers_no_putting_aside(cast, waiting, now):
    due(waiting, now + timedelta(hours=3))
    assert "Put it aside" not in look(cast.mona)


def test_done_shows_ones_own_verdicts_of_four_weeks(cast, waiting, now):
    reviewing.review(cast.mona, request=waiting, verdict="refused", reason="Nein.", at=now)
    assert waiting.number in look(cast.mona, "?tab=done") and "Refused" in look(cast.mona, "?tab=done")
    assert waiting.number not in look(cast.max, "?tab=done")
    with time_machine.travel(now + timedelta(days=29), tick=False):
        assert "No decisions yet" in look(cast.mona, "?tab=done")


def test_an_empty_inbox_says_what_was_done(cast, waiting, now):
    assert "All decided" in look(cast.max) and "Nothing waits for you." in look(cast.max)
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        reviewing.review(cast.mona, request=waiting, verdict="refused", reason="Nein.", at=now + timedelta(hours=3))
        shown = look(cast.mona)
    assert "All decided" in shown and "1 decision in the last seven days, half of them within 3 h" in shown


def test_where_an_act_is_to_be_looked_at_it_does_not_say_that_nothing_waits(cast, customer, accounts, now):
    acted = acted_in_danger(cast, customer, accounts, now)
    shown = look(cast.mona)
    assert acted.number in shown and "Nothing waits for you" not in shown and "All decided" not in shown


def test_what_a_colleague_has_decided_meanwhile_is_said_in_a_sentence(cast, waiting, now):
    browser = as_(cast.mona)
    reviewing.review(cast.mona, request=waiting, verdict="refused", reason="Nein.", at=now)
    for verb, values in (("snooze", {"until": tomorrow(now)}), ("wake", {})):
        response = browser.post(
            f"/inbox/{waiting.number}/{verb}/", values, headers={"accept-language": "en"}, follow=True
        )
        (said,) = map(str, response.context["messages"])
        assert (response.status_code, said) == (
            200,
            "This request waits for nobody's decision any more. Nothing was changed.",
        )
    assert not Snooze.objects.exists()


def test_long_lists_go_page_by_page_and_a_decision_meanwhile_skips_nothing(cast, accounts, now, monkeypatch):
    monkeypatch.setattr("contacts.requests.views.inbox.SIZE", 2)
    numbers = []
    for count in range(5):
        other = make_customer(now, f"49{count}")
        point(other, "sms", f"0171 555{count:04}", now=now)
        numbers.append(submitting.submit(cast.anna, request=reminder_by_sms(cast, other, accounts, now), at=now).number)
    browser = as_(cast.mona)

    def page(query):
        response = browser.get(f"/inbox/{query}")
        return [entry.asked.number for entry in response.context["rows"]], response.context

    first, context = page("")
    assert first == numbers[:2] and context["back"] is None
    gone = ContactRequest.objects.get(pk=int(numbers[1].removeprefix("R-")) - 1000)
    reviewing.review(cast.mona, request=gone, verdict="refused", reason="Nein.", at=now)
    second, context = page(f"?after={context['further']}")
    assert second == numbers[2:4]
    third, context = page(f"?after={context['further']}")
    assert third == numbers[4:] and context["further"] is None and context["back"] is not None
    behind = _words((now + timedelta(days=99), 1))
    last, context = page(f"?after={behind}")
    assert last == numbers[3:] and context["further"] is None and context["back"] == ""
    for nonsense in ("x", "1", "²-1", "1-", "-", "9" * 40 + "-1"):
        assert page(f"?after={nonsense}")[0] == [numbers[0], numbers[2]]


def test_the_inbox_asks_the_same_number_of_questions_for_one_and_for_many(cast, accounts, now):
    browser = as_(cast.mona)

    def questions(query):
        with CaptureQueriesContext(connection) as seen:
            browser.get(f"/inbox/{query}")
        return len(seen)

    counts = []
    for number in range(4):
        other = make_customer(now, f"49{number}")
        for _turn in range(2):
            asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, other, accounts, now), at=now)
        snoozing.snooze(cast.mona, request=asked, until=stage(asked).due_at, at=now)
        counts.append([questions(query) for query in ("", "?tab=snoozed", "?tab=done")])
    assert counts[0] == counts[-1] and max(counts[0]) <= 15, counts


def test_an_empty_inbox_asks_once_whether_anything_waits(cast, waiting, now, django_assert_num_queries):
    """Session, person, what waits, courses, department; who decides is found out only where something may wait."""
    client = as_(cast.max)
    client.get("/inbox/")
    with django_assert_num_queries(5):
        assert not client.get("/inbox/").context["rows"]
    assert as_(cast.mona).get("/inbox/").context["rows"] and as_(cast.dora).get("/inbox/").status_code == 200


def test_buttons_lead_to_the_page_of_the_decision_and_decide_nothing(cast, waiting):
    browser = as_(cast.mona)
    html = browser.get("/inbox/").content.decode()
    for verdict in ("approved", "changes_asked", "refused"):
        address = f"/inbox/{waiting.number}/?verdict={verdict}"
        assert f'href="{address}#decide"' in html
        with nothing_written():
            assert browser.get(address).status_code == 200
    waiting.refresh_from_db()
    assert waiting.state == "with_manager" and not Review.objects.exists()


def test_single_keys_can_be_switched_off_for_oneself(cast, waiting):
    browser = as_(cast.mona)
    assert "js/keys.js" in browser.get("/inbox/").content.decode()
    assert browser.post("/shortcuts/", {"shortcuts": "off", "next": "/inbox/"}).headers["Location"] == "/inbox/"
    assert "js/keys.js" not in browser.get("/inbox/").content.decode()
    browser.post("/shortcuts/", {"shortcuts": "maybe"})
    cast.mona.refresh_from_db()
    assert cast.mona.shortcuts is False
    browser.post("/shortcuts/", {"shortcuts": "on"})
    assert "js/keys.js" in browser.get("/inbox/").content.decode()


def test_the_link_in_a_mail_opens_the_decision_after_the_sign_in_and_decides_nothing(cast, waiting, now, mail_folder):
    """Approving from a mail takes a sign-in and a press of a button."""
    deliver_due(at=now)
    (mail,) = [path.read_text() for path in mail_folder.glob("*.eml") if "To: mona@" in path.read_text()]
    link = re.search(rf"https?://[^/\s]+(/inbox/{waiting.number}/)", mail.replace("=\n", "")).group(1)
    browser = Client()
    for _turn in range(3):
        asked = browser.get(link)
        assert asked.status_code == 302 and asked.headers["Location"] == f"/login/?next={link}"
        assert browser.post(link, {"verdict": "approved"}).status_code == 302
    values = {"login": cast.mona.email, "password": PASSWORD, "next": link}
    signed_in = browser.post("/login/", values)
    assert signed_in.headers["Location"] == link
    with nothing_written():
        page = browser.get(link)
    assert page.status_code == 200 and waiting.number in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "with_manager" and not Review.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.mona)
    assert strict.post(link, {"verdict": "approved"}).status_code == 403, "a press needs the page's own token"
