"""Reminders about certificates: to whom, when, once each, whatever crashes in between."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as django_mail

from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import certify, person
from tests.training import courses
from tests.training.quiz import take
from training import notices
from training.models import Assignment, Reminded
from training.services import assigning, remind_training
from training.services.publishing import publish

pytestmark = pytest.mark.django_db


def keys():
    return sorted(Reminded.objects.values_list("key", flat=True))


@pytest.fixture
def newcomer(cast):
    return person("neu", "employee", manager=cast.mona)


def ending(newcomer, cast, now, left):
    return certify(newcomer, until=now.date() + timedelta(days=left), by=cast.tom)


@pytest.mark.parametrize(("left", "step"), [(30, 30), (20, 30), (14, 14), (7, 7), (1, 1), (0, 1)])
def test_before_the_end_the_person_is_reminded(newcomer, cast, now, left, step):
    certificate = ending(newcomer, cast, now, left)
    assert remind_training(at=now) == 1
    message = OutboxMessage.objects.get()
    assert keys() == [f"certificate:{certificate.pk}:{step}"]
    assert message.recipient == newcomer
    assert message.payload["left"] == left


def test_nobody_is_reminded_early(newcomer, cast, now):
    ending(newcomer, cast, now, 31)
    assert remind_training(at=now) == 0
    assert keys() == []


def test_day_by_day_each_step_is_taken_once(newcomer, cast, now):
    certificate = ending(newcomer, cast, now, 40)
    counts = [remind_training(at=now + timedelta(days=day)) for day in range(41) for _twice in range(2)]
    assert sum(counts) == 4
    assert keys() == sorted(f"certificate:{certificate.pk}:{step}" for step in (30, 14, 7, 1))


def test_after_days_of_silence_only_the_step_reached_is_taken(newcomer, cast, now):
    certificate = ending(newcomer, cast, now, 5)
    remind_training(at=now)
    assert keys() == [f"certificate:{certificate.pk}:7"]


def test_a_newer_certificate_that_lasts_longer_ends_the_reminding(newcomer, cast, now):
    ending(newcomer, cast, now, 7)
    ending(newcomer, cast, now, 300)
    assert remind_training(at=now) == 0
    assert keys() == []


def test_after_the_end_the_person_hears_weekly_and_the_manager_once(newcomer, cast, now):
    certificate = ending(newcomer, cast, now, -1)
    counts = [remind_training(at=now + timedelta(days=day)) for day in range(21)]
    assert sum(counts) == 4
    weeks = [f"certificate:{certificate.pk}:overdue:{week}" for week in (1, 2, 3)]
    assert keys() == sorted([*weeks, f"certificate:{certificate.pk}:overdue:team"])
    told = OutboxMessage.objects.get(topic="team_overdue")
    assert told.recipient == cast.mona
    assert [set(one) for one in told.payload["people"]] == [{"name", "assigned", "valid_until"}]


def test_people_who_left_are_not_reminded_nor_managers_who_left(newcomer, cast, now):
    ending(newcomer, cast, now, -1)
    cast.mona.is_active = False
    cast.mona.save()
    remind_training(at=now)
    assert list(OutboxMessage.objects.values_list("topic", flat=True)) == ["certificate_overdue"]
    newcomer.is_active = False
    newcomer.save()
    assert remind_training(at=now + timedelta(days=7)) == 0


def test_without_a_manager_only_the_person_hears(cast, now):
    alone = person("allein", "employee")
    ending(alone, cast, now, -3)
    assert remind_training(at=now) == 1


def test_the_day_turns_at_midnight_of_the_company(newcomer, cast):
    certify(newcomer, until=date(2026, 12, 31), by=cast.tom)
    berlin = ZoneInfo("Europe/Berlin")
    assert remind_training(at=datetime(2026, 11, 30, 23, 59, tzinfo=berlin)) == 0
    assert remind_training(at=datetime(2026, 12, 1, 0, 0, tzinfo=berlin)) == 1


def test_a_run_that_dies_in_the_middle_loses_nothing_and_repeats_nothing(cast, now, monkeypatch):
    people = [person(f"p{number}", "employee") for number in range(3)]
    for someone in people:
        ending(someone, cast, now, 7)
    put, calls = notices.due, []

    def die_at_second(*args, **kwargs):
        calls.append(args)
        put(*args, **kwargs)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(notices, "due", die_at_second)
    with pytest.raises(KeyboardInterrupt):
        remind_training(at=now)
    assert len(keys()) == 1
    assert remind_training(at=now) == 2
    assert len(keys()) == 3


def test_the_mails_say_the_fact_first_in_the_language_of_the_receiver(newcomer, cast, now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ending(newcomer, cast, now, -1)
    remind_training(at=now)
    other = person("bald", "employee")
    ending(other, cast, now, 14)
    last = person("heute", "employee")
    ending(last, cast, now, 0)
    remind_training(at=now)
    deliver_due(at=now)
    sent = {mail.to[0]: mail for mail in django_mail.outbox}
    assert sent[newcomer.email].subject == "Data protection training: ended on 23 Nov 2026"
    assert sent[other.email].subject == "Data protection training: 14 days left"
    assert sent[last.email].subject == "Data protection training: last day today"
    assert sent[cast.mona.email].subject == "Training overdue: Neu Beispiel"
    assert "/team/" in sent[cast.mona.email].body
    assert "8 Dec 2026" in sent[other.email].body
    assert all(mail.alternatives for mail in django_mail.outbox)


# --- several things at once, courses to pass by a day, certificates that a publication shortens


def test_one_mail_names_everything_that_is_due(newcomer, cast, now):
    version = courses.course(now, kind="messenger")
    assigning.assign(cast.tom, course=version.course, person=newcomer, due_days=14, at=now)
    ending(newcomer, cast, now, 7)
    assert remind_training(at=now) == 1
    told = OutboxMessage.objects.get().payload
    assert [(one["left"], one["assigned"]) for one in told["courses"]] == [(7, False), (14, True)]
    assert len(keys()) == 2
    assert remind_training(at=now + timedelta(days=6)) == 1, "the next step of one names both again"


def test_a_course_to_pass_by_a_day_is_reminded_like_a_certificate(newcomer, cast, now):
    version = courses.course(now)
    assigning.assign(cast.tom, course=version.course, person=newcomer, due_days=20, at=now)
    counts = [remind_training(at=now + timedelta(days=day)) for day in range(30)]
    steps = [key.rpartition(":")[2] for key in keys()]
    assert sorted(steps) == sorted(["30", "14", "7", "1", "1", "2", "team"])
    assert sum(counts) == 7
    take(newcomer, version, now + timedelta(days=30))
    assert remind_training(at=now + timedelta(days=40)) == 0


def test_a_manager_gets_one_mail_about_several_people(cast, now):
    for name in ("eins", "zwei", "drei"):
        ending(person(name, "employee", manager=cast.mona), cast, now, -1)
    assert remind_training(at=now) == 4
    assert len(OutboxMessage.objects.get(topic="team_overdue").payload["people"]) == 3


def test_a_manager_does_not_hear_of_what_followed_an_incident(newcomer, cast, now):
    version = courses.course(now)
    why = {"because": "Because %(number)s.", "values": {"number": "R-1"}, "cause": "request:R-1"}
    assigning.assign_refresher(assigning.BY_RULE, person=newcomer, at=now, **why)
    remind_training(at=now + timedelta(days=30))
    assert set(OutboxMessage.objects.values_list("topic", flat=True)) == {"refresher_assigned", "certificate_overdue"}
    assert Assignment.objects.get().course == version.course


def test_the_day_that_counts_is_told_when_people_must_certify_again(newcomer, cast, now):
    """The certificate says 300 days; a publication asks to certify again in 10."""
    certificate = ending(newcomer, cast, now, 300)
    old = courses.course(now)
    by = (now + timedelta(days=10)).date()
    publish(courses.AUTHOR, version=courses.draft(old.course, number=2), at=now, recertify_by=by)
    remind_training(at=now)
    assert f"certificate:{certificate.pk}:14" in keys()


def test_a_licence_that_nobody_asks_for_is_not_reminded(newcomer, cast, now):
    version = courses.course(now - timedelta(days=360), kind="approver")
    take(newcomer, version, now - timedelta(days=360))
    assert remind_training(at=now) == 0, "the person does not decide requests"


def test_the_number_of_queries_before_the_first_mail_does_not_grow(cast, now, django_assert_num_queries):
    for number in range(5):
        ending(person(f"q{number}", "employee", manager=cast.mona), cast, now, 30)
    remind_training(at=now)
    with django_assert_num_queries(6):
        assert remind_training(at=now) == 0


def test_a_failure_with_one_person_is_logged_and_keeps_nobody_else_waiting(newcomer, cast, now, monkeypatch, caplog):
    unlucky, lucky = person("pech", "employee"), newcomer
    ending(unlucky, cast, now, 7)
    expected = ending(lucky, cast, now, 7)
    due = notices.due

    def fails_for_one(someone, *arguments, **named):
        if someone == unlucky:
            raise ZeroDivisionError
        due(someone, *arguments, **named)

    monkeypatch.setattr(notices, "due", fails_for_one)
    assert remind_training(at=now) == 1
    assert keys() == [f"certificate:{expected.pk}:7"]
    assert "was left out" in caplog.text and "ZeroDivisionError" in caplog.text
