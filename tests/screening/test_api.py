"""Lists of other systems: taken in, answered in the background, fetched in the reader's language, and only by them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from openpyxl import Workbook

from contacts import policy
from contacts.screening.api_bodies import XLSX, ScreeningOut
from contacts.screening.models import Piece, Screening
from contacts.screening.services import receiving
from contacts.screening.services.forgetting import forget
from contacts.screening.services.working import run_waiting
from portal.api.document import document
from portal.audit.models import AuditEntry
from tests.api.conftest import headers_as_described, problem, token_for
from tests.cast import make_customer

pytestmark = pytest.mark.django_db
BOTH = ["screenings:write", "screenings:read"]
SERVICE = "purpose=service&channel=email"
LIST = "Kundennummer\n4711\n9999\n"


@pytest.fixture
def key(cast, now):
    return token_for(cast, now, scopes=BOTH, acts_for=cast.anna)


@pytest.fixture
def send(key, customer, accounts, now, time_machine):
    """POST a list; `get` its state or result."""
    time_machine.move_to(now, tick=False)

    def send(body=LIST, asked=SERVICE, *, kind="text/csv", key=key, **headers):
        headers = {"authorization": f"Bearer {key}", "accept-language": "en"} | headers
        raw = body.encode() if isinstance(body, str) else body
        path = f"/api/v1/screenings?{asked}"
        answer = Client(enforce_csrf_checks=True).post(path, raw, content_type=kind, headers=headers)
        return headers_as_described("post", path, answer)

    return send


@pytest.fixture
def get(key):
    def get(path, *, key=key, language="en", **headers):
        headers = {"authorization": f"Bearer {key}", "accept-language": language} | headers
        return Client().get(path, headers=headers)

    return get


def rows_of(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


# --- the way of a list


def test_a_list_is_taken_in_answered_by_the_worker_and_fetched(send, get, now):
    answer = send()
    assert answer.status_code == 202, answer.content
    told = answer.json()
    ScreeningOut.model_validate(told)
    assert answer["Location"] == f"/api/v1/screenings/{told['id']}"
    assert (told["state"], told["counts"], told["result"]) == ("queued", {}, None)
    problem(get(f"{answer['Location']}/result"), 409, "no answers yet")
    assert run_waiting(at=now) == 1
    told = get(answer["Location"]).json()
    assert (told["state"], told["rows"], told["rows_done"]) == ("done", 2, 2)
    assert told["counts"] == {"allowed": 1, "refused": 1}
    good, bad = rows_of(get(told["result"]))
    assert (good["line"], good["reference"], good["outcome"]) == ("2", "4711", "allowed")
    assert (bad["line"], bad["reference"], bad["outcome"]) == ("3", "9999", "refused")
    assert bad["reason"] == "There is no such customer."


def test_the_reasons_come_in_the_language_that_is_asked_for(send, get, now):
    place = send().headers["Location"]
    run_waiting(at=now)
    english, german = (get(f"{place}/result", language=language) for language in ("en", "de"))
    assert (english["Content-Language"], german["Content-Language"]) == ("en", "de")
    english, german = rows_of(english), rows_of(german)
    for there, here in zip(english, german, strict=True):
        assert {**there, "reason": ""} == {**here, "reason": ""}
    assert english[0]["reason"] != german[0]["reason"]
    again = Screening.objects.get()
    assert again.language == "en"
    assert rows_of(get(f"{place}/result", language="de-AT")) == german


def test_the_german_result_of_a_german_list_is_that_of_the_translation(send, get, now):
    one, other = send().headers["Location"], send(**{"accept-language": "de"}).headers["Location"]
    assert run_waiting(at=now) == run_waiting(at=now) == 1
    assert rows_of(get(f"{one}/result", language="de")) == rows_of(get(f"{other}/result", language="de"))
    assert {found.language for found in Screening.objects.all()} == {"de", "en"}


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in (["Kundennummer"], ["4711"], ["9999"]):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/csv", LIST),
        ("text/csv", "\ufeffKundennummer;Name\r\n4711;Müller\r\n9999;Möller\r\n"),
        (XLSX, workbook()),
        ("application/x-ndjson", '{"reference": "4711"}\n{"reference": 9999}\n'),
        ("application/octet-stream", LIST),
    ],
)
def test_a_list_may_be_csv_a_workbook_or_json_lines(send, get, now, kind, body):
    answer = send(body, kind=kind)
    assert answer.status_code == 202, answer.content
    run_waiting(at=now)
    assert get(answer["Location"]).json()["counts"] == {"allowed": 1, "refused": 1}


def test_a_form_with_the_list_as_a_part_does_the_same(key, customer, accounts, now, get, time_machine):
    time_machine.move_to(now, tick=False)
    fields = {"purpose": "service", "channel": "email", "by": "reference"}
    form = fields | {"file": SimpleUploadedFile("C:\\Listen\\Mai.csv", LIST.encode())}
    answer = Client().post("/api/v1/screenings", form, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert (told["file_name"], told["by"], told["purpose"]) == ("Mai.csv", "reference", "service")
    run_waiting(at=now)
    assert get(answer["Location"]).json()["counts"] == {"allowed": 1, "refused": 1}


@pytest.mark.parametrize(
    ("asked", "more", "field"),
    [("?channel=phone", {}, "channel"), ("", {"file": [SimpleUploadedFile("a.csv", LIST.encode())] * 2}, "file")],
    ids=["a field in the address too", "two lists"],
)
def test_of_a_form_nothing_is_left_unheard(key, customer, accounts, asked, more, field):
    form = {"purpose": "service", "channel": "email", "file": SimpleUploadedFile("b.csv", LIST.encode())} | more
    headers = {"authorization": f"Bearer {key}", "accept-language": "en"}
    told = problem(Client().post(f"/api/v1/screenings{asked}", form, headers=headers), 422, "stands twice")
    assert list(told["errors"]) == [field]


@pytest.mark.parametrize(
    ("by", "column", "cell"),
    [
        ("id", "ID", "{customer.pk}"),
        ("reference", "Kundennummer", "4711"),
        ("email", "E-Mail", "ERIKA.4711@kundin.example"),
        ("phone", "Telefon", "+49 221 5554711"),
    ],
)
def test_by_says_which_column_names_the_customers(send, get, now, customer, by, column, cell):
    columns = {"ID": "1", "Kundennummer": "x", "E-Mail": "x", "Telefon": "x"} | {column: cell.format(customer=customer)}
    body = f"{';'.join(columns)}\n{';'.join(columns.values())}\n"
    answer = send(body, f"{SERVICE}&by={by}")
    run_waiting(at=now)
    assert get(answer["Location"]).json()["counts"] == {"allowed": 1}
    told = problem(send(body.replace(column, "Spalte"), f"{SERVICE}&by={by}"), 422, "No column names the customers")
    assert column in told["errors"]["file"][0]


@pytest.mark.parametrize("in_place_of", ["anna", ""])
def test_a_row_has_the_outcome_of_a_decision_for_the_same_system(send, get, cast, customer, now, in_place_of):
    """In a person's place with their training; for itself a system has learnt nothing."""
    person = getattr(cast, in_place_of) if in_place_of else None
    mine = token_for(cast, now, name="mailer", scopes=[*BOTH, "decisions:write"], acts_for=person)
    asked = {"customer": "4711", "purpose": "service", "channel": "email"}
    alone = (
        Client()
        .post("/api/v1/decisions", asked, content_type="application/json", headers={"authorization": f"Bearer {mine}"})
        .json()
    )
    assert (alone["outcome"] == "allowed") == bool(in_place_of)
    place = send(key=mine).headers["Location"]
    run_waiting(at=now)
    assert get(place, key=mine).json()["counts"] == {alone["outcome"]: 1, "refused": 1}


