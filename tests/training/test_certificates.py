"""Certificates: how long they count, what is on paper, who sees them, and the public check."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.cast import person
from tests.training import courses
from tests.training.quiz import take
from training import documents
from training.documents import certificate_pdf
from training.models import Certificate
from training.rules import is_certificate_number
from training.services import record_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(cast):
    return person("neu", "employee", manager=cast.mona)


def passed(user, version, at):
    return take(user, version, at).certificate


def test_a_pass_counts_from_its_day(newcomer, now):
    certificate = passed(newcomer, courses.course(now), now)
    assert (certificate.passed_on, certificate.valid_until) == (date(2026, 11, 24), date(2027, 11, 24))
    assert is_certificate_number(certificate.number)


def test_passing_early_loses_no_day_and_changes_no_old_certificate(newcomer, now):
    version = courses.course(now)
    first = passed(newcomer, version, now)
    second = passed(newcomer, version, now + timedelta(days=330))
    assert second.valid_until == date(2028, 11, 24)
    assert Certificate.objects.get(pk=first.pk).valid_until == date(2027, 11, 24)


def test_passing_much_too_early_counts_from_its_day(newcomer, now):
    version = courses.course(now)
    passed(newcomer, version, now)
    assert passed(newcomer, version, now + timedelta(days=30)).valid_until == date(2027, 12, 24)


def test_calendar_validity_ends_with_the_year(newcomer, now):
    assert passed(newcomer, courses.course(now, validity_kind="calendar"), now).valid_until == date(2027, 12, 31)


def test_the_title_is_in_the_language_of_the_person(newcomer, now):
    newcomer.language = "de"
    newcomer.save()
    assert passed(newcomer, courses.course(now), now).course == "Kundenkontakt und Datenschutz"


def test_by_hand_in_the_night_today_is_the_day_of_the_company(cast):
    night = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    today = date(2026, 11, 25)
    values = {"person": cast.anna, "course": "X", "valid_until": date(2027, 11, 25), "at": night}
    assert record_certificate(cast.tom, passed_on=today, **values).passed_on == today
    with pytest.raises(ValidationError, match="future"):
        record_certificate(cast.tom, passed_on=today + timedelta(days=1), **values)


# --- on paper


def test_the_document_is_accessible_and_the_same_every_time(newcomer, now):
    certificate = passed(newcomer, courses.course(now), now)
    paper = certificate_pdf(certificate)
    assert paper.startswith(b"%PDF-") and b"pdfuaid:part" in paper
    assert paper == certificate_pdf(Certificate.objects.get(pk=certificate.pk))


def test_the_document_names_number_version_last_day_and_where_to_check(newcomer, now, monkeypatch, settings):
    printed = {}
    monkeypatch.setattr(documents, "render_pdf", lambda _template, values, **_how: printed.update(values) or b"")
    certificate = passed(newcomer, courses.course(now), now)
    certificate_pdf(certificate)
    rows = dict(printed["rows"])
    assert rows["Number"] == printed["reference"] == certificate.number
    assert rows["Course"].endswith(", version 1") and "2027" in rows["Valid until"]
    assert printed["check_at"] == settings.SITE_URL + reverse("verify_number", args=[certificate.number])


def test_one_recorded_by_hand_has_a_document_too(cast):
    assert certificate_pdf(cast.anna.certificates.get()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("newcomer", 200),
        ("mona", 200),
        ("dora", 200),
        ("tom", 200),
        ("rita", 200),
        ("sven", 404),
        ("max", 404),
        ("adam", 404),
    ],
)
def test_who_gets_the_document(cast, newcomer, now, client, who, status):
    certificate = passed(newcomer, courses.course(now), now)
    client.force_login(newcomer if who == "newcomer" else getattr(cast, who))
    response = client.get(reverse("certificate", args=[certificate.number]))
    assert response.status_code == status
    if status == 200:
        assert response["Content-Type"] == "application/pdf"


# --- the public check


@pytest.fixture(autouse=True)
def _no_limit_yet(db):
    cache.clear()


def check(client, number):
    return client.get(reverse("verify_number", args=[number])).content.decode()


def test_anybody_may_check_a_number_and_learns_only_initials(newcomer, now, client):
    certificate = passed(newcomer, courses.course(now), now)
    page = check(client, certificate.number.lower())
    assert "Valid" in page and "N.B." in page and "24 Nov 2027" in page
    assert newcomer.last_name not in page and newcomer.first_name not in page


def test_after_its_end_it_is_not_valid(newcomer, now, client, time_machine):
    certificate = passed(newcomer, courses.course(now), now)
    time_machine.move_to(now + timedelta(days=366))
    assert "Not valid" in check(client, certificate.number)


def test_an_unknown_number_and_a_mistyped_one_get_the_same_words(newcomer, now, client):
    number = passed(newcomer, courses.course(now), now).number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    pages = [
        re.sub(r'nonce="[^"]+"|value="[^"]{64}"', "", check(client, one)).replace(one, "")
        for one in (wrong, "Z-2026-00000000-0")
    ]
    assert "Unknown number" in pages[0] and pages[0] == pages[1]


def test_the_check_is_limited_for_one_address(client, settings):
    settings.VERIFY_PER_HOUR = 3
    statuses = [client.get("/verify/", {"number": f"Z-{n}"}).status_code for n in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert client.get("/verify/").status_code == 200
