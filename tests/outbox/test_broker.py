"""The web never talks to the broker, no job waits in it for a later time, and each is safe to come twice."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from portal.celery import EVERY, app
from portal.database import name_taken
from portal.jobs import JOBS, clock_job
from portal.outbox.models import Heartbeat
from tests.races.conftest import run_together

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("portal", "contacts", "consent", "training")
#: Where Celery is at home; everything else may be part of a request.
MACHINERY = {"portal/celery.py", "portal/jobs.py", "portal/beat.py"}
SENDING = {"delay", "apply_async", "send_task", "signature", "apply"}
LATER = {"eta", "countdown"}


def sources():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def faults_of(name: str, tree: ast.AST) -> list[str]:
    """What in one module could reach the broker, or leave work in it for later."""
    found = []
    at_home = name in MACHINERY or name.endswith("tasks.py")
    for node in ast.walk(tree):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        parts = [module.split(".") for module in modules]
        if not at_home and any("celery" in one or "kombu" in one or one[-1] == "tasks" for one in parts):
            found.append(f"{name}:{node.lineno} imports {modules[0]}")
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if called in SENDING:
                found.append(f"{name}:{node.lineno} calls {called}")
            if {word.arg for word in node.keywords} & LATER or (called == "retry" and at_home):
                found.append(f"{name}:{node.lineno} leaves work in the broker for later")
    return found


def test_nothing_but_the_machinery_knows_celery_and_nothing_sends_a_task():
    looked_at = list(sources())
    assert len(looked_at) > 300
    assert [fault for name, tree in looked_at for fault in faults_of(name, tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "from celery import shared_task",
        "import celery.result",
        "from portal.outbox.tasks import deliver",
        "from portal.outbox import tasks",
        "def view(request): deliver.delay()",
        "app.send_task('outbox.deliver')",
        "task.apply_async(countdown=60)",
        "task.something(eta=tomorrow)",
    ],
)
def test_the_search_finds_what_it_looks_for(code):
    assert faults_of("contacts/requests/views/requests.py", ast.parse(code))


def test_the_schedule_is_the_list_of_jobs():
    app.loader.import_default_modules()
    assert set(EVERY) == set(JOBS) == {name for name in app.tasks if not name.startswith("celery.")}
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == set(EVERY)


def test_a_turn_that_waited_too_long_is_thrown_away_and_none_carries_arguments():
    for entry in app.conf.beat_schedule.values():
        longest = settings.HEARTBEAT_LATE_SECONDS if entry["task"] == "outbox.heartbeat" else max(30, entry["schedule"])
        assert 30 <= entry["options"]["expires"] <= longest
        assert not entry.get("args") and not entry.get("kwargs")


def test_celery_got_the_settings_it_must_have():
    conf = app.conf
    assert conf.task_acks_late and conf.task_reject_on_worker_lost and conf.task_ignore_result
    assert conf.worker_prefetch_multiplier == 1 and conf.worker_cancel_long_running_tasks_on_connection_loss
    assert conf.enable_utc and conf.timezone == "UTC"
    assert 0 < conf.task_soft_time_limit < conf.task_time_limit <= 300
    visible = {
        conf.broker_transport_options["visibility_timeout"],
        conf.result_backend_transport_options["visibility_timeout"],
        conf.visibility_timeout,
    }
    assert len(visible) == 1 and visible.pop() >= 2 * conf.task_time_limit
    assert conf.result_backend is None


def test_only_jobs_that_claim_their_rows_run_beside_themselves():
    assert {name for name, at_once in JOBS.items() if at_once} == {
        "outbox.deliver",
        "outbox.heartbeat",
    }


def test_a_sign_of_life_that_long_jobs_keep_waiting_still_comes_in_time():
    entries = {entry["task"]: entry["options"]["expires"] for entry in app.conf.beat_schedule.values()}
    assert entries["outbox.heartbeat"] == settings.HEARTBEAT_LATE_SECONDS


@pytest.mark.django_db
def test_every_turn_of_a_job_is_a_sign_of_life_also_one_that_fails():
    def fail(at):
        raise ZeroDivisionError

    job = clock_job("test.failing")(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            job()
    finally:
        JOBS.pop("test.failing")
        app.tasks.pop("test.failing", None)
    assert Heartbeat.objects.filter(part="worker").count() == 1


@pytest.fixture
def counting():
    """Two jobs that count their turns and last until told."""
    turns = {"alone": 0, "beside": 0}

    def make(name, at_once):
        def turn(at):
            turns[name] += 1
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")
            return 1

        return clock_job(f"test.{name}", at_once=at_once)(turn)

    made = make("alone", False), make("beside", True)
    yield turns, made
    for name in turns:
        JOBS.pop(f"test.{name}")
        app.tasks.pop(f"test.{name}", None)


@pytest.mark.django_db(transaction=True)
def test_of_three_turns_at_the_same_time_one_works(counting):
    turns, (alone, beside) = counting
    assert sorted(run_together(*[alone] * 3)) == [0, 0, 1] and turns["alone"] == 1
    assert run_together(*[beside] * 3) == [1, 1, 1] and turns["beside"] == 3
    assert alone() == 1, "the name is free again"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_lets_go_of_its_name():
    with pytest.raises(ZeroDivisionError), name_taken("job:x") as mine:
        assert mine
        raise ZeroDivisionError
    (result,) = run_together(lambda: _takes("job:x"))
    assert result is True


def _takes(name):
    with name_taken(name) as mine:
        return mine
