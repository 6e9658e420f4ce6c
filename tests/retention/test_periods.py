"""The company's own periods count, within their bounds and with a reason; those of the rule book do too."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from consent.models import Consent
from portal.retention.lengths import lengths, set_period
from portal.retention.models import PeriodSetting
from portal.retention.reporting import report
from portal.retention.running import run
from tests.cast import make_customer
from tests.requests.scenes import as_
from tests.retention.filling import agree, put
from tests.retention.test_jump import TEN_YEARS, THEN
from tests.rulebook.sets import released

pytestmark = pytest.mark.django_db


def test_a_period_that_was_chosen_counts_from_then_on(cast, now):
    put("training_lesson", now, version_id=version(now), position=1, slug="eins")
    put("training_lessonread", now - timedelta(days=2 * 365), person_id=cast.anna.pk, lesson_id=lesson())
    assert run(at=now) == 0
    set_period(cast.dora, rule="training.read", length=1, reason="So viel reicht.", at=now)
    assert lengths(now)["training.read"] == 1 and lengths(now - timedelta(seconds=1))["training.read"] == 3
    row = report(now, ["training.read"])[0]
    assert (row.period, row.due) == ("1 year, to the end of the year", 1)
    assert run(at=now) == 1


def version(now) -> int:
    course = put("training_course", now, slug="basis", kind="basic")
    kept = {"pass_mark": 80, "validity_months": 12, "minutes": 10, "title_de": "B", "title_en": "B"}
    return put("training_courseversion", now, course_id=course, number=1, state="draft", **kept)


def lesson() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM training_lesson")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rule": "requests.request"}, "not the company's to choose"),
        ({"rule": "consent.call"}, "not the company's to choose"),
        ({"rule": "nothing.such"}, "not the company's to choose"),
        ({"length": 0}, "a number from 1 to 10"),
        ({"length": 11}, "a number from 1 to 10"),
        ({"length": 3}, "counts already"),
        ({"reason": " "}, "Say why this period is right"),
    ],
)
def test_what_is_not_the_companys_or_out_of_bounds_is_refused(cast, now, fields, said):
    values = {"rule": "training.read", "length": 2, "reason": "So viel reicht."} | fields
    with pytest.raises(ValidationError, match=said):
        set_period(cast.dora, at=now, **values)
    assert not PeriodSetting.objects.exists()


def test_only_the_officer_chooses(cast, now):
    for who in (cast.adam, cast.rita, cast.anna):
        with pytest.raises(PermissionDenied):
            set_period(who, rule="training.read", length=2, reason="Kürzer.", at=now)


def test_what_software_of_today_does_not_allow_counts_as_the_nearest_bound(cast, now):
    kept = {"rule": "training.read", "length": 40, "reason": "Früher.", "set_by": cast.dora, "set_at": now}
    PeriodSetting.objects.create(**kept)
    assert lengths(now)["training.read"] == 10


def test_years_of_the_rule_book_keep_a_consent_longer(cast, now):
    """The rule book says eight years for calls: what five would let go stays, and goes after eight."""
    customer = make_customer(THEN, "2001")
    agree(cast, customer, "phone", THEN)
    assert lengths(now)["consent.call"] == 5
    released(cast, now, {"thresholds": {"consent_retention_phone_years": 8}})
    assert lengths(now)["consent.call"] == 8
    assert run(at=TEN_YEARS) > 0 and not Consent.objects.exists()


def test_the_officer_chooses_on_the_page_and_is_told_what_is_wrong(cast, now, time_machine):
    time_machine.move_to(now)
    dora, page = as_(cast.dora), "/retention/training.read/"
    refused = dora.post(page, {"length": "11", "reason": "Länger."})
    assert "Choose a number from 1 to 10." in refused.text
    assert dora.post(page, {"length": "2", "reason": "So viel reicht."}, follow=True).status_code == 200
    assert "2 years, to the end of the year" in dora.get("/retention/").text
    assert "So viel reicht." in dora.get(page).text
    assert dora.get("/retention/consent.call/").status_code == 404


def test_the_page_asks_one_question_for_each_rule(cast, django_assert_max_num_queries):
    client = as_(cast.dora)
    client.get("/retention/")
    with django_assert_max_num_queries(55):
        client.get("/retention/")


def test_the_page_says_what_is_overdue(cast, customer, now):
    client = as_(cast.dora)
    assert "Nothing overdue" in client.get("/retention/").text
    put("consent_datawish", THEN, customer_id=customer.pk, about="copy", message="Was?")
    assert "1 kind of data is overdue" in client.get("/retention/").text
