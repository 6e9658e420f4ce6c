"""Figures for Prometheus: behind a token, from one statement, without a name in them."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from portal.operations.checks import token_is_long
from portal.operations.figures import REMINDERS
from portal.operations.metrics import FAMILIES, exposition
from portal.operations.models import Success
from portal.operations.successes import note_success
from portal.outbox import heartbeats
from portal.outbox.models import Heartbeat, OutboxMessage
from tests.cast import make_accounts
from tests.requests import scenes
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40


@pytest.fixture
def ask(client, settings):
    settings.METRICS_TOKEN = TOKEN
    return lambda token=TOKEN, scheme="Bearer": client.get("/metrics", headers={"Authorization": f"{scheme} {token}"})


def told(text: bytes) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    families = text_string_to_metric_families(text.decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_the_figures_are_read_with_the_token_alone(ask, client):
    assert ask().status_code == 200
    assert ask()["Content-Type"].startswith("text/plain")
    for answer in (ask("t" * 39), ask(""), ask(scheme="Basic"), client.get("/metrics"), ask("ü" * 40)):
        assert answer.status_code == 404


def test_without_a_token_in_the_settings_there_is_no_such_page(ask, settings):
    settings.METRICS_TOKEN = ""
    assert ask("").status_code == 404


@pytest.mark.parametrize(("token", "count"), [("", 0), ("t" * 32, 0), ("t" * 31, 1)])
def test_a_token_that_could_be_guessed_stops_the_start(settings, token, count):
    settings.METRICS_TOKEN = token
    assert len(token_is_long()) == count


def test_every_figure_comes_from_one_statement(django_assert_num_queries, now):
    with django_assert_num_queries(1):
        names = {name[0] for name in told(exposition(at=now))}
    assert "kontaktklar_outbox_waiting" in names and "kontaktklar_sessions" in names


def test_the_numbers_are_those_of_the_house(cast, customer, now):
    scenes.permit_for(scenes.report_by_mail(cast, customer, make_accounts(cast, now), now), cast, now)
    OutboxMessage.objects.all().delete()
    rows = [("a", 10, {}), ("b", 700, {}), ("c", -60, {}), ("d", 50, {"parked_at": now})]
    for key, age, fields in rows:
        due = now - timedelta(seconds=age)
        OutboxMessage.objects.create(kind="event", key=key, topic="x", due_at=due, **fields)
    reminder = {"kind": "mail", "recipient": cast.anna, "topic": "permit_ending", "due_at": now}
    OutboxMessage.objects.create(key="e", **reminder)
    sent = OutboxMessage.objects.create(key="f", **reminder)
    OutboxMessage.objects.filter(pk=sent.pk).update(created_at=now, done_at=now)
    Heartbeat.objects.create(part="relay", at=now - timedelta(seconds=9))
    note_success(Success.Kind.BACKUP, at=now - timedelta(hours=2), figures={"rows": 1})
    as_(cast.anna)
    found = told(exposition(at=now))
    assert found["kontaktklar_outbox_waiting",] == 3
    assert found["kontaktklar_outbox_oldest_seconds",] == 700
    assert found["kontaktklar_outbox_parked",] == 1
    assert found["kontaktklar_reminders_due",] == 1
    assert found["kontaktklar_reminders_sent_last_day",] == 1
    assert found["kontaktklar_sign_of_life_seconds", "relay"] == 9
    assert found["kontaktklar_last_success_seconds", "backup"] == 7200
    assert ("kontaktklar_last_success_seconds", "restore") not in found, "what never was has no age"
    assert found["kontaktklar_sessions",] >= 1
    assert found["kontaktklar_audit_entry_seconds",] == 0
    decided = {name[1:]: value for name, value in found.items() if name[0] == "kontaktklar_decisions_last_hour"}
    assert set(decided) == {("request", "needs_dpo_approval")} and sum(decided.values()) >= 2


def test_decisions_of_earlier_are_not_those_of_the_last_hour(cast, customer, now):
    scenes.report_by_mail(cast, customer, make_accounts(cast, now), now)
    assert not [name for name in told(exposition(at=now + timedelta(hours=1))) if "decisions" in name[0]]


def test_no_figure_names_anybody(cast, customer, now):
    scenes.permit_for(scenes.report_by_mail(cast, customer, make_accounts(cast, now), now), cast, now)
    text = exposition(at=now).decode()
    for word in (customer.last_name, customer.number, cast.anna.email, cast.anna.last_name):
        assert word and word not in text


def test_each_family_is_explained_in_the_runbook(settings):
    book = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    assert [name for name, _words, _labels in FAMILIES.values() if f"kontaktklar_{name}" not in book] == []


def test_reminders_are_mails_that_there_are(settings):
    mails = settings.BASE_DIR / "templates" / "emails"
    assert [name for name in REMINDERS if not (mails / f"{name}.subject.txt").exists()] == []


def test_the_page_of_deliveries_says_when_a_backup_was_last_shown_to_restore(cast):
    note_success(Success.Kind.BACKUP, at=timezone.now() - timedelta(hours=25), figures={})
    html = as_(cast.adam).get("/outbox/").content.decode()
    part = html[html.index('id="backups"') :]
    assert part.index("In time") < part.index("Backup restored and verified") < part.index("Never yet")
    assert "Too long ago" not in part, "what never was is not long ago"


def test_a_relay_of_its_own_delivers_and_leaves_a_sign_of_life(cast, mail_folder):
    OutboxMessage.objects.create(
        kind="mail",
        recipient=cast.anna,
        key="k",
        topic="decision_needed",
        payload={"requester": "Anna", "purpose": "service", "channel": "email", "platform": "", "number": "R-1"},
        due_at=timezone.now(),
    )
    call_command("relay", once=True, stdout=StringIO())
    assert len(list(mail_folder.glob("*.eml"))) == 1
    assert heartbeats.silent(at=timezone.now()) == {"worker", "beat"}