def test_a_list_says_under_which_rule_set_it_was_answered(send, get, now):
    place = send().headers["Location"]
    assert (get(place).json()["rule_set"], get(place).json()["rule_set_hash"]) == (None, None)
    run_waiting(at=now)
    told = get(place).json()
    assert (told["rule_set"], told["rule_set_hash"]) == (1, policy.RULE_SET_1.hash)


# --- sent again


def test_the_same_key_with_the_same_list_is_the_same_screening(send):
    first, again = (send(**{"idempotency-key": "campaign-7"}) for _turn in range(2))
    assert first.status_code == again.status_code == 202
    assert first["Location"] == again["Location"] and first.json() == again.json()
    assert Screening.objects.count() == AuditEntry.objects.filter(verb="screening.asked").count() == 1


@pytest.mark.parametrize("changed", [{"body": "ID\n1\n"}, {"asked": "purpose=marketing&channel=email"}])
def test_the_same_key_with_another_list_or_question_is_a_conflict(send, changed):
    send(**{"idempotency-key": "campaign-7"})
    problem(send(**changed, **{"idempotency-key": "campaign-7"}), 409, "another list or question")
    assert Screening.objects.count() == 1


def test_a_key_whose_day_is_over_says_so_instead_of_a_list_of_then(send, now, time_machine):
    key = {"idempotency-key": "campaign-7"}
    first = send(**key)
    time_machine.move_to(now + timedelta(hours=24) - timedelta(seconds=1), tick=False)
    assert send(**key)["Location"] == first["Location"]
    time_machine.move_to(now + timedelta(hours=24), tick=False)
    problem(send(**key), 409, "more than 24 hours ago")
    assert Screening.objects.count() == 1


