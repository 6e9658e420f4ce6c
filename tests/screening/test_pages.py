"""Lists on the page: who may send one, what they see of it, what they are told when it does not work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts import policy
from contacts.screening.models import Screening
from contacts.screening.services.forgetting import forget
from contacts.screening.services.working import run_waiting

pytestmark = pytest.mark.django_db
ASKED = {"purpose": "service", "channel": "email"}


@pytest.fixture
def desk(client, cast, customer, accounts, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(cast.anna)
    return client


def send(desk, body: bytes = b"Kundennummer\n4711\n9999\n", name: str = "Mai.csv", **fields: str):
    return desk.post(reverse("screenings"), ASKED | fields | {"file": SimpleUploadedFile(name, body)}, follow=True)


def test_a_list_waits_is_answered_and_can_be_downloaded(desk, now):
    waiting = send(desk)
    words = waiting.content.decode()
    assert "Waiting for the worker" in words and "<progress" in words and 'role="status"' in words
    assert 'http-equiv="refresh"' not in words and "Look again" in words, "also without script"
    run_waiting(at=now)
    found = Screening.objects.get()
    words = desk.get(reverse("screening", args=[found.number])).content.decode()
    assert "Answered" in words and "2 rows" in words
    assert f"rule set 1 <code>{policy.RULE_SET_1.hash}</code>" in words
    place = reverse("screening_result", args=[found.number])
    assert place in words
    answer = desk.get(place)
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).decode("utf-8-sig").count("\r\n") == 3


def test_the_part_that_moves_says_when_it_stands_still(desk, now):
    send(desk)
    place = reverse("screening_progress", args=[Screening.objects.get().number])
    assert "data-open" in desk.get(place).content.decode()
    run_waiting(at=now)
    assert "data-open" not in desk.get(place).content.decode()


def test_a_list_that_cannot_be_read_is_refused_at_its_field_and_not_kept(desk):
    words = send(desk, b"Name\nErika\n").content.decode()
    assert "No column names the customers" in words and "Error:" in words
    assert not Screening.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"channel": "messenger"}, "Choose the platform"),
        ({"platform": "xing"}, "This channel has no platform"),
        ({"purpose": ""}, "This field is required"),
        ({"account": "999999"}, "Select a valid choice"),
    ],
)
def test_a_question_that_does_not_go_together_is_refused(desk, fields, said):
    assert said in send(desk, **fields).content.decode()
    assert not Screening.objects.exists()


def test_an_account_of_another_way_is_refused_at_its_field(desk, accounts):
    assert "There is no account" in send(desk, account=str(accounts.phone.pk)).content.decode()
    send(desk, account=str(accounts.email.pk))
    assert Screening.objects.get().account == str(accounts.email.pk)


def test_who_has_many_lists_waiting_is_told_to_wait(desk, monkeypatch):
    monkeypatch.setattr("contacts.screening.services.receiving.MOST_OPEN", 1)
    send(desk)
    answer = send(desk)
    assert answer.context["form"].non_field_errors() == [
        "1 list of yours waits already. Send the next one when it has been answered."
    ]
    assert Screening.objects.count() == 1


def test_a_refusal_of_the_worker_is_told_on_the_page(desk, now):
    send(desk, b"Kundennummer\n" + b"1\n" * 2_001 + b'"4711')
    run_waiting(at=now)
    words = desk.get(reverse("screening", args=[Screening.objects.get().number])).content.decode()
    assert "The file is broken" in words and "Not answered" in words


def test_after_its_time_the_counts_stay_and_the_answers_are_gone(desk, cast, now, time_machine):
    send(desk)
    run_waiting(at=now)
    later = now + timedelta(days=7)
    time_machine.move_to(later, tick=False)
    desk.force_login(cast.anna)  # a session does not last that long
    number = Screening.objects.get().number
    for _turn in range(2):  # also before the clock comes by
        words = desk.get(reverse("screening", args=[number])).content.decode()
        assert "have been deleted" in words and "Allowed" in words
        assert desk.get(reverse("screening_result", args=[number])).status_code == 404
        forget(at=later)


def test_the_list_of_lists_costs_the_same_however_long_it_is(desk, now):
    send(desk)
    desk.get(reverse("screenings"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get(reverse("screenings"))
    for _turn in range(5):
        send(desk)
    with CaptureQueriesContext(connection) as six:
        words = desk.get(reverse("screenings")).content.decode()
    assert words.count("Mai.csv") == 6
    assert len(six) == len(one)


def test_the_form_is_there_without_script_and_the_menu_leads_to_it(desk):
    words = desk.get(reverse("start")).content.decode()
    assert f'href="{reverse("screenings")}"' in words
    words = desk.get(reverse("screenings")).content.decode()
    assert 'enctype="multipart/form-data"' in words and 'name="csrfmiddlewaretoken"' in words


# --- what the database refuses


@pytest.fixture
def done(desk, now) -> Screening:
    send(desk)
    run_waiting(at=now)
    return Screening.objects.get()


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "marketing"},
        {"state": "running", "finished_at": None},
        {"counts": {"allowed": 9}},
        {"rows_done": 0},
        {"asked_by": None},
    ],
)
def test_what_was_asked_and_answered_is_kept(done, change):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Screening.objects.filter(pk=done.pk).update(**change)


def test_the_row_stays(done):
    with pytest.raises(IntegrityError), transaction.atomic():
        done.pieces.all().delete()
        done.delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"asked_by": None},
        {"key": "a"},
        {"platform": "xing"},
        {"state": "done"},
        {"state": "failed", "finished_at": "2026-11-24T10:00Z"},
        {"delete_after": "2020-01-01T00:00Z"},
    ],
)
def test_no_row_says_what_cannot_be(cast, now, wrong):
    said = ASKED | {"asked_by": cast.anna, "digest": "0", "at": now, "language": "de", "file_name": "a", "size": 1}
    said |= {"created_at": now, "delete_after": now + timedelta(days=7)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.create(**said | wrong)
    Screening.objects.create(**said)
