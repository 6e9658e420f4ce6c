"""Dates as people write them: 31.03.2027 and 31 Mar 2027. 03/04 is two days, depending on who reads."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.formats import date_format, get_format
from django.utils.translation import trans_real

ROOT = Path(__file__).resolve().parents[2]
MOMENT = datetime(2027, 4, 3, 14, 5, tzinfo=UTC)
EXPECTED = {
    "de": {"DATE": "03.04.2027", "MOMENT": "03.04.2027, 14:05", "TIME": "14:05"},
    "en": {"DATE": "3 Apr 2027", "MOMENT": "3 Apr 2027, 14:05", "TIME": "14:05"},
}
FORMATS = {
    "DATE_FORMAT": "DATE",
    "SHORT_DATE_FORMAT": "DATE",
    "DATETIME_FORMAT": "MOMENT",
    "SHORT_DATETIME_FORMAT": "MOMENT",
    "TIME_FORMAT": "TIME",
}
#: Months alone, and weekdays, are named; `c` and ISO are for machines, fields of the browser, and proofs in UTC.
ALLOWED = {*FORMATS, "M Y", "F Y", "l", "c", "Y-m-d", "Y-m-d\\TH:i", "Y-m-d H:i:s"}
ROOMS = ("portal", "contacts", "consent", "training")
#: A day and a month with a slash between, in a format of strftime or of Django.
SLASHED = re.compile(r"%[dm]/%[dm]|\b[djmn]/[djmn]\b|%[xDc]\b")


@pytest.mark.parametrize("language", sorted(EXPECTED))
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_reads_as_people_write(language, name):
    with translation.override(language):
        assert date_format(MOMENT, name) == EXPECTED[language][FORMATS[name]]


@pytest.mark.parametrize("language", sorted(EXPECTED))
def test_what_people_type_is_never_taken_for_month_first(language):
    with translation.override(language):
        typed = [*get_format("DATE_INPUT_FORMATS"), *get_format("DATETIME_INPUT_FORMATS")]
        assert not [one for one in typed if "/" in one]


def used_in_templates() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "templates").rglob("*.*"):
        for name in re.findall(r"\|(?:date|time):\"([^\"]+)\"|\{% now \"([^\"]+)\"", path.read_text("utf-8")):
            found.setdefault("".join(name), set()).add(path.name)
    return found


def used_in_code() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for name in re.findall(r"date_format\([^\n]*, [\"']([^\"']+)[\"']\)", path.read_text("utf-8")):
                found.setdefault(name, set()).add(path.name)
    return found


def test_templates_and_code_use_these_formats_and_no_others():
    used = {**used_in_templates(), **used_in_code()}
    assert {"SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT"} <= set(used)
    assert {name: places for name, places in used.items() if name not in ALLOWED} == {}


def test_no_code_and_no_text_writes_a_date_with_slashes():
    texts = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    texts += list((ROOT / "templates").rglob("*.*"))
    assert len(texts) > 500
    found = {path.name: hit.group() for path in texts if (hit := SLASHED.search(path.read_text("utf-8")))}
    assert found == {}


def test_months_and_weekdays_are_words_of_the_language():
    with translation.override("de"):
        assert date_format(date(2027, 3, 31), "F Y") == "März 2027"
        assert date_format(date(2027, 3, 31), "l") == "Mittwoch"
    assert trans_real.get_language() == "en"
