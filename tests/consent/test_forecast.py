"""The forecast: its numbers agree with the rules, consent by consent; its page shows them as charts, tables and CSV."""

import csv
import io
import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from consent import rules, services
from consent.forecast import forecast_at
from consent.models import Consent
from consent.views.forecast import chart_of
from portal.ui.chart import Series, StackedBars
from tests.cast import make_customer

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def give(cast, now):
    made = iter(range(1, 10_000))

    def give(days_ago=0, *, purpose="service", channel="email", ends_on=None, **customer):
        at = now - timedelta(days=days_ago)
        return services.give_consent(
            cast.clara,
            customer=make_customer(now, number=f"F{next(made)}", **customer),
            purpose=purpose,
            channel=channel,
            how="paper",
            evidence="7",
            given_at=at,
            at=at,
            ends_on=ends_on,
        )

    return give


def by_the_rules(now) -> Counter:
    """The same count, consent by consent, with the rules of the ledger and none of its stored instants."""
    until = datetime(2027, 11, 30, 23, 0, tzinfo=UTC)  # the first of December 2027 in Berlin
    counted: Counter = Counter()
    for consent in Consent.objects.select_related("customer"):
        if consent.given_at is None or consent.withdrawn_at is not None:
            continue
        dates, zone, usual = consent.dates, consent.zone(), rules.Thresholds()
        ends, stale = rules.expires_at(dates, zone, usual), rules.stale_at(dates, zone, usual)
        key = (consent.purpose, consent.channel)
        if now < ends < until:
            counted[(*key, "end", ends.astimezone(BERLIN).date().replace(day=1))] += 1
        if now < stale < until and stale < ends:
            counted[(*key, "stale", stale.astimezone(BERLIN).date().replace(day=1))] += 1
    return counted


def by_the_forecast(found) -> Counter:
    return Counter(
        {
            (pair.purpose, pair.channel, what, month): number
            for pair in found.pairs
            for what in ("stale", "end")
            for month, number in zip(found.months, pair.of(what), strict=True)
            if number
        }
    )


def test_the_numbers_agree_with_the_rules(give, cast, now):
    chance = random.Random(11)
    for _ in range(120):
        days = chance.choice([chance.randrange(0, 1500), chance.randrange(350, 740), chance.randrange(1090, 1470)])
        last = now.date() + timedelta(days=chance.randrange(-30, 500)) if chance.random() < 0.3 else None
        if last is not None and last < (now - timedelta(days=days)).date():
            last = None
        consent = give(
            days,
            purpose=chance.choice(["service", "marketing", "recruitment"]),
            channel=chance.choice(["letter", "phone", "sms"]),
            ends_on=last,
            timezone=chance.choice(["Europe/Berlin", "America/New_York", "Pacific/Auckland"]),
        )
        if chance.random() < 0.1:
            services.withdraw_consent(cast.anna, consent=consent, how="spoken", note="", at=now)
    counted = by_the_forecast(forecast_at(now))
    assert counted == by_the_rules(now)
    assert len({what for _p, _c, what, _m in counted}) == 2 and sum(counted.values()) > 40


def test_months_are_those_of_the_portals_zone_and_edges_are_half_open(give, now):
    consent = give()
    for expires, month in (
        (datetime(2027, 2, 28, 22, 59, 59, tzinfo=UTC), date(2027, 2, 1)),
        (datetime(2027, 2, 28, 23, 0, tzinfo=UTC), date(2027, 3, 1)),
        (datetime(2027, 11, 30, 22, 59, 59, tzinfo=UTC), date(2027, 11, 1)),
        (datetime(2027, 11, 30, 23, 0, tzinfo=UTC), None),
        (now, None),
        (now + timedelta(microseconds=1), date(2026, 11, 1)),
    ):
        Consent.objects.filter(pk=consent.pk).update(expires_at=expires, stale_at=None)
        assert [key[3] for key in by_the_forecast(forecast_at(now))] == ([month] if month else []), expires


def test_thirteen_months_and_the_last_day(now):
    found = forecast_at(now)
    assert (found.months[0], found.months[-1], len(found.months)) == (date(2026, 11, 1), date(2027, 11, 1), 13)
    assert found.last_day == date(2027, 11, 30)


def test_two_queries_whatever_is_in_the_ledger(give, now, django_assert_num_queries):
    with django_assert_num_queries(2):
        forecast_at(now)
    for number in range(4):
        give(700 + number, channel="letter" if number % 2 else "sms")
    with django_assert_num_queries(2):
        assert forecast_at(now).total("stale") == 4


# --- the page


def open_page(client, cast, who="clara"):
    client.force_login(getattr(cast, who))
    return client.get(reverse("consent_forecast")).content.decode()


