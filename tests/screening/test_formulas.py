"""Nothing that leaves the portal as a table runs in a spreadsheet, and what went out comes back in as it was."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consent.forecast import Pair
from contacts.customers.importing import run, templates, values, working
from contacts.customers.importing.kinds import kinds
from contacts.customers.models import ContactPoint
from contacts.screening.services.receiving import Asker, Wanted, receive
from contacts.screening.services.working import run_waiting
from portal.cells import harmless, plain
from tests.customers.lists import row, text
from training.interchange import Completion, completions_csv
from training.questions import Text

ROOT = Path(__file__).resolve().parents[2]
BARE = (
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=DDE("cmd","/C calc","x")',
    '=IMPORTXML("http://evil.example")',
    "|cmd",
    "%0A=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
)
PAYLOADS = [
    lead + payload
    for payload in BARE
    for lead in ("", " ", "\t", "\r", "\n", "\xa0", "\u200b", "\ufeff", "'", '"', " '", '"\t', "“", "\u3000")
]
#: What stands in front of a formula and does not keep a program from running it.
LEAD = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\x00\"“”„‚‘’]*[=+\-@|%＝＋－＠]|[\t\r\n]")


def live(cell: str) -> bool:
    """Whether some spreadsheet could take this cell for a formula. Stands apart from the code it judges."""
    return bool(LEAD.match(cell))


def live_cells(content: bytes) -> list[str]:
    """Of a CSV file as a German Excel reads it: semicolons, quotation marks."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [cell for cells in rows for cell in cells if live(cell)]


def test_the_judge_knows_a_formula():
    assert all(live(payload) for payload in PAYLOADS if "'" not in payload[:2])
    assert not any(map(live, ("Erika", "'=1+1", "2026-01-01", "a=1", "")))
    assert live_cells('\ufeffa;"=1"\r\n'.encode()) == ["=1"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_stays_alive_and_each_comes_back_as_it_was(payload):
    assert not live(harmless(payload))
    assert plain(harmless(payload)) == payload


@given(st.text(alphabet="=+-@|%\t\r\n'\" \xa0\u200b\ufeff\u3000“1aä;,＝", max_size=8))
def test_any_text_comes_back_as_it_was_and_is_dead(words):
    assert not live(harmless(words))
    assert plain(harmless(words)) == words


def test_ordinary_words_are_left_as_they_are():
    for words in ("Erika Müller", "O'Hara", "4711", "a=b", "2026-01-01", "x@y.example", ""):
        assert harmless(words) == words


def test_every_table_is_written_by_the_one_helper():
    """Whoever writes CSV or workbooks by other means has to make cells harmless, and to be named here with its test."""
    by_hand = {
        "portal/cells.py",  # the helper
        "contacts/screening/running.py",  # of its five columns one is not ours: test_answers_about_a_list
        "contacts/screening/presenting.py",  # the same lines in another language: test_answers_about_a_list
        "contacts/customers/importing/templates.py",  # a workbook with nothing but our own header
    }
    found = {
        str(path.relative_to(ROOT))
        for room in ("portal", "contacts", "consent", "training")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)|\bWorkbook\(\)|xlsxwriter", path.read_text(encoding="utf-8"))
    }
    assert found == by_hand


