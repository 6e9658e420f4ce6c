"""Officers hear of consents that go stale or end 60, 30 and 7 days ahead: once each, whatever was missed or killed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import translation

from consent import services
from consent.models import Consent, ForecastWarning
from portal.outbox.delivery import compose
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, person
from tests.consent.outside import mails

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def give(cast, now):
    numbers = iter(range(1, 1000))

    def give(ends_in: int, *, purpose="service", channel="email", at=now):
        """A consent whose last day leaves it `ends_in` days, counted in full from 11:00 today."""
        return services.give_consent(
            cast.clara,
            customer=make_customer(now, number=f"V{next(numbers)}"),
            purpose=purpose,
            channel=channel,
            how="paper",
            evidence="7",
            given_at=at,
            at=at,
            ends_on=now.date() + timedelta(days=ends_in),
        )

    return give


def told() -> list[tuple[int, int]]:
    """(step, number of consents) of every mail so far, in the order they were written."""
    payloads = OutboxMessage.objects.filter(topic="consents_ahead").order_by("pk").values_list("payload", flat=True)
    return [(step["days"], step["total"]) for payload in payloads for step in payload["steps"]]


def test_sixty_thirty_and_seven_days_ahead_once_each(give, now):
    give(100)
    days = []
    for day in range(110):
        if services.warn_ahead(at=now + day * DAY):
            days.append(day)
        services.warn_ahead(at=now + day * DAY + timedelta(hours=5))
    assert told() == [(60, 1), (30, 1), (7, 1)]
    # The first instant after the last day is 100 days and 13 hours away.
    assert days == [41, 71, 94]
    assert not ForecastWarning.objects.exists(), "what is past is forgotten"


def test_going_stale_counts_like_an_end_and_a_consent_that_ends_first_does_not(give, cast, customer, now):
    at = now - timedelta(days=690)
    stale = services.give_consent(
        cast.clara,
        customer=customer,
        purpose="service",
        channel="letter",
        how="paper",
        evidence="7",
        given_at=at,
        at=at,
    )
    services.warn_ahead(at=now)
    assert list(ForecastWarning.objects.values_list("consent", "what", "step")) == [(stale.pk, "stale", 60)]
    Consent.objects.filter(pk=stale.pk).update(expires_at=now + 20 * DAY)
    services.warn_ahead(at=now + DAY)
    assert list(ForecastWarning.objects.order_by("pk").values_list("what", "step")) == [("stale", 60), ("end", 30)]


def test_missed_days_are_made_up_for_at_the_step_that_is_reached(give, now):
    give(50)
    give(50, channel="phone")
    give(25)
    services.warn_ahead(at=now)
    assert told() == [(30, 1), (60, 2)]
    services.warn_ahead(at=now + 46 * DAY)  # the worker stood for six weeks: 30 days are over, 7 are reached
    assert told() == [(30, 1), (60, 2), (7, 2)]


def test_what_comes_in_late_is_told_at_its_step(give, now):
    give(50)
    services.warn_ahead(at=now)
    give(20, channel="phone")  # 60 days ahead was looked at long ago
    assert services.warn_ahead(at=now + timedelta(hours=1)) == 0, "one mail a day; the rest waits"
    services.warn_ahead(at=now + DAY)
    assert told() == [(60, 1), (30, 1)]


def test_a_date_that_moves_is_told_anew_and_a_withdrawal_ends_it(give, cast, now):
    consent, other = give(50), give(70)
    services.warn_ahead(at=now)
    Consent.objects.filter(pk=consent.pk).update(expires_at=now + 58 * DAY)
    services.withdraw_consent(cast.anna, consent=other, how="spoken", note="", at=now)
    services.warn_ahead(at=now + 20 * DAY)
    assert told() == [(60, 1), (60, 1)]


def test_thresholds_that_move_many_dates_are_told(give, cast, customer, now):
    at = now - timedelta(days=340)
    services.give_consent(
        cast.clara,
        customer=customer,
        purpose="service",
        channel="letter",
        how="paper",
        evidence="7",
        given_at=at,
        at=at,
    )
    assert services.warn_ahead(at=now) == 0
    services.set_thresholds(
        cast.dora,
        stale_after_months_unused=12,
        expired_after_months_unused=24,
        doi_ttl_days=14,
        valid_from=now,
        reason="Die Kammer rät dazu.",
        at=now,
    )
    services.apply_thresholds(at=now)
    services.warn_ahead(at=now)
    assert told() == [(30, 1)]


def test_one_mail_a_day_for_each_officer_in_their_language(give, cast, now, mail_folder):
    person("carla", "consent_officer")
    person("gone", "consent_officer", is_active=False)
    cast.clara.language = "de"
    cast.clara.save(update_fields=["language"])
    give(50, purpose="marketing", channel="letter")
    give(50)
    give(5)
    assert services.warn_ahead(at=now) == 2
    sent = {mail["To"]: mail for mail in mails(mail_folder, at=now)}
    assert set(sent) == {"clara@firma.example", "carla@firma.example"}
    english = sent["carla@firma.example"]
    assert english["Subject"] == "3 consents go stale or end within 60 days"
    text = english.get_body(preferencelist=("plain",)).get_content()
    assert "In 1 to 7 days\n- Service, E-mail: 1 ends" in text
    assert "In 31 to 60 days\n- Advertising, Letter: 1 ends\n- Service, E-mail: 1 ends" in text
    assert "/consents/forecast/" in text and "Mustermann" not in text
    html = english.get_body(preferencelist=("html",)).get_content()
    assert "<li>Advertising, Letter: 1 ends</li>" in html and "/consents/forecast/" in html
    german = sent["clara@firma.example"].get_body(preferencelist=("plain",)).get_content()
    assert "Werbung, Brief" in german


def test_one_consent_is_one_consent(give, cast, now):
    give(5)
    services.warn_ahead(at=now)
    with translation.override("en"):
        mail = OutboxMessage.objects.get()
        assert compose(mail, mail).subject == "One consent goes stale or ends within 7 days"


def test_nothing_before_six_in_the_morning(give, now):
    give(50)
    assert services.warn_ahead(at=now.replace(hour=4, minute=59)) == 0  # 05:59 in Berlin
    assert services.warn_ahead(at=now.replace(hour=5, minute=0)) == 1


def test_without_an_officer_the_dpo_hears_and_without_anybody_it_waits(give, cast, now):
    give(50)
    for someone in (cast.clara, cast.dora):
        someone.is_active = False
        someone.save(update_fields=["is_active"])
    assert services.warn_ahead(at=now) == 0 and not ForecastWarning.objects.exists()
    cast.dora.is_active = True
    cast.dora.save(update_fields=["is_active"])
    assert services.warn_ahead(at=now + DAY) == 1
    assert OutboxMessage.objects.get(topic="consents_ahead").recipient == cast.dora


def test_the_database_keeps_it_once(give, now):
    give(50)
    services.warn_ahead(at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consent_forecastwarning (consent_id, what, step, due_at, told_at)"
            " SELECT consent_id, what, step, due_at, told_at FROM consent_forecastwarning ON CONFLICT DO NOTHING"
        )
        assert cursor.rowcount == 0


def test_a_constant_number_of_statements(give, now, django_assert_max_num_queries):
    for number in range(6):
        give(50 - number, channel="phone" if number % 2 else "sms")
    with django_assert_max_num_queries(8):
        services.warn_ahead(at=now)
    assert told() == [(60, 6)] and date(2026, 11, 24) == now.date()