def test_the_page_says_the_finding_and_has_the_numbers_beside_it(client, cast, give, now):
    for _ in range(3):
        give(640)  # stale in February 2027
    give(720, channel="letter")  # stale in December 2026
    give(10, purpose="marketing", channel="phone", ends_on=date(2027, 6, 30))
    page = open_page(client, cast)
    assert "4 consents go stale until 30 Nov 2027, most of them in February 2027 (3)" in page
    assert "1 consent ends until 30 Nov 2027, in July 2027" in page
    cells = re.sub(r"<[^>]+>", " ", page)
    assert re.search(r"Service\s+E-mail\s+3\s+0\s", cells) and re.search(r"Total\s+4\s+1\s", cells)
    assert 'aria-current="page"' in page and reverse("consent_forecast_csv") in page


def test_the_charts_are_svg_without_script_and_style_and_readable_aloud(client, cast, give):
    give(640)
    page = open_page(client, cast)
    drawings = re.findall(r'<svg class="chart".*?</svg>\s*(?=<details)', page, re.DOTALL)
    assert len(drawings) == 1
    drawing = ElementTree.fromstring(drawings[0].strip())
    assert drawing.get("role") == "img"
    named = {part.get("id"): part.text for part in drawing if part.get("id")}
    assert [named[part] for part in drawing.get("aria-labelledby").split()] == list(named.values())
    assert "goes stale until" in named["chart-stale-title"] and all(named.values())
    assert "style=" not in drawings[0] and "<script" not in drawings[0]


def test_nothing_to_show_is_said(client, cast):
    page = open_page(client, cast)
    assert "Nothing goes stale or ends" in page and '<svg class="chart"' not in page


def test_thresholds_to_come_are_named(client, cast, give, now):
    give(640)
    services.set_thresholds(
        cast.dora,
        stale_after_months_unused=12,
        expired_after_months_unused=24,
        doi_ttl_days=14,
        valid_from=now + timedelta(days=40),
        reason="Die Kammer rät dazu.",
        at=now,
    )
    assert "A threshold that does not count yet" in open_page(client, cast)
    services.apply_thresholds(at=now + timedelta(days=41))
    assert "A threshold that does not count yet" not in open_page(client, cast)


def test_the_csv_is_for_german_excel_and_no_formula(client, cast, give, now, monkeypatch):
    give(640)
    give(10, ends_on=date(2027, 6, 30))
    client.force_login(cast.rita)
    answer = client.get(reverse("consent_forecast_csv"))
    assert answer.content.startswith(b"\xef\xbb\xbf") and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Month", "Reason", "Channel", "Go stale", "End"],
        ["2027-02", "Service", "E-mail", "1", "0"],
        ["2027-07", "Service", "E-mail", "0", "1"],
    ]
    monkeypatch.setattr("consent.forecast.Pair.channel_word", "=HYPERLINK(1)")
    assert b";'=HYPERLINK(1);" in client.get(reverse("consent_forecast_csv")).content


def test_more_than_five_pairs_are_put_together(give, now):
    for place, channel in enumerate(("email", "letter", "phone", "sms")):
        for purpose in ("service", "recruitment"):
            for _ in range(place + 1):
                give(640, purpose=purpose, channel=channel)
    chart = chart_of(forecast_at(now), "stale")
    assert [sum(one.values) for one in chart.series] == [4, 4, 3, 3, 6]
    assert chart.series[-1].name == "All others" and sum(chart.totals) == 20
    assert [one.name for one in chart_of(forecast_at(now), "end").series] == [one.name for one in chart.series]


def test_a_chart_keeps_its_own_rules():
    with pytest.raises(ValueError, match="At most 5 series can be told apart, and these are 6"):
        StackedBars("x", "t", "d", ("a",), tuple(Series(str(n), (1,)) for n in range(6)))
    with pytest.raises(ValueError, match="Each of 2 places has a number; 1 were given"):
        StackedBars("x", "t", "d", ("a", "b"), (Series("s", (1,)),))


def test_a_chart_escapes_names_and_keeps_points_in_german():
    chart = StackedBars("x", "<t>", "d", ("a", "b"), (Series("<b>", (1, 3)), Series("c", (1, 0))))
    with translation.override("de"):
        drawing = str(chart.svg())
    assert "<b>" not in drawing and "&lt;t&gt;" in drawing
    widths = re.findall(r'<rect class="series-(\d)" x="([\d.]+)%" y="0" width="([\d.]+)%"', drawing)
    assert widths == [("1", "0.000", "33.333"), ("2", "33.333", "33.333"), ("1", "0.000", "100.000")]
    assert '<text x="66.667%"' in drawing
