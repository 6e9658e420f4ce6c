"""`manage.py screen`: a list of customers becomes a list of answers."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from contacts.customers.models import Customer
from contacts.requests.context import Question, load
from contacts.requests.deciding import answer_question
from tests.cast import make_customer, point

pytestmark = pytest.mark.django_db


@pytest.fixture
def screen(cast, accounts, now, tmp_path):
    """Screen a list that is given as text; the rows of the result as dicts."""

    def run(text: str, *arguments: str, channel: str = "email", purpose: str = "marketing") -> list[dict[str, str]]:
        source, out = tmp_path / "list.csv", tmp_path / "out.csv"
        source.write_text(text, encoding="utf-8")
        asked = ["--purpose", purpose, "--channel", channel, "--at", now.isoformat(), *arguments]
        if "--acting" not in asked:
            asked += ["--acting", cast.anna.email]
        if "--language" not in asked:
            asked += ["--language", "en"]
        ended = 0
        try:
            call_command("screen", str(source), *asked, "-o", str(out), stdout=StringIO())
        except SystemExit as end:
            ended = end.code
        assert ended in (0, 3)
        with out.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    return run


def test_each_row_gets_the_answer_that_its_customer_gets_alone(screen, customer, cast, now):
    (row,) = screen("Kundennummer\n4711\n", "--opt-out")
    context = load(customer, cast.anna, at=now)
    mail = next(one for one in context.points if one.channel == "email")
    question = Question(point=mail, account=context.default_account(mail), purpose="marketing", opt_out_included=True)
    alone = answer_question(context, question).decision
    assert (row["line"], row["reference"], row["outcome"]) == ("2", "4711", alone.outcome.value)
    assert row["deciding_rules"].split() == [finding.rule.id for finding in alone.deciding]
    assert row["reason"] == " ".join(finding.rule.reason_en for finding in alone.deciding)


def test_customers_are_named_by_id_number_mail_or_telephone(screen, customer):
    named = (
        f"ID;Kundennummer;E-Mail;Telefon\n{customer.pk};;;\n;4711;;\n;;ERIKA.4711@kundin.example;\n;;;0221 5554711\n"
    )
    assert {row["outcome"] for row in screen(named, purpose="service")} == {"allowed"}


def test_reasons_are_told_in_german_too(screen, customer):
    (english,) = screen("Kundennummer\n4711\n")
    (german,) = screen("Kundennummer\n4711\n", "--language", "de")
    assert german["deciding_rules"] == english["deciding_rules"]
    assert german["reason"] != english["reason"]


def test_a_row_that_has_no_answer_says_why(screen, customer, now):
    double = make_customer(now, "4712")
    point(double, "email", "zweite@kundin.example", now=now)
    point(double, "email", "erika.4711@kundin.example", now=now)
    mute = make_customer(now, "4713")
    mute.contact_points.filter(channel="email").update(retired_at=now)
    Customer.objects.create(number="4714", anonymised_at=now)
    named = "Kundennummer;E-Mail\n9999;\n4714;\n;erika.4711@kundin.example\n4713;\n4712;\n;zweite@kundin.example\n;\n"
    rows = screen(named, purpose="service")
    assert [row["outcome"] for row in rows] == ["refused"] * 5 + ["allowed"]
    assert [row["reason"].split(".")[0] for row in rows[:5]] == [
        "There is no such customer",
        "This customer has been erased and must not be contacted",
        "Several customers have this address",
        "The customer has no address of this kind",
        "The customer has several addresses of this kind",
    ]


@pytest.mark.parametrize("value", ["=1+1", "+49221", "-2", "@SUM(A1)", " =1"])
def test_no_cell_of_the_result_is_a_formula_and_what_was_written_can_be_read_again(screen, value):
    (row,) = screen(f'Telefon\n"{value}"\n')
    assert row["reference"].lstrip().startswith("'")


def test_a_number_from_a_result_finds_its_customer_again(screen, customer):
    (row,) = screen("Telefon\n+492215554711\n", purpose="service")
    (again,) = screen(f"Telefon\n{row['reference']}\n", purpose="service")
    assert row["reference"] == again["reference"] == "'+492215554711"
    assert again["outcome"] == row["outcome"] == "allowed"


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        ("Farbe\nblau\n", [], "No column names the customers"),
        ("", [], "The file is empty"),
        ("Kundennummer\n4711\n", ["--acting", "niemand@firma.example"], "no active person"),
        ("Kundennummer\n4711\n", ["--acting", "tom@firma.example"], "may not ask about customers"),
        ("Kundennummer\n4711\n", ["--account", "Nirgends"], "There is no account “Nirgends”"),
        ("Kundennummer\n4711\n", ["--platform", "whatsapp"], "needs --platform"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence_and_writes_nothing(
    screen, customer, tmp_path: Path, text, arguments, sentence
):
    with pytest.raises(CommandError, match=sentence):
        screen(text, *arguments)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_time_is_that_of_the_question(screen, customer, now, cast):
    """At night a call has to wait."""
    by_day = screen("Kundennummer\n4711\n", channel="phone", purpose="service")
    night = (now + timedelta(hours=12)).isoformat()
    by_night = screen("Kundennummer\n4711\n", "--at", night, channel="phone", purpose="service")
    assert by_day[0]["outcome"] != by_night[0]["outcome"]


def test_json_lines_are_a_list_too(screen, customer):
    rows = screen(f'{{"id": {customer.pk}}}\n{{"reference": "9999"}}\n', purpose="service")
    assert [(row["line"], row["outcome"]) for row in rows] == [("1", "allowed"), ("2", "refused")]


def test_by_says_which_column_counts(screen, customer):
    (row,) = screen("Kundennummer;E-Mail\n9999;erika.4711@kundin.example\n", "--by", "email", purpose="service")
    assert row["outcome"] == "allowed"


def test_a_hyphen_reads_what_comes_in_and_writes_it_out(cast, customer, accounts, now, monkeypatch):
    came, went, counted = TextIOWrapper(BytesIO(b"Kundennummer\n4711\n")), TextIOWrapper(BytesIO()), StringIO()
    monkeypatch.setattr("sys.stdin", came)
    monkeypatch.setattr("sys.stdout", went)
    asked = ["--purpose", "service", "--channel", "email", "--acting", cast.anna.email, "--at", now.isoformat()]
    call_command("screen", "-", *asked, "-o", "-", stderr=counted)
    lines = went.buffer.getvalue().decode("utf-8-sig").splitlines()
    assert [line[:15] for line in lines] == ["line;reference;", "2;4711;allowed;"]
    assert "allowed: 1" in counted.getvalue()


def test_a_number_of_very_many_digits_is_nobody_s(screen, customer):
    rows = screen(f"ID\n{'0' * 9000}{customer.pk}\n{'9' * 9000}\n{2**63}\n", purpose="service")
    assert [row["outcome"] for row in rows] == ["allowed", "refused", "refused"]