def test_two_systems_may_use_the_same_key(send, cast, now):
    other = token_for(cast, now, name="shop", scopes=BOTH, acts_for=cast.anna)
    places = {
        send(key=mine, **{"idempotency-key": "1"})["Location"]
        for mine in (other, token_for(cast, now, name="third", scopes=BOTH, acts_for=cast.anna))
    }
    assert len(places) == 2


# --- who may


def test_a_list_is_only_the_system_s_that_sent_it(send, get, cast, now):
    place = send().headers["Location"]
    run_waiting(at=now)
    other = token_for(cast, now, name="shop", scopes=BOTH, acts_for=cast.anna)
    problem(get(place, key=other), 404)
    problem(get(f"{place}/result", key=other), 404)


@pytest.mark.parametrize(("scope", "write", "read"), [("screenings:write", 202, 403), ("screenings:read", 403, 404)])
def test_each_scope_opens_its_own_door(send, get, cast, now, scope, write, read):
    mine = token_for(cast, now, name="shop", scopes=[scope], acts_for=cast.anna)
    assert send(key=mine).status_code == write
    assert get("/api/v1/screenings/0d7c2f4e-6f0a-4c8e-9d3b-5a1f2e3c4b5d", key=mine).status_code == read


def test_a_key_has_no_more_rights_than_its_person(send, cast, now):
    mine = token_for(cast, now, name="shop", scopes=BOTH, acts_for=cast.rita)
    problem(send(key=mine), 403, "may not contact customers")
    assert not Screening.objects.exists() and not Piece.objects.exists()


def test_a_person_who_may_not_ask_any_more_gets_no_answers(send, get, cast, now):
    place = send().headers["Location"]
    cast.anna.roles = ["auditor"]
    cast.anna.save()
    run_waiting(at=now)
    problem(get(place), 403, "in whose place")
    cast.anna.roles = ["employee"]
    cast.anna.save()
    told = get(place).json()
    assert told["state"] == "failed" and "may not ask about customers" in told["refusal"]
    problem(get(f"{place}/result"), 409, "may not ask about customers")


