"""How far away an instant is, in words; and which page a title names."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import translation

from portal.access.paging import page_number
from portal.ui.relative import relative_words
from portal.ui.templatetags.pages import moment, page_title

NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(hours=1, minutes=59), "in 1 hour"),
        (timedelta(hours=-23), "23 hours ago"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(days=3, hours=23), "in 3 days"),
        (timedelta(days=-59), "59 days ago"),
        (timedelta(days=60), ""),
        (timedelta(days=-400), ""),
    ],
)
def test_never_more_time_is_told_than_there_is(distance, words):
    with translation.override("en"):
        assert relative_words(NOON + distance, NOON) == words


def test_a_moment_says_the_date_the_place_of_the_clock_and_the_distance():
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        html = moment(NOON + timedelta(days=2))
    assert html.startswith('<time datetime="2026-11-26T11:00:00+01:00">26 Nov 2026, ')
    assert html.endswith("</time> (Berlin), in 2 days")


def test_no_moment_is_nothing():
    assert moment(None) == ""


def test_the_title_names_every_page_but_the_first():
    with translation.override("en"):
        assert page_title(SimpleNamespace(number=3)) == ", page 3"
        assert page_title(SimpleNamespace(number=1)) == ""


@pytest.mark.parametrize(("said", "number"), [("", 1), ("2", 2), ("0", 1), ("-1", 1), ("x", 1), ("٣", 1), ("9" * 9, 1)])
def test_what_is_no_page_number_is_the_first(said, number):
    assert page_number(RequestFactory().get("/", {"page": said})) == number
