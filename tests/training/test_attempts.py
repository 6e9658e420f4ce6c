"""Taking a quiz: drawn, frozen, saved, graded once; what was saved counts whatever happens around it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import certify, person
from tests.training import courses
from tests.training.quiz import answer, begin, take
from training.models import Answer, Attempt, Certificate, ItemStat, TimeExtension
from training.questions import AnswerError
from training.services import quiz
from training.services.common import NotNow
from training.services.publishing import publish, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast, now):
    return courses.course(now)


@pytest.fixture
def newcomer(cast):
    return person("neu", "employee", manager=cast.mona)


def keys(attempt):
    return [body["key"] for body in attempt.questions]


# --- starting


def test_the_draw_has_as_many_questions_as_the_version_says(version, newcomer, now):
    attempt = begin(newcomer, version, now)
    assert len(set(keys(attempt))) == 5
    assert attempt.ordinal == 1 and attempt.deadline_at is None


def test_the_second_attempt_asks_what_the_first_did_not(version, newcomer, now):
    first = take(newcomer, version, now, right=0)
    second = begin(newcomer, version, now)
    assert set(keys(first)) & set(keys(second)) == set()
    assert second.ordinal == 2


def test_a_second_press_goes_on_with_the_attempt_that_is_open(version, newcomer, now):
    assert begin(newcomer, version, now) == begin(newcomer, version, now)


def test_the_questions_stay_as_they_were_asked_when_the_course_changes(version, newcomer, now):
    attempt = begin(newcomer, version, now)
    before = attempt.questions
    bank = [courses.question(f"q{n:02d}", right=False) for n in range(1, 11)]
    publish(courses.AUTHOR, version=courses.draft(version.course, number=2, questions=bank), at=now)
    answer(newcomer, attempt, now)
    result = quiz.submit(newcomer, attempt=attempt, at=now)
    assert result.attempt.passed and result.attempt.questions == before


def test_a_retired_course_is_not_begun(version, newcomer, now):
    withdraw(courses.AUTHOR, version=version, at=now)
    with pytest.raises(NotNow, match="has changed meanwhile"):
        begin(newcomer, version, now)


def test_waiting_time_after_a_failed_attempt(newcomer, now):
    version = courses.course(now, waiting_hours=2)
    take(newcomer, version, now, right=0)
    with pytest.raises(NotNow, match="24 Nov 2026, 13:00"):
        begin(newcomer, version, now + timedelta(hours=1))
    assert begin(newcomer, version, now + timedelta(hours=2))


def test_attempts_are_counted_and_free_again_after_a_month(newcomer, now):
    version = courses.course(now, attempts_allowed=2)
    take(newcomer, version, now, right=0)
    take(newcomer, version, now + timedelta(days=1), right=0)
    with pytest.raises(NotNow, match="You have used your 2 attempts"):
        begin(newcomer, version, now + timedelta(days=2))
    assert begin(newcomer, version, now + timedelta(days=30))


def test_a_pass_ends_the_counting(newcomer, now):
    version = courses.course(now, attempts_allowed=2)
    take(newcomer, version, now, right=0)
    take(newcomer, version, now + timedelta(hours=1))
    take(newcomer, version, now + timedelta(hours=2), right=0)
    assert begin(newcomer, version, now + timedelta(hours=3))


@pytest.mark.parametrize(("percent", "minutes"), [(None, 20), (50, 30)])
def test_a_time_limit_is_extended_for_who_needs_it(cast, newcomer, now, percent, minutes):
    version = courses.course(now, time_limit_minutes=20)
    if percent is not None:
        TimeExtension.objects.create(person=newcomer, percent=percent, given_by=cast.tom, given_at=now)
    assert begin(newcomer, version, now).deadline_at == now + timedelta(minutes=minutes)


# --- the refresher


def test_the_refresher_is_shorter_and_for_people_with_a_certificate(version, cast, newcomer, now):
    with pytest.raises(NotNow, match="refresher is for people"):
        begin(newcomer, version, now, refresher=True)
    attempt = take(cast.anna, version, now, refresher=True)
    assert len(keys(attempt)) == 2 and attempt.passed


@pytest.mark.parametrize(("days", "open_"), [(92, True), (93, False)])
def test_the_refresher_is_open_for_three_months_after_the_end(version, cast, newcomer, now, days, open_):
    certify(newcomer, until=now.date() - timedelta(days=days), by=cast.tom)
    if open_:
        assert begin(newcomer, version, now, refresher=True)
    else:
        with pytest.raises(NotNow):
            begin(newcomer, version, now, refresher=True)


# --- answering


def test_an_answer_can_be_changed_and_taken_back(version, newcomer, now):
    attempt = begin(newcomer, version, now)
    key = keys(attempt)[0]
    for given in ({"chosen": True}, {"chosen": False}, None):
        quiz.save_answer(newcomer, attempt=attempt, key=key, given=given, flagged=True, at=now)
    assert Answer.objects.get().answer is None and Answer.objects.get().flagged


def test_a_stale_page_that_changed_nothing_overwrites_nothing(version, newcomer, now):
    attempt = begin(newcomer, version, now)
    key, common = keys(attempt)[0], {"attempt": attempt, "flagged": False, "at": now, "shown_flagged": False}
    quiz.save_answer(newcomer, key=key, given={"chosen": True}, shown=None, **common)
    quiz.save_answer(newcomer, key=key, given=None, shown=None, **common)  # the second tab, opened before
    assert Answer.objects.get().answer == {"chosen": True}
    quiz.save_answer(newcomer, key=key, given=None, shown={"chosen": True}, **common)
    assert Answer.objects.get().answer is None


def test_nonsense_is_refused_and_nothing_kept(version, newcomer, now):
    attempt = begin(newcomer, version, now)
    for key, given in ((keys(attempt)[0], {"chosen": "perhaps"}), ("unknown", {"chosen": True})):
        with pytest.raises(AnswerError):
            quiz.save_answer(newcomer, attempt=attempt, key=key, given=given, flagged=False, at=now)
    assert not Answer.objects.exists()


def test_nobody_answers_or_submits_for_somebody_else(version, cast, newcomer, now):
    attempt = begin(newcomer, version, now)
    with pytest.raises(PermissionDenied):
        quiz.save_answer(cast.sven, attempt=attempt, key=keys(attempt)[0], given=None, flagged=False, at=now)
    with pytest.raises(PermissionDenied):
        quiz.submit(cast.mona, attempt=attempt, at=now)


# --- submitting


def test_passing_gives_certificate_mail_and_one_entry_and_forgets_the_answers(version, newcomer, now):
    take(newcomer, version, now, right=0)
    entries = AuditEntry.objects.count()
    attempt = take(newcomer, version, now)
    certificate = Certificate.objects.get(person=newcomer)
    assert (attempt.passed, attempt.score, certificate.attempt, certificate.version) == (True, 100, attempt, version)
    assert certificate.kind == "basic" and certificate.course == "Customer contact and data protection"
    assert AuditEntry.objects.count() == entries + 1
    assert AuditEntry.objects.latest("pk").verb == "certificate.issued"
    message = OutboxMessage.objects.get(topic="certificate_issued")
    assert message.recipient == newcomer and "score" not in message.payload
    assert not Answer.objects.exists()
    assert Attempt.objects.filter(person=newcomer).count() == 2


def test_failing_keeps_the_answers_and_tells_nobody(version, newcomer, now):
    before = AuditEntry.objects.count(), OutboxMessage.objects.count()
    attempt = take(newcomer, version, now, right=3)
    assert (attempt.passed, attempt.score) == (False, 60)
    assert Answer.objects.filter(attempt=attempt).count() == 5
    assert (AuditEntry.objects.count(), OutboxMessage.objects.count()) == before
    assert not Certificate.objects.filter(person=newcomer).exists()


def test_the_pass_mark_is_reached_exactly_or_not_at_all(newcomer, cast, now):
    version = courses.course(now, pass_mark=80)
    assert take(newcomer, version, now, right=4).passed
    other = courses.course(now, slug="other", pass_mark=81)
    assert not take(newcomer, other, now, right=4).passed


def test_a_score_is_cut_off_never_rounded_up(newcomer, now):
    bank = [courses.question(f"q{n}") for n in range(3)]
    version = courses.course(now, questions=bank, draw={"reason": 3}, refresher_draw={}, pass_mark=67)
    attempt = take(newcomer, version, now, right=2)
    assert (attempt.score, attempt.passed) == (Decimal("66.66"), False)


def test_submitting_twice_gives_one_result(version, newcomer, now):
    attempt = begin(newcomer, version, now)
    answer(newcomer, attempt, now)
    first = quiz.submit(newcomer, attempt=attempt, at=now)
    second = quiz.submit(newcomer, attempt=attempt, at=now + timedelta(minutes=1))
    assert first.attempt == second.attempt and second.attempt.submitted_at == now
    assert first.shares and not second.shares
    assert Certificate.objects.filter(person=newcomer).count() == 1


def test_after_submitting_no_answer_is_taken(version, newcomer, now):
    attempt = take(newcomer, version, now, right=0)
    with pytest.raises(NotNow, match="has been submitted"):
        quiz.save_answer(newcomer, attempt=attempt, key=keys(attempt)[0], given=None, flagged=False, at=now)


def test_a_version_that_was_withdrawn_gives_a_result_and_no_certificate(version, newcomer, now):
    attempt = begin(newcomer, version, now)
    answer(newcomer, attempt, now)
    withdraw(courses.AUTHOR, version=version, at=now)
    result = quiz.submit(newcomer, attempt=attempt, at=now).attempt
    assert (result.passed, result.withheld, result.score) == (False, True, 100)
    assert not Certificate.objects.filter(person=newcomer).exists()
    assert Answer.objects.filter(attempt=attempt).count() == 5


# --- the deadline


@pytest.fixture
def timed(newcomer, now):
    """An attempt of ten minutes with all answers but the last saved in time."""
    attempt = begin(newcomer, courses.course(now, time_limit_minutes=10), now)
    for key in keys(attempt)[:4]:
        quiz.save_answer(newcomer, attempt=attempt, key=key, given={"chosen": True}, flagged=False, at=now)
    return attempt


def test_until_the_last_instant_answers_are_taken_and_afterwards_not(timed, newcomer, now):
    last, end = keys(timed)[4], now + timedelta(minutes=10)
    with pytest.raises(NotNow, match="time is over"):
        quiz.save_answer(
            newcomer, attempt=timed, key=last, given=None, flagged=False, at=end + timedelta(microseconds=1)
        )
    quiz.save_answer(newcomer, attempt=timed, key=last, given={"chosen": True}, flagged=False, at=end)
    assert Answer.objects.filter(attempt=timed).count() == 5


def test_what_was_saved_in_time_is_graded_as_of_the_deadline(timed, newcomer, now):
    result = quiz.submit(newcomer, attempt=timed, at=now + timedelta(hours=5)).attempt
    assert (result.score, result.passed) == (80, True)
    assert result.submitted_at == now + timedelta(minutes=10)


def test_the_clock_grades_what_nobody_submitted(timed, newcomer, now):
    assert quiz.close_overdue(at=now + timedelta(minutes=10)) == 0
    assert quiz.close_overdue(at=now + timedelta(minutes=11)) == 1
    assert quiz.close_overdue(at=now + timedelta(minutes=12)) == 0
    assert Certificate.objects.get(person=newcomer).attempt == timed
    assert AuditEntry.objects.latest("pk").job == "training.close_attempts"


def test_starting_anew_grades_what_has_run_out(timed, newcomer, now):
    fresh = begin(newcomer, timed.version, now + timedelta(minutes=11))
    timed.refresh_from_db()
    assert timed.passed and fresh.ordinal == 2


# --- statistics


def test_authors_get_statistics_without_people(newcomer, now):
    typed = courses.question("typed", kind="short_text", accepted={"de": ["Brief"], "en": ["letter"]})
    typed.pop("right")
    number = courses.question("number", kind="numerical", right=72)
    bank = [courses.question("q1"), typed, number]
    version = courses.course(now, questions=bank, draw={"reason": 3}, refresher_draw={})
    attempt = begin(newcomer, version, now)
    quiz.save_answer(newcomer, attempt=attempt, key="q1", given={"chosen": True}, flagged=False, at=now)
    quiz.save_answer(newcomer, attempt=attempt, key="typed", given={"text": "I, Neu"}, flagged=False, at=now)
    quiz.save_answer(newcomer, attempt=attempt, key="number", given={"value": "7 or so, Neu"}, flagged=False, at=now)
    quiz.submit(newcomer, attempt=attempt, at=now)
    rows = {row.question_key: row for row in ItemStat.objects.all()}
    assert (rows["q1"].share, rows["q1"].chosen, rows["q1"].total) == (1.0, {"chosen": True}, pytest.approx(1 / 3))
    assert [(rows[key].share, rows[key].chosen) for key in ("typed", "number")] == [(0.0, {}), (0.0, {})]
    columns = {field.name for field in ItemStat._meta.get_fields()}
    assert columns.isdisjoint({"person", "attempt", "at", "created_at", "submitted_at"})