# --- what is wrong is said


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ("channel=email", "purpose", "missing"),
        ("purpose=service", "channel", "missing"),
        ("purpose=fun&channel=email", "purpose", "one of"),
        ("purpose=service&channel=mail", "channel", "one of"),
        ("purpose=service&channel=messenger", "platform", "have a platform"),
        ("purpose=service&channel=email&platform=xing", "platform", "have a platform"),
        (f"{SERVICE}&by=name", "by", "one of"),
        (f"{SERVICE}&colour=red", "colour", "no such field"),
        (f"{SERVICE}&at=tomorrow", "at", "with its offset"),
        (f"{SERVICE}&at=2026-12-01T10:00:00", "at", "with its offset"),
        (f"{SERVICE}&at=2020-01-01T10:00:00Z", "at", "from now on"),
        (f"{SERVICE}&at=9999-12-31T23:59:59-23:59", "at", "from now on"),
        (f"{SERVICE}&contains_promotion=maybe", "contains_promotion", "one of"),
        (f"{SERVICE}&account=%00", "account", "such a name"),
        (f"{SERVICE}&contains_promotion=true&contains_promotion=false", "contains_promotion", "stands twice"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(send, asked, field, words):
    told = problem(send(asked=asked), 422, words)
    assert list(told["errors"]) == [field]


def test_an_account_that_there_is_not_is_said_and_one_may_be_named_by_key(send, accounts):
    problem(send(asked=f"{SERVICE}&account=Nowhere"), 422, "There is no account “Nowhere”")
    assert send(asked=f"{SERVICE}&account={accounts.email.pk}").status_code == 202
    problem(send(asked=f"{SERVICE}&account={accounts.phone.pk}"), 422, "There is no account")


def test_an_instant_ahead_is_asked_about(send, now):
    later = (now + timedelta(days=30)).isoformat()
    assert send(asked=f"{SERVICE}&at={later}").json()["at"] == later, "also with a plus sign as it is"


def test_a_list_that_cannot_be_read_is_refused_at_once_and_nothing_is_kept(send):
    told = problem(send("Name\nErika\n"), 422, "No column names the customers")
    assert list(told["errors"]) == ["file"]
    assert not Screening.objects.exists()


def test_another_kind_of_body_is_refused(send):
    problem(send(kind="application/x-www-form-urlencoded"), 415, "as CSV, XLSX or JSON lines")
    problem(send(b"--x\r\nbroken", kind="multipart/form-data; boundary=x"), 422, "Send the list as the part")
    problem(send(b"x", kind="multipart/form-data"), 400, "cannot be read")
    problem(send(b"\n"), 422, "The file is empty")


def test_a_list_over_the_limit_is_refused_whatever_it_says_of_its_length(send, settings):
    settings.UPLOAD_MAX_BYTES = 10
    problem(send(), 413, "larger than 0.0 MB")


def test_what_fails_in_the_worker_says_why(send, get, now):
    body = "Kundennummer\n" + "1\n" * (receiving.LOOK + 1) + '"4711'
    place = send(body).headers["Location"]
    run_waiting(at=now)
    told = get(place).json()
    assert told["state"] == "failed" and told["refusal"].startswith("The file is broken")
    assert told["refusal"].endswith(".")


def test_only_so_many_lists_wait_at_once(send, get, now, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_OPEN", 2)
    assert [send().status_code for _turn in range(3)] == [202, 202, 429]
    run_waiting(at=now)
    assert send().status_code == 202


@pytest.mark.parametrize("loss", [{"is_active": False}, {"roles": ["auditor"]}])
def test_who_left_or_lost_the_role_is_told_nothing_more(send, get, cast, now, loss):
    place = send(**{"idempotency-key": "mai"}).headers["Location"]
    run_waiting(at=now)
    for name, value in loss.items():
        setattr(cast.anna, name, value)
    cast.anna.save()
    problem(get(place), 403, "in whose place")
    problem(get(f"{place}/result"), 403, "in whose place")
    problem(send(**{"idempotency-key": "mai"}), 403, "in whose place")


# --- what is kept, and for how long


def test_list_and_result_go_after_their_time_and_the_counts_stay(send, get, now, settings, time_machine):
    place = send().headers["Location"]
    run_waiting(at=now)
    end = now + timedelta(days=settings.SCREENING_KEEP_DAYS)
    assert forget(at=end - timedelta(seconds=1)) == 0
    assert {piece.part for piece in Piece.objects.all()} == {"list", "result"}
    time_machine.move_to(end, tick=False)
    problem(get(f"{place}/result"), 410, "have been deleted")
    assert forget(at=end) == 1
    assert forget(at=end) == 0
    assert not Piece.objects.exists()
    told = get(place).json()
    assert (told["state"], told["counts"], told["result"]) == ("done", {"allowed": 1, "refused": 1}, None)
    assert told["deleted_at"] == end.isoformat()


@pytest.mark.parametrize("answered", [True, False])
def test_the_name_of_the_file_goes_with_the_list(send, get, now, answered):
    """It may name a person."""
    place = send(asked=f"{SERVICE}&name=Erika.csv").headers["Location"]
    if answered:
        run_waiting(at=now)
    forget(at=now + timedelta(days=8))
    assert get(place).json()["file_name"] == ""
    assert str(Screening.objects.get()) == "A list that was deleted"


@pytest.mark.parametrize("change", [{"file_name": "other"}, {"file_name": ""}])
def test_a_list_that_is_kept_keeps_its_name(send, now, change):
    send()
    run_waiting(at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.update(deleted_at=now, file_name="other")


def test_a_list_that_no_worker_came_to_is_deleted_too(send, get, now):
    place = send().headers["Location"]
    assert forget(at=now + timedelta(days=8)) == 1
    assert run_waiting(at=now + timedelta(days=8)) == 0
    told = get(place).json()
    assert told["state"] == "failed" and "No worker came" in told["refusal"]


def test_the_trail_tells_who_asked_what_and_of_how_many_and_names_nobody(send, customer, now):
    send("E-Mail\nerika.4711@kundin.example\n", f"{SERVICE}&name=Mai.csv")
    run_waiting(at=now)
    forget(at=now + timedelta(days=8))
    entries = AuditEntry.objects.filter(subject_type="screening").order_by("pk")
    assert [(one.verb, one.job) for one in entries] == [
        ("screening.asked", "api:crm"),
        ("screening.started", "screening.run"),
        ("screening.done", "screening.run"),
        ("screening.forgotten", "screening.forget"),
    ]
    asked, _started, done, _gone = entries
    assert (asked.after["purpose"], asked.after["channel"]) == ("service", "email")
    under = {"rule_set": 1, "rule_set_hash": policy.RULE_SET_1.hash}
    assert done.after == {"rows": 1, "allowed": 1} | under
    assert "erika" not in str([(one.before, one.after) for one in entries])


def test_customers_of_a_large_list_are_streamed_in_pieces(send, get, now, monkeypatch):
    monkeypatch.setattr("contacts.screening.storing.PIECE", 64)
    make_customer(now, "4712")
    body = "Kundennummer\n" + "4711\n4712\n" * 50
    place = send(body).headers["Location"]
    assert Piece.objects.filter(part="list").count() == -(-len(body) // 64)
    run_waiting(at=now)
    assert [row["reference"] for row in rows_of(get(f"{place}/result"))] == ["4711", "4712"] * 50
    assert [row["reference"] for row in rows_of(get(f"{place}/result", language="de"))] == ["4711", "4712"] * 50


def test_the_answers_are_csv_for_who_wants_csv_and_nothing_else_is(send, get, now):
    place = send()["Location"]
    run_waiting(at=now)
    assert get(f"{place}/result", accept="text/csv").status_code == 200
    problem(get(f"{place}/result", accept="text/html"), 406)
    problem(get(place, accept="text/csv"), 406)
    assert "406" in document()["paths"]["/api/v1/screenings/{number}/result"]["get"]["responses"]