# --- every export


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_answers_about_a_list(client, cast, accounts, now, language):
    """What stood in the list stands in the answers, in the language of the asker and in another."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";").writerows([["Kundennummer"], *([payload] for payload in PAYLOADS)])
    asked = Wanted(purpose="service", channel="email")
    upload = io.BytesIO(file.getvalue().encode())
    found = receive(Asker(cast.anna), upload=upload, file_name="=1+1.csv", wanted=asked, at=datetime.now(tz=UTC))
    assert run_waiting(at=now) == 1
    cast.anna.language = language
    cast.anna.save()
    client.force_login(cast.anna)
    answer = client.get(reverse("screening_result", args=[found.number]))
    content = b"".join(answer.streaming_content)
    assert live_cells(content) == []
    assert content.count(b"\r\n") > len(PAYLOADS)


@pytest.mark.django_db
def test_the_refused_rows_of_an_import(client, cast, now):
    rows = [
        row(f"{n}", Nachname=f'"{p.replace(chr(34), chr(34) * 2)}"', Geburtsdatum="31.02.2000")
        for n, p in enumerate(PAYLOADS)
    ]
    found = run.receive(cast.clara, SimpleUploadedFile("a.csv", text(*rows).encode()), at=now)
    found = run.choose_columns(cast.clara, found, fields=found.mapping, at=now)
    working.start(found, at=now)
    client.force_login(cast.clara)
    content = b"".join(client.get(reverse("import_errors", args=[found.pk])).streaming_content)
    assert live_cells(content) == []
    assert content.count(b"31.02.2000") >= len(PAYLOADS)


def test_certificates_of_everybody():
    made = [
        Completion(
            "x", payload, payload, "basic", Text(payload, payload), 1, payload, datetime.now(tz=UTC), date(2026, 11, 24)
        )
        for payload in PAYLOADS
    ]
    assert live_cells(completions_csv(made, "de", headings=["=1"] * 7)) == []


@pytest.mark.django_db
def test_the_forecast_of_consents(client, cast, monkeypatch):
    """Its words come from the portal's own lists; were they somebody's, they would be harmless."""
    from consent.views import forecast

    class Found:
        months = (date(2026, 12, 1),)
        pairs = [type("P", (), {"purpose_word": p, "channel_word": p, "stale": [1], "end": [1]}) for p in PAYLOADS]

    assert {"purpose_word", "channel_word"} <= set(dir(Pair))
    monkeypatch.setattr(forecast, "forecast_at", lambda _at: Found)
    client.force_login(cast.clara)
    assert live_cells(client.get(reverse("consent_forecast_csv")).content) == []


def test_empty_lists_to_fill_in():
    for kind in kinds().values():
        assert live_cells(templates.template(kind, "csv")) == []
        with zipfile.ZipFile(io.BytesIO(templates.template(kind, "xlsx"))) as book:
            assert not any(b"<f>" in book.read(name) for name in book.namelist())


# --- and back in


@pytest.mark.django_db
def test_a_number_with_a_plus_survives_the_way_out_of_the_error_file_and_back_in(client, cast, now):
    bad = row("4711", Telefon="+49 221 5554711", Herkunft="Vertrag", Geburtsdatum="31.02.2000")
    client.force_login(cast.clara)
    found = _import(cast, text(bad).encode(), now)
    content = b"".join(client.get(reverse("import_errors", args=[found.pk])).streaming_content)
    assert b"'+49 221 5554711" in content
    _import(cast, content.replace(b"31.02.2000", b""), now)
    point = ContactPoint.objects.get(customer__number="4711", channel="phone")
    assert (point.value, point.normalised) == ("+49 221 5554711", "+492215554711")


@pytest.mark.django_db
def test_a_number_with_a_plus_survives_the_way_out_of_the_answers_and_back_in(client, cast, customer, accounts, now):
    """The answers are themselves a list: `by` says what their column reference is."""
    point = customer.contact_points.get(channel="phone")
    point.value = "+49 221 5554711"
    point.save()
    client.force_login(cast.anna)
    content, said = b"Telefon\n+49 221 5554711\n", []
    for _turn in range(3):
        asked = Wanted(purpose="service", channel="phone", named_by="phone")
        at = datetime.now(tz=UTC) + timedelta(minutes=1)
        found = receive(Asker(cast.anna), upload=io.BytesIO(content), file_name="a", wanted=asked, at=at)
        run_waiting(at=now)
        content = b"".join(client.get(reverse("screening_result", args=[found.number])).streaming_content)
        said.append(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")))
    assert said[0] == said[1] == said[2]
    assert said[0][0]["reference"] == "'+49 221 5554711" and said[0][0]["outcome"] != "refused"


def test_the_apostrophe_is_taken_off_again_by_the_import():
    for number in ("+49 221 5554711", "-1", "@handle", "=1"):
        assert values.clean(harmless(number)) == number


def _import(cast, content: bytes, now: datetime):
    found = run.receive(cast.clara, SimpleUploadedFile("a.csv", content), at=now)
    found = run.choose_columns(cast.clara, found, fields=found.mapping, at=now)
    found = working.start(found, at=now)
    found = run.confirm(cast.clara, found, plan=found.plan, at=now)
    return working.start(found, at=now)
