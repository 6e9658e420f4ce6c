"""Thresholds: the DPO sets them, and sees before what they would change; the count agrees with the rules."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from consent import rules, services
from consent.effects import effect_of
from consent.models import Consent, ThresholdSetting
from consent.rules import ThresholdRow, Thresholds
from consent.selectors import threshold_book
from tests.cast import make_customer

pytestmark = pytest.mark.django_db


def form(**changes):
    return {
        "purpose": "",
        "channel": "phone",
        "stale_after_months_unused": "12",
        "expired_after_months_unused": "24",
        "doi_ttl_days": "7",
        "valid_from": "2027-01-01T00:00",
        "reason": "Die Behörde hat es so empfohlen.",
        "act": "count",
    } | changes


@pytest.fixture
def post(client, cast):
    def post(by="dora", **changes):
        client.force_login(getattr(cast, by))
        return client.post(reverse("consent_thresholds"), form(**changes))

    return post


def test_counting_comes_first_and_sets_nothing(post, cast, customer, now):
    at = now - timedelta(days=500)
    values = {"purpose": "service", "channel": "phone", "how": "spoken", "evidence": "7"}
    services.give_consent(cast.clara, customer=customer, given_at=at, at=at, **values)
    page = post().content.decode()
    assert "1 consent stands under this setting." in page
    assert "1 of them go stale and 0 end because of it" in page
    assert not ThresholdSetting.objects.exists()
    assert 'value="set"' in page and "Die Behörde hat es so empfohlen." in page


def test_the_dpo_sets_them_and_the_history_shows_who_and_why(post, client, cast):
    assert post(act="set").status_code == 302
    setting = ThresholdSetting.objects.get()
    assert (setting.channel, setting.stale_after_months_unused, setting.set_by) == ("phone", 12, cast.dora)
    assert setting.valid_from == datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    client.force_login(cast.rita)
    page = client.get(reverse("consent_thresholds")).content.decode()
    assert "Die Behörde hat es so empfohlen." in page and "Dora Beispiel" in page and "not yet in force" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_from": "2020-01-01T00:00"}, "Valid from: The start lies in the past"),
        ({"valid_from": ""}, "Valid from: This field is required."),
        ({"reason": "  "}, "Why? This field is required."),
        ({"expired_after_months_unused": "11"}, "A consent cannot end before it is stale"),
        ({"stale_after_months_unused": "0"}, "greater than or equal to 1"),
        ({"stale_after_months_unused": "x"}, "Enter a whole number"),
        ({"doi_ttl_days": "9999"}, "less than or equal to 365"),
        ({"purpose": "private"}, "Select a valid choice"),
        ({"channel": "pigeon"}, "Select a valid choice"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_set(post, changes, words):
    page = post(act="set", **changes).content.decode()
    assert words in page and 'role="alert"' in page
    assert not ThresholdSetting.objects.exists()


def test_two_settings_do_not_begin_at_the_same_minute(post):
    post(act="set")
    assert "There are thresholds that begin at this very minute" in post(act="set").content.decode()
    assert ThresholdSetting.objects.count() == 1


def test_others_read_and_see_no_form(client, cast):
    for name in ("clara", "rita"):
        client.force_login(getattr(cast, name))
        page = client.get(reverse("consent_thresholds")).content.decode()
        assert "stale after 24 months" in page and '<form method="post" novalidate' not in page


def test_a_closer_setting_keeps_its_consents(cast, customer, now, post):
    at = now - timedelta(days=500)
    values = {"purpose": "service", "channel": "phone", "how": "spoken", "evidence": "7"}
    services.give_consent(cast.clara, customer=customer, given_at=at, at=at, **values)
    services.set_thresholds(
        cast.dora,
        purpose="service",
        channel="phone",
        stale_after_months_unused=36,
        expired_after_months_unused=48,
        doi_ttl_days=14,
        valid_from=now,
        reason="x",
        at=now,
    )
    assert "0 consents stand under this setting." in post().content.decode()


def test_the_count_agrees_with_the_rules_row_by_row(cast, now):
    """600 consents in four zones, around month ends, leap days and changes of the clock, against the pure rules."""
    chance = random.Random(7)
    _many_consents(chance, now)
    rows = [
        ThresholdRow("", "", datetime(2027, 2, 28, 23, 0, tzinfo=UTC), Thresholds(12, 24, 14)),
        ThresholdRow("marketing", "", datetime(2027, 3, 28, 1, 0, tzinfo=UTC), Thresholds(6, 9, 14)),
        ThresholdRow("", "phone", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), Thresholds(36, 60, 14)),
        ThresholdRow("service", "email", datetime(2028, 2, 29, 5, 0, tzinfo=UTC), Thresholds(1, 1, 14)),
    ]
    moved = 0
    for row in rows:
        found, expected = effect_of(row), _by_the_rules(row)
        assert found == expected
        moved += found.to_stale + found.to_expired + found.to_better
        _set(cast, row)
    assert moved > 100, "the example must have something to count"


def _many_consents(chance, now):
    zones = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
    customers = [make_customer(now, f"T{n}", timezone=zone) for n, zone in enumerate(zones * 25)]
    keys = [(purpose, channel) for purpose in ("marketing", "service") for channel in ("email", "phone", "sms")]
    start = datetime(2022, 1, 1, tzinfo=UTC)
    for customer in customers:
        for purpose, channel in keys:
            given = start + timedelta(minutes=chance.randrange(5 * 365 * 24 * 60))
            if chance.random() < 0.3:
                given = datetime(2024, 2, chance.choice([28, 29]), chance.randrange(24), tzinfo=UTC)
            _row(chance, customer, purpose, channel, given)


def _row(chance, customer, purpose, channel, given):
    used = given + timedelta(days=chance.randrange(200)) if chance.random() < 0.5 else None
    ends_on = date(2027, chance.randrange(1, 13), 15) if chance.random() < 0.3 else None
    Consent.objects.create(
        customer=customer,
        purpose=purpose,
        channel=channel,
        given_at=given,
        last_used_at=used,
        ends_on=ends_on,
        ends_at=rules.ends_at(rules.ConsentDates(ends_on=ends_on), ZoneInfo(customer.timezone)),
        withdrawn_at=given + timedelta(days=900) if chance.random() < 0.2 else None,
    )


def _by_the_rules(row):
    from consent.effects import Effect

    book = threshold_book()
    after = rules.ThresholdBook((*book.rows, row), book.default)
    changes = []
    for consent in Consent.objects.select_related("customer"):
        key = (consent.purpose, consent.channel, row.valid_from)
        decides = after.at(*key) == row.thresholds and _is_closest(book, row, consent)
        old = rules.state_at(consent.dates, row.valid_from, consent.zone(), book.at(*key))
        if decides and old in ("active", "stale", "expired"):
            changes.append((old, rules.state_at(consent.dates, row.valid_from, consent.zone(), row.thresholds)))
    return Effect(
        reached=len(changes),
        to_stale=changes.count(("active", "stale")),
        to_expired=changes.count(("active", "expired")) + changes.count(("stale", "expired")),
        to_better=sum(
            changes.count(pair) for pair in (("stale", "active"), ("expired", "active"), ("expired", "stale"))
        ),
    )


def _is_closest(book, row, consent):
    if row.purpose not in ("", consent.purpose) or row.channel not in ("", consent.channel):
        return False
    closer = [
        other
        for other in book.rows
        if other.purpose in ("", consent.purpose)
        and other.channel in ("", consent.channel)
        and (other.purpose != "", other.channel != "") > (row.purpose != "", row.channel != "")
    ]
    return not closer


def _set(cast, row):
    ThresholdSetting.objects.create(
        purpose=row.purpose,
        channel=row.channel,
        stale_after_months_unused=row.thresholds.stale_after_months_unused,
        expired_after_months_unused=row.thresholds.expired_after_months_unused,
        doi_ttl_days=row.thresholds.doi_ttl_days,
        valid_from=row.valid_from,
        reason="x",
        set_by=cast.dora,
        set_at=timezone.now(),
    )
