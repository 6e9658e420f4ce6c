"""Figures without names: how questions do, and rates that hide small groups."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.policy import RULE_SET_1
from portal.audit.models import AuditEntry
from portal.people.models import Department
from tests.cast import certify, person
from tests.training import courses
from tests.training.quiz import take
from training.analysis import Mark, sums_of
from training.interchange import completions_csv
from training.models import Attempt, ItemSum
from training.selectors.completions import completions
from training.selectors.statistics import item_rows, rates_by_department
from training.services import quiz
from training.services.exporting import export_completions
from training.services.quiz.counting import add

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast, now):
    bank = [courses.question("easy"), courses.question("doubtful"), courses.question("third")]
    return courses.course(now, questions=bank, draw={"reason": 3}, refresher_draw={})


def fill(version, count):
    """So many attempts: `doubtful` is right where the rest is wrong."""
    for number in range(count):
        good = number % 2 == 0
        shares = {"easy": 1, "third": float(good), "doubtful": float(not good)}
        total = sum(shares.values()) / 3
        marks = [Mark(key, share, total, 3, {"chosen": bool(share)}) for key, share in shares.items()]
        add(version, {mark.key: sums_of(mark) for mark in marks})


def page(client, cast, version, who="tom"):
    client.force_login(getattr(cast, who))
    address = reverse("author_statistics", args=[version.course.slug, version.number])
    return client.get(address).content.decode()


def test_before_twenty_attempts_nothing_is_said(client, cast, version):
    fill(version, 4)
    assert "Needs 20 attempts; 4 so far" in page(client, cast, version)
    assert all(row.facility_percent is None for row in item_rows(version, RULE_SET_1))


def test_the_doubtful_question_comes_first_with_what_was_chosen(client, cast, version):
    fill(version, 20)
    first, second, third = item_rows(version, RULE_SET_1)
    assert first.key == "doubtful" and first.deserves_a_look and first.figures.discrimination == pytest.approx(-1)
    assert (first.facility_percent, set(first.choices)) == (50, {("True", 50, True), ("False", 50, False)})
    assert {second.key, third.key} == {"third", "easy"}
    assert [row.facility_percent for row in (second, third) if row.key == "easy"] == [100]
    text = page(client, cast, version)
    assert "Deserves a look" in text and "-1.00" in text


def test_a_real_attempt_leaves_figures_and_no_name(client, cast, version, now):
    take(cast.anna, version, now, right=2)
    assert sum(row.figures.attempts for row in item_rows(version, RULE_SET_1)) == 3
    assert "Anna" not in page(client, cast, version, who="dora")


def test_one_person_never_looks_like_twenty(client, cast, version, now):
    for _turn in range(25):
        take(cast.anna, version, now, right=1)
    assert "Needs 20 attempts; 1 so far" in page(client, cast, version)


def test_the_sums_hold_nobodys_attempt(cast, version, now):
    """Of two people the sums say how the questions did, not who chose what nor what either scored."""
    take(cast.anna, version, now)
    take(cast.sven, version, now, right=0)
    assert ItemSum.objects.count() == 3, "one row for a question, whoever answered it"
    for row in ItemSum.objects.all():
        assert (row.counted, row.share, row.picks) == (2, 10**6, {"true": 1, "false": 1})
    held = {field.name for field in ItemSum._meta.get_fields()}
    assert held.isdisjoint({"person", "attempt", "ordinal", "total", "chosen", "at", "created_at", "submitted_at"})


def test_an_attempt_that_was_given_up_says_nothing_about_the_questions(cast, now):
    version = courses.course(now, slug="timed", time_limit_minutes=10)
    attempt = quiz.start(cast.anna, version=version, refresher=False, at=now)
    quiz.close_overdue(at=now + timedelta(minutes=11))
    assert Attempt.objects.get(pk=attempt.pk).passed is False and not ItemSum.objects.exists()


def test_the_number_of_queries_does_not_grow_with_attempts(client, cast, version):
    def queries():
        with CaptureQueriesContext(connection) as found:
            page(client, cast, version)
        return len(found)

    fill(version, 1)
    queries()
    before = queries()
    fill(version, 60)
    assert queries() == before


# --- rates


@pytest.fixture
def workshop(cast, now):
    """Six people, four of them trained."""
    department = Department.objects.create(name="Werkstatt")
    for number in range(6):
        someone = person(f"w{number}", "employee", department=department)
        certify(someone, until=now.date() + timedelta(days=10 if number < 4 else -10), by=cast.tom)
    return department


def rates(now):
    return {
        row.department or ("all" if row.total else "none"): row.rates[0]
        for row in rates_by_department(today=now.date())
    }


def test_a_rate_is_shown_from_five_people_on(cast, workshop, now):
    found = rates(now)
    assert (found["Werkstatt"].people, found["Werkstatt"].valid, found["Werkstatt"].percent) == (6, 4, 66)
    assert not found["Buchhaltung"].is_shown, "Anna alone"


def test_everybody_is_left_out_where_one_could_reckon_back(cast, workshop, now):
    """Sales has five people, nobody is without a department but four: Anna alone is not to be found by subtraction."""
    found = rates(now)
    hidden = sum(rate.people for name, rate in found.items() if name != "all" and not rate.is_shown)
    assert found["all"].is_shown == (hidden == 0 or hidden >= 5)
    cast.dora.department = cast.tom.department = cast.rita.department = cast.adam.department = workshop
    for one in (cast.dora, cast.tom, cast.rita, cast.adam):
        one.save()
    person("neu", "employee", department=cast.mona.department)
    found = rates(now)
    assert sum(not rate.is_shown for name, rate in found.items() if name != "all") == 1
    assert not found["all"].is_shown


def test_the_page_says_too_few(client, cast, workshop):
    client.force_login(cast.dora)
    text = client.get(reverse("training_rates")).content.decode()
    assert "66 %" in text and "too few people" in text and "Anna" not in text


# --- completions


def test_completions_as_csv_and_as_statements(client, cast, version, now):
    take(cast.anna, version, now)
    client.force_login(cast.tom)
    csv = client.post(reverse("author_completions", args=["csv"]))
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert csv["Content-Type"].startswith("text/csv") and len(lines) == 1 + 11
    assert "Anna Beispiel" in lines[-1] and "Customer contact" in lines[-1]
    statements = json.loads(client.post(reverse("author_completions", args=["json"])).content)
    assert [one["verb"]["display"]["en"] for one in statements[-2:]] == ["completed", "passed"]
    text = json.dumps(statements)
    assert "Anna" not in text and "@" not in text and "score" not in text
    assert statements[0]["actor"]["account"]["name"] == statements[-1]["actor"]["account"]["name"], "Anna both times"
    assert statements[-1]["actor"]["account"]["name"] not in csv.content.decode(), "no word beside a name"
    assert client.post(reverse("author_completions", args=["exe"])).status_code == 404


def test_the_trail_keeps_who_took_the_certificates_along(client, cast, version):
    client.force_login(cast.tom)
    assert "As CSV" in client.get(reverse("author_courses")).content.decode()
    for kind in ("csv", "json"):
        assert client.post(reverse("author_completions", args=[kind])).status_code == 200
        entry = AuditEntry.objects.latest("pk")
        assert (entry.verb, entry.actor, entry.subject_id, entry.after) == (
            "completions.exported", cast.tom, kind, {"rows": 10},
        )  # fmt: skip
    client.force_login(cast.dora)
    assert "As CSV" not in client.get(reverse("author_courses")).content.decode()
    with pytest.raises(PermissionDenied):
        export_completions(cast.dora, kind="csv", at=timezone.now())


def test_a_pass_at_night_has_the_day_of_the_company_in_every_file(client, cast, version):
    night = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    certificate = take(cast.anna, version, night).certificate
    (row,) = [one for one in completions() if one.number == certificate.number]
    assert certificate.passed_on == row.moment.date() == date(2026, 11, 25)
    assert ";2026-11-25;" in completions_csv([row], "en").decode()
