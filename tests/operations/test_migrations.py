"""New migrations let the version before them go on working, and hold no table for long (docs/deployment.md).

`KONTAKTKLAR_LONG=1` looks at every migration again and holds the list of exceptions to be exactly what is found.
"""

import logging
import os

import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

pytestmark = pytest.mark.django_db
LONG = os.environ.get("KONTAKTKLAR_LONG") == "1"
#: Reasons for exceptions.
BEFORE = "made before the first release: no house has an earlier version that would have to go on working beside it"
#: What the linter objects to in what is there, and why it may stay. Nothing is added here without a reason of its own.
EXCEPTIONS = {
    "consent.0002_wordings": BEFORE,
    "consent.0012_sign_ups_keep_their_end": BEFORE,
    "consent.0013_wordings_of_earlier": BEFORE,
    "customers.0004_suppression_rings": BEFORE,
    "customers.0005_objection_by_customer": BEFORE,
    "incidents.0003_who_must_be_told": BEFORE,
    "machines.0002_decisions": BEFORE,
    "machines.0003_idempotency_keys": BEFORE,
    "machines.0005_whose_answers": BEFORE,
    "outbox.0002_letters": BEFORE,
    "outbox.0004_bundles_marks_operators": BEFORE,
    "people.0003_inbox": BEFORE,
    "requests.0003_private_account": BEFORE,
    "requests.0004_release": BEFORE,
    "requests.0005_routing": BEFORE,
    "requests.0008_permits": BEFORE,
    "requests.0015_work_profiles": BEFORE,
    "screening.0003_patience": BEFORE,
    "training.0004_authoring": BEFORE,
    "training.0009_more_time_without_reason": BEFORE,
    "training.0010_item_sums": BEFORE,
    "training.0011_one_open_attempt_per_way": BEFORE,
}
#: Up to here everything has been looked at, for the first release; what comes after it is looked at in every run.
LOOKED_AT = {
    "audit": "0003_guards",
    "consent": "0014_due_in_order",
    "customers": "0006_erased_stay_empty",
    "incidents": "0003_who_must_be_told",
    "machines": "0005_whose_answers",
    "operations": "0001_initial",
    "outbox": "0005_errors_name_nobody_old_mails_are_read",
    "people": "0003_inbox",
    "requests": "0016_makers_of_keys",
    "rulebook": "0002_guards",
    "screening": "0003_patience",
    "training": "0011_one_open_attempt_per_way",
    "webhooks": "0001_initial",
}


@pytest.fixture(scope="module")
def loader(django_db_blocker):
    with django_db_blocker.unblock():
        return MigrationLoader(None, ignore_no_migrations=True)


def ours(loader) -> list:
    """Every migration of our own apps, in order."""
    rooms = ("portal.", "contacts.", "consent.", "training.")
    found = [one for one in loader.disk_migrations.values() if type(one).__module__.startswith(rooms)]
    return sorted(found, key=lambda one: (one.app_label, one.name))


def objections(migrations) -> set[str]:
    """What the linter finds fault with. It prints why."""
    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    linter = MigrationLinter(str(settings.BASE_DIR), no_cache=True, quiet=["ok", "ignore", "warning"])
    found = set()
    for one in migrations:
        before = linter.nb_erroneous
        linter.lint_migration(one)
        if linter.nb_erroneous > before:
            found.add(f"{one.app_label}.{one.name}")
    return found


def is_new(one) -> bool:
    return one.name > LOOKED_AT.get(one.app_label, "")


def test_new_migrations_hold_nothing_up(loader):
    new = [one for one in ours(loader) if is_new(one)]
    assert objections(new) - set(EXCEPTIONS) == set(), "see docs/deployment.md, Migrations without a pause"


def test_what_the_list_names_is_there(loader):
    known = {f"{one.app_label}.{one.name}" for one in ours(loader)}
    assert set(EXCEPTIONS) <= known and {f"{app}.{name}" for app, name in LOOKED_AT.items()} <= known


def test_a_migration_that_breaks_the_version_before_is_found(loader):
    """Of what is there: a column without a default for those who do not know it, a column and a table that go; and one
    that only adds a table."""
    samples = {"people.0003_inbox", "training.0009_more_time_without_reason", "training.0010_item_sums"}
    wanted = [one for one in ours(loader) if f"{one.app_label}.{one.name}" in samples | {"operations.0001_initial"}]
    assert objections(wanted) == samples


@pytest.mark.skipif(not LONG, reason="looks at all migrations: KONTAKTKLAR_LONG=1")
def test_the_exceptions_are_exactly_what_is_found(loader):
    assert objections(ours(loader)) == set(EXCEPTIONS)
