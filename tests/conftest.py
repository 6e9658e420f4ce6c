"""Fixtures that every test may use: real PostgreSQL, mails in a folder of the test's own, a named cast."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connections
from django.utils import translation

from tests import broom
from tests import cast as players

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread
configured.LENIENT = False  # pages are those of production, as Django's own runner has it with DEBUG


#: What takes longest, by the beginning of its place.
LONG = (
    "tests/races/",
    "tests/embedded/test_up",
    "tests/requests/test_histories",
    "tests/consent/test_machine",
    "tests/operations/",
    "tests/screening/test_same_answers",
    "tests/customers/importing/test_killed",
    "tests/customers/test_suppression_rotation",
    "tests/webhooks/test_killed",
    "tests/api/test_conformance",
    "tests/policy/test_two_changes",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Long tests begin first, so that no process is left alone with one in the end: each process is given an equal part
    of the list (xdist, worksteal), and each part begins with some of them."""
    parts = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [item for item in items if item.nodeid.startswith(LONG)]
    short = [item for item in items if not item.nodeid.startswith(LONG)]
    size = -(-len(items) // parts)
    items.clear()
    for part in range(parts):
        mine = long[part::parts]
        room = size - len(mine)
        items += [*mine, *short[:room]]
        del short[:room]
    items += short


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
def _swept_by_the_broom():
    """See tests/broom.py; what Django would write anew after a migration was never swept away."""
    from django.core.management.commands import flush
    from django.db.backends.postgresql.operations import DatabaseOperations

    def swept(self, sql_list):
        broom.sweep(self.connection, sql_list)
        _restore_migration_rows()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", swept)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_names: None)
        yield


def _restore_migration_rows():
    """What migrations write is part of an empty database: the platforms and the routing table."""
    from importlib import import_module

    from django.apps import apps

    import_module("contacts.requests.migrations.0002_guards").register_platforms(apps, None)
    import_module("contacts.requests.migrations.0006_routing_guards").ship_default(apps, None)


@pytest.fixture(autouse=True, scope="session")
def _static_files_found_once():
    """Every test client builds the middleware anew, and WhiteNoise's would look at each of the two hundred static
    files each time: more work than most pages are. What is found once in a process stays as true as in one that
    serves."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def look_once(self):
        ways = (self.static_prefix, self.max_age, tuple(map(str, configured.STATICFILES_DIRS)))
        if ways not in found:
            look(self)
            found[ways] = dict(self.files)
        self.files.update(found[ways])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session")
def _shelf(tmp_path_factory) -> Iterator[Path]:
    """A folder for each test in its turn: pytest's own numbering reads all that are there, clears and links, which for
    most tests is more work than they are."""
    shelf = tmp_path_factory.mktemp("shelf")
    return (shelf / str(number) for number in count())


@pytest.fixture(autouse=True)
def mail_folder(settings, _shelf) -> Path:
    own = next(_shelf)
    own.mkdir()
    settings.EMAIL_BACKEND = "portal.outbox.folder.FolderBackend"
    settings.MAIL_FOLDER = str(own / "mails")
    settings.MEDIA_ROOT = own / "media"
    settings.AUDIT_HEADS_FILE = str(own / "heads.jsonl")
    settings.AUDIT_SIGNING_KEY = "of the tests alone: a head that they sign proves nothing"
    settings.ERASURE_LEDGER = own / "erasures.jsonl"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    return own / "mails"


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
