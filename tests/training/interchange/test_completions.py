"""Completions for others: xAPI statements with nobody's mail address, and a CSV that no spreadsheet runs."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from training.interchange import Completion, completions_csv, xapi_statements
from training.questions import Text

HOME = "https://kontaktklar.example"
ONE = Completion(
    person="p-4711", name="Ada Lindner", department="Buchhaltung", course="basic",
    title=Text("Kundenkontakt und Datenschutz", "Customer contact and data protection"), version=1,
    number="KK-2026-0001-7", moment=datetime(2026, 11, 24, 14, 2, 5, tzinfo=UTC), valid_until=date(2027, 11, 23),
)  # fmt: skip


def changed(**changes):
    fields = {name: getattr(ONE, name) for name in ONE.__slots__}
    return Completion(**{**fields, **changes})


def test_a_pass_makes_two_statements():
    completed, passed = xapi_statements([ONE], HOME)
    assert passed == {
        "id": passed["id"],
        "version": "1.0.3",
        "actor": {"objectType": "Agent", "account": {"homePage": f"{HOME}/", "name": "p-4711"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed", "de": "bestanden"}},
        "object": {
            "objectType": "Activity",
            "id": f"{HOME}/xapi/courses/basic/1",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/course",
                "name": {"de": "Kundenkontakt und Datenschutz", "en": "Customer contact and data protection"},
            },
        },
        "result": {"completion": True, "success": True},
        "context": {
            "platform": "Kontaktklar",
            "extensions": {f"{HOME}/xapi/certificate": "KK-2026-0001-7", f"{HOME}/xapi/valid-until": "2027-11-23"},
        },
        "timestamp": "2026-11-24T14:02:05+00:00",
    }
    assert completed["verb"]["id"].endswith("/completed") and completed["result"] == {"completion": True}


def test_what_was_recorded_by_hand_was_completed_and_not_passed():
    assert [s["verb"]["display"]["en"] for s in xapi_statements([changed(by_quiz=False)], HOME)] == ["completed"]


def test_the_same_certificate_has_the_same_ids_and_others_have_others():
    ids = [s["id"] for s in xapi_statements([ONE, changed(number="KK-2"), ONE], HOME)]
    assert ids[:2] == ids[4:] and len(set(ids)) == 4
    assert all(str(UUID(one)) == one and UUID(one).version == 5 for one in ids)


def test_no_name_no_department_and_no_address_of_mail_leaves():
    text = json.dumps(xapi_statements([ONE], HOME), ensure_ascii=False)
    assert not re.search(r"Ada|Lindner|Buchhaltung|mailto|mbox|@", text)


def test_a_moment_has_a_time_zone():
    berlin = datetime(2026, 11, 24, 15, 2, 5, tzinfo=timezone(timedelta(hours=1)))
    assert xapi_statements([changed(moment=berlin)], HOME)[0]["timestamp"] == "2026-11-24T15:02:05+01:00"
    with pytest.raises(ValueError):
        xapi_statements([changed(moment=datetime(2026, 11, 24))], HOME)  # noqa: DTZ001


def rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_csv_is_one_for_german_excel():
    content = completions_csv([ONE], "de")
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows(content) == [
        ["Person", "Name", "Department", "Course", "Version", "Passed on", "Valid until", "Certificate"],
        ["p-4711", "Ada Lindner", "Buchhaltung", "Kundenkontakt und Datenschutz", "1", "2026-11-24", "2027-11-23",
         "KK-2026-0001-7"],
    ]  # fmt: skip
    assert rows(completions_csv([], "en", headings=["a"])) == [["a"]]


@pytest.mark.parametrize(
    "name", ["=1+1", "+49", "-2", "@x", "\t=1", "\r=1", "\n=1", " =1", "\xa0=1", '=HYPERLINK("x";"y")']
)
def test_no_cell_is_a_formula(name):
    (_, row) = rows(completions_csv([changed(name=name, department=name, title=Text(name, name))], "en"))
    assert row[1] == row[2] == row[3] == f"'{name}"


def test_signs_of_the_format_survive():
    name = 'a;b"c\nd'
    assert rows(completions_csv([changed(name=name)], "de"))[1][1] == name
