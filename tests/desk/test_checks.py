"""Wrong combinations of settings stop the start, each with its id; good ones find nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from contacts.customers.suppression.standing import keep_keys
from portal.checks import CHECKS, combinations, kept_refusals

GOOD = {
    "LENIENT": False,
    "HTTPS": True,
    "SECRET_KEY": "k" * 50,
    "SUPPRESSION_KEY": "s" * 50,
    "SUPPRESSION_OLD_KEYS": [],
    "AUDIT_SIGNING_KEY": "a" * 50,
    "AUDIT_OLD_PUBLIC_KEYS": ["0a" * 32],
    "ALLOWED_HOSTS": ["kontakt.firma.example"],
    "SITE_URL": "https://kontakt.firma.example",
    "MAIL_FOLDER": "",
    "EMAIL_HOST_USER": "",
    "EMAIL_HOST_PASSWORD": "",
    "DPO_CONTACT": "Durchwahl 30",
    "COMPANY_NAME": "Firma GmbH",
    "HOLIDAY_COUNTRY": "DE",
    "HOLIDAY_STATE": "NW",
    "PHONE_REGION": "DE",
    "MEDIA_ROOT": Path("/var/lib/kontaktklar/media"),
    "OPT_IN_FRAME_ANCESTORS": ["https://www.firma.example"],
    "FREQUENCY_CAPS": ["30:4", "7:2"],
}


def ids(settings, **changes):
    for name, value in (GOOD | changes).items():
        setattr(settings, name, value)
    return [finding.id for finding in combinations()]


def test_a_house_set_up_well_hears_nothing(settings):
    assert ids(settings) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SECRET_KEY": "short"}, "E001"),
        ({"SUPPRESSION_KEY": ""}, "E002"),
        ({"SUPPRESSION_KEY": "k" * 50}, "E003"),
        ({"SUPPRESSION_KEY": "s" * 31}, "E011"),
        ({"SUPPRESSION_OLD_KEYS": ["o" * 50, "short"]}, "E011"),
        ({"SUPPRESSION_OLD_KEYS": ["s" * 50]}, "E012"),
        ({"SUPPRESSION_OLD_KEYS": ["o" * 50, "o" * 50]}, "E012"),
        ({"SUPPRESSION_KEY": "s" * 50 + ","}, "E013"),
        ({"SUPPRESSION_KEY": " " + "s" * 50}, "E013"),
        ({"AUDIT_SIGNING_KEY": ""}, "E040"),
        ({"AUDIT_SIGNING_KEY": "a" * 31}, "E040"),
        ({"AUDIT_SIGNING_KEY": "k" * 50}, "E041"),
        ({"AUDIT_OLD_PUBLIC_KEYS": ["0A" * 32]}, "E042"),
        ({"CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 599}}, "E016"),
        ({"CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS": {}}, "E016"),
        ({"CELERY_VISIBILITY_TIMEOUT": 700}, "E016"),
        ({"CELERY_TASK_SOFT_TIME_LIMIT": 300}, "E017"),
        ({"CELERY_TASK_ACKS_LATE": False}, "E018"),
        ({"CELERY_WORKER_PREFETCH_MULTIPLIER": 4}, "E018"),
        ({"CELERY_TIMEZONE": "Europe/Berlin"}, "E018"),
        ({"CLOCK_PACE": 0}, "E018"),
        ({"ALLOWED_HOSTS": []}, "E004"),
        ({"ALLOWED_HOSTS": ["*"]}, "E004"),
        ({"SITE_URL": "kontakt.firma.example"}, "E005"),
        ({"SITE_URL": "http://kontakt.firma.example"}, "E005"),
        ({"MAIL_FOLDER": "/tmp/mails"}, "E006"),
        ({"EMAIL_HOST_PASSWORD": "secret"}, "E007"),
        ({"HOLIDAY_STATE": "XX"}, "E010"),
        ({"HOLIDAY_COUNTRY": "XX"}, "E010"),
        ({"PHONE_REGION": "Köln"}, "E010"),
        ({"OPT_IN_FRAME_ANCESTORS": ["www.firma.example"]}, "E015"),
        ({"OPT_IN_FRAME_ANCESTORS": ["https://www.firma.example/shop"]}, "E015"),
        ({"OPT_IN_FRAME_ANCESTORS": ["*"]}, "E015"),
        ({"FREQUENCY_CAPS": ["4"]}, "E019"),
        ({"FREQUENCY_CAPS": ["30:0"]}, "E019"),
        ({"FREQUENCY_CAPS": ["-30:4"]}, "E019"),
        ({"FREQUENCY_CAPS": ["400:4"]}, "E019"),
        ({"HTTPS": False, "SITE_URL": "http://kontakt.firma.example"}, "W001"),
        ({"DPO_CONTACT": ""}, "W002"),
        ({"COMPANY_NAME": "Kontaktklar"}, "W003"),
    ],
)
def test_each_wrong_combination_has_its_id(settings, changes, expected):
    assert ids(settings, **changes) == [f"kontaktklar.{expected}"]


def test_uploaded_lists_never_lie_where_files_are_served(settings):
    assert ids(settings, MEDIA_ROOT=Path(settings.STATIC_ROOT) / "media") == ["kontaktklar.E009"]


def test_another_database_is_refused(settings):
    settings.DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    try:
        assert ids(settings) == ["kontaktklar.E008"]
    finally:
        settings.DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"


def database_ids():
    return [finding.id for finding in kept_refusals(databases=["default"])]


@pytest.mark.django_db
def test_keys_that_do_not_find_the_refusals_stop_the_start(settings, now):
    settings.SUPPRESSION_KEY, settings.SUPPRESSION_OLD_KEYS = "n" * 50, ["o" * 50]
    keep_keys(at=now)
    assert database_ids() == []
    assert kept_refusals(databases=[]) == []
    for old, key in (([], "n" * 50), (["o" * 50], "x" * 50), (["n" * 50], "o" * 50)):
        settings.SUPPRESSION_OLD_KEYS, settings.SUPPRESSION_KEY = old, key
        assert database_ids() == ["kontaktklar.E014"]
        with pytest.raises(SystemCheckError, match=r"kontaktklar\.E014"):
            call_command("check", databases=["default"])


@pytest.mark.django_db
def test_digests_of_an_earlier_key_are_told(settings, customer):
    settings.SUPPRESSION_OLD_KEYS = ["o" * 50]
    assert database_ids() == ["kontaktklar.W004"]


@pytest.mark.django_db
def test_before_the_first_migration_there_is_nothing_to_check(now):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE customers_suppressionkey RENAME TO gone")
        assert database_ids() == []


def test_every_finding_says_what_to_do(settings):
    for name, value in (GOOD | {"SECRET_KEY": "x", "SUPPRESSION_KEY": "", "SITE_URL": ""}).items():
        setattr(settings, name, value)
    assert all(finding.hint for finding in combinations())


def test_the_checks_belong_to_every_start():
    assert combinations in checks.registry.registry.get_checks()
    assert len(CHECKS) == len(set(CHECKS))


# --- a worker


@pytest.mark.django_db
def test_a_worker_refuses_what_migrate_refuses(settings):
    from portal.celery import SafeSettings, app

    assert SafeSettings in app.steps["worker"]
    assert ids(settings) == []
    SafeSettings(None)
    settings.SUPPRESSION_KEY = "short"
    with pytest.raises(SystemExit, match=r"must not go live[\s\S]*kontaktklar\.E011"):
        SafeSettings(None)


@pytest.mark.django_db
def test_a_worker_with_another_key_than_the_refusals_does_not_start(settings, now):
    from portal.celery import SafeSettings

    assert ids(settings) == []
    keep_keys(at=now)
    SafeSettings(None)
    settings.SUPPRESSION_KEY = "another key of this house, long enough"
    with pytest.raises(SystemExit, match=r"kontaktklar\.E014"):
        SafeSettings(None)


def test_a_started_worker_ends_at_once_with_the_reason():
    """The real command: no broker is asked before the settings are."""
    env = os.environ | {"SUPPRESSION_KEY": "short", "REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--pool=solo"]
    told = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode != 0 and "kontaktklar.E011" in told.stderr + told.stdout
