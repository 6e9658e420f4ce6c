"""What certificates are good for: the channel licence, the licence to decide, and what happens when one lapses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from consent.services import give_consent
from contacts.requests.context import Question, load
from contacts.requests.deciding import answer
from contacts.requests.models import Permit
from contacts.requests.services import permits, reviewing, submitting
from contacts.requests.services.common import NotNow
from tests.cast import person, point, wording
from tests.requests.scenes import ask, reminder_by_sms
from tests.training import courses
from tests.training.quiz import take
from training.models import Course
from training.selectors import course_before_reviewing, may_review, training_of
from training.services import record_certificate
from training.services.publishing import publish, retire_course, withdraw

pytestmark = pytest.mark.django_db


def licences(user, now):
    return training_of(user.pk, today=now.date())


# --- the channel licence


def test_without_a_messenger_course_the_basic_certificate_counts_for_every_channel(cast, now):
    assert licences(cast.anna, now).for_channel("messenger") == "valid"
    draft = courses.draft(Course.objects.create(slug="m", kind="messenger"))
    assert draft.state == "draft"
    assert licences(cast.anna, now).for_channel("messenger") == "valid"


def test_a_published_messenger_course_asks_for_its_own_certificate(cast, now):
    version = courses.course(now, kind="messenger")
    mine = licences(cast.anna, now)
    assert [mine.for_channel(c) for c in ("email", "messenger", "social_dm")] == ["valid", "none", "none"]
    take(cast.anna, version, now)
    assert licences(cast.anna, now).for_channel("messenger") == "valid"
    assert licences(cast.sven, now).for_channel("messenger") == "none"


def test_the_riskier_of_both_counts(cast, now):
    someone = person("ohne", "employee")
    take(someone, courses.course(now, kind="messenger"), now)
    assert licences(someone, now).for_channel("messenger") == "none"


def test_a_course_that_is_retired_asks_for_nothing(cast, now):
    retire_course(cast.tom, course=courses.course(now, kind="messenger").course, at=now)
    assert licences(cast.anna, now).for_channel("messenger") == "valid"


@pytest.mark.parametrize("kind", ["messenger", "approver"])
def test_withdrawing_a_version_opens_nothing(cast, now, kind):
    version = courses.course(now, kind=kind)
    take(cast.mona, version, now)
    withdraw(cast.tom, version=version, at=now)
    today = now.date()
    assert licences(cast.anna, now).for_channel("messenger") == ("none" if kind == "messenger" else "valid")
    assert may_review(cast.dora.pk, today=today) is (kind == "messenger")
    assert may_review(cast.mona.pk, today=today) and licences(cast.mona, now).for_channel("messenger") == "valid"
    retire_course(cast.tom, course=version.course, at=now)
    assert licences(cast.anna, now).for_channel("messenger") == "valid" and may_review(cast.dora.pk, today=today)


def test_the_newest_version_is_the_way_to_a_licence_and_a_withdrawn_one_is_none(cast, now):
    first = courses.course(now, kind="approver", title_en="First")
    second = publish(cast.tom, version=courses.draft(first.course, number=2, title_en="Second"), at=now)
    ask = course_before_reviewing(cast.mona.pk, today=now.date())
    assert (ask.title, ask.offered) == ("Second", True)
    withdraw(cast.tom, version=second, at=now)
    ask = course_before_reviewing(cast.mona.pk, today=now.date())
    assert (ask.title, ask.offered) == ("Second", False)


def test_a_withdrawn_version_does_not_ask_to_certify_again(cast, now):
    first = courses.course(now)
    someone = person("neu", "employee")
    take(someone, first, now)
    by = now.date() + timedelta(days=10)
    second = publish(cast.tom, version=courses.draft(first.course, number=2), recertify_by=by, at=now)
    later = now + timedelta(days=11)
    assert licences(someone, later).basic == licences(cast.anna, later).basic == "expired"
    withdraw(cast.tom, version=second, at=now)
    assert licences(someone, later).basic == licences(cast.anna, later).basic == "valid"


def test_certificates_by_hand_have_a_kind(cast, now):
    courses.course(now, kind="messenger")
    record_certificate(
        cast.tom,
        person=cast.anna,
        course="Messenger",
        kind="messenger",
        passed_on=now.date(),
        valid_until=now.date(),
        at=now,
    )
    assert licences(cast.anna, now).for_channel("messenger") == "valid"
    assert licences(cast.anna, now + timedelta(days=1)).for_channel("messenger") == "expired"


def test_two_queries_whatever_there_is(cast, now, django_assert_num_queries):
    for kind in ("basic", "messenger", "approver"):
        take(cast.anna, courses.course(now, kind=kind), now)
    with django_assert_num_queries(2):
        licences(cast.anna, now)


def test_certifying_again_is_asked_by_a_day(cast, now):
    first = courses.course(now)
    someone = person("neu", "employee")
    take(someone, first, now)
    later = now + timedelta(days=10)
    by = later.date() + timedelta(days=20)
    second = publish(cast.tom, version=courses.draft(first.course, number=2), recertify_by=by, at=later)
    assert licences(someone, later).basic == "valid"
    assert licences(someone, later + timedelta(days=20)).basic == "valid"
    assert licences(someone, later + timedelta(days=21)).basic == "expired"
    take(someone, second, later)
    assert licences(someone, later + timedelta(days=21)).basic == "valid"


# --- permits over a messenger


@pytest.fixture
def chat(cast, customer, accounts, now):
    """Service over WhatsApp, to which the customer has agreed."""
    point(customer, "messenger", "0171 5550001", now=now, platform="whatsapp")
    give_consent(
        cast.clara,
        customer=customer,
        purpose="service",
        channel="messenger",
        platform="whatsapp",
        how="paper",
        text=wording("service", "messenger", "whatsapp"),
        evidence="Formular 3",
        given_at=now,
        at=now,
    )
    return ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now)


def test_the_fact_is_that_of_the_channel(cast, chat, now, django_assert_num_queries):
    assert answer(chat, at=now).outcome == "allowed"
    courses.course(now, kind="messenger")
    with django_assert_num_queries(2):
        context = load(chat.customer, cast.anna, at=now)
    facts = {one.channel: context.facts(_about(context, one)).requester_training.value for one in context.points}
    assert {channel for channel, state in facts.items() if state == "none"} == {"messenger", "social_dm"}
    assert facts["email"] == facts["letter"] == "valid"
    assert answer(chat, at=now).decision.deciding[0].rule.id == "TRN-01"


def _about(context, contact_point):
    return Question(point=contact_point, account=context.default_account(contact_point), purpose="service")


def _long_permit(cast, chat, now, monkeypatch) -> Permit:
    """One that outlives the licence; once granted, its time stays as it is."""
    monkeypatch.setattr("contacts.requests.stricter.valid_until", lambda at, days: at + timedelta(days=60))
    submitting.submit(cast.anna, request=chat, at=now)
    return Permit.objects.get(request=chat)


def test_the_permit_rests_at_the_instant_the_licence_lapses_and_wakes_with_the_next(cast, chat, now, monkeypatch):
    version = courses.course(now, kind="messenger", validity_months=1)
    take(cast.anna, version, now)
    permit = _long_permit(cast, chat, now, monkeypatch)
    lapsed = now + timedelta(days=31)  # the day after the last: still a weekday, within contact hours
    resting = permits.redeem(cast.anna, permit=permit, at=lapsed)
    assert resting.use is None and resting.not_now
    permit.refresh_from_db()
    assert permit.state == "active"
    take(cast.anna, version, lapsed)
    assert permits.redeem(cast.anna, permit=permit, at=lapsed).use is not None


def test_who_holds_a_resting_permit_is_shown_the_way_to_the_course(cast, chat, now, client, time_machine, monkeypatch):
    take(cast.anna, courses.course(now, kind="messenger", validity_months=1), now)
    permit = _long_permit(cast, chat, now, monkeypatch)
    address = reverse("permit", args=[permit.number])

    def shown(user):
        client.force_login(user)
        return client.get(address).content.decode()

    assert "this permit counts again" not in shown(cast.anna)
    time_machine.move_to(now + timedelta(days=31))
    assert "this permit counts again" in shown(cast.anna) and reverse("training") in shown(cast.anna)
    assert "this permit counts again" not in shown(cast.mona), "it is not her course"


# --- the licence to decide


def test_without_an_approver_course_managers_decide_as_before(cast, now):
    assert may_review(cast.mona.pk, today=now.date())


def test_a_manager_decides_only_with_the_approver_certificate(cast, customer, accounts, now):
    version = courses.course(now, kind="approver", title_en="Deciding requests")
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    with pytest.raises(NotNow, match="“Deciding requests”"):
        reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    request.refresh_from_db()
    assert request.state == "with_manager" and not request.reviews.exists()
    take(cast.mona, version, now)
    assert reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now).state == "granted"


def test_the_data_protection_officer_needs_it_too(cast, customer, accounts, now):
    version = courses.course(now, kind="approver")
    request = ask(cast.anna, customer, "email", accounts.email, at=now, special_category=True)
    take(cast.mona, version, now)
    submitting.submit(cast.anna, request=request, at=now)
    reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    with pytest.raises(NotNow):
        reviewing.review(cast.dora, request=request, verdict="approved", reason="", at=now)
    assert course_before_reviewing(cast.dora.pk, today=now.date()).slug == version.course.slug


def test_the_inbox_says_which_course_and_hides_the_form(cast, customer, accounts, now, client):
    courses.course(now, kind="approver", title_en="Deciding requests")
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    client.force_login(cast.mona)
    assert "the course “Deciding requests”" in client.get("/inbox/").content.decode()
    page = client.get(reverse("review", args=[request.number])).content.decode()
    assert "Deciding requests" in page and 'value="approved"' not in page


def test_where_the_course_was_withdrawn_nobody_is_sent_to_a_page_that_is_not_there(
    cast, customer, accounts, now, client
):
    version = courses.course(now, kind="approver", title_en="Deciding requests")
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    withdraw(cast.tom, version=version, at=now)
    client.force_login(cast.mona)
    page = client.get("/inbox/").content.decode()
    assert "It was withdrawn" in page and f"/courses/{version.course.slug}/" not in page
    with pytest.raises(NotNow, match="which was withdrawn"):
        reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
