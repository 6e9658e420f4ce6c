"""Fixtures that every test may use: real PostgreSQL, mails in a folder of the test's own, a named cast."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from django.utils import translation

from tests import cast as players

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """PYTEST_DB names another test database, so that two runs can go on side by side. PYTEST_TEMPLATE names one that
    is migrated already: then every process of the run copies it instead of migrating its own."""
    settings_dict = connections["default"].settings_dict
    settings_dict["TEST"]["TEMPLATE"] = os.environ.get("PYTEST_TEMPLATE")
    name = os.environ.get("PYTEST_DB")
    if name:
        suffix = os.environ.get("PYTEST_XDIST_WORKER", "")
        settings_dict["TEST"]["NAME"] = f"{name}_{suffix}" if suffix else name


@pytest.fixture(autouse=True, scope="session")
def _flush_append_only_tables():
    """Tests with real commits clean up by TRUNCATE, which append-only tables refuse: the broom, and only the
    broom, lifts the guards for its own statement."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    sweep = DatabaseOperations.execute_sql_flush

    def sweep_guarded(self, sql_list):
        guarded = _guarded_tables(self.connection)
        off = [f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"' for table, name in guarded]
        on = [f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"' for table, name in guarded]
        sweep(self, [*off, *sql_list, *on])
        _restore_migration_rows()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", sweep_guarded)
        yield


def _guarded_tables(connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgname LIKE '%%no_truncate'"
        )
        return cursor.fetchall()


def _restore_migration_rows():
    """What migrations write is part of an empty database: the platforms and the routing table."""
    from importlib import import_module

    from django.apps import apps

    import_module("contacts.requests.migrations.0002_guards").register_platforms(apps, None)
    import_module("contacts.requests.migrations.0006_routing_guards").ship_default(apps, None)


@pytest.fixture(autouse=True)
def mail_folder(settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "portal.outbox.folder.FolderBackend"
    settings.MAIL_FOLDER = str(tmp_path / "mails")
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    return tmp_path / "mails"


@pytest.fixture(autouse=True)
def _no_second_factor_asked(settings):
    """As in the demo; the tests of the second factor ask for it as a company does (tests/people/second_factor)."""
    settings.MFA_REQUIRED_ROLES = []


@pytest.fixture(autouse=True)
def _english():
    """Sentences of services are tested in English; what German says is the catalogue's own test."""
    with translation.override("en"):
        yield


@pytest.fixture
def now() -> datetime:
    """A Tuesday within contact hours: 11:00 in Berlin."""
    return datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def cast(db, now) -> players.Cast:
    return players.make_cast(now)


@pytest.fixture
def customer(db, now):
    return players.make_customer(now)


@pytest.fixture
def accounts(cast, now) -> players.Accounts:
    return players.make_accounts(cast, now)
