"""The role that runs the portal owns nothing and changes no ledger, and is enough for every verb."""

import os
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.database import lock_name
from portal.operations.postgres import Server
from portal.operations.roles import demand_little, grants, statements
from portal.operations.trouble import Unverified
from tests.portal.test_append_only import LEDGERS
from tests.requests import test_audit_of_verbs as verbs

pytestmark = pytest.mark.django_db
ROLE = f"kontaktklar_app_{os.getpid()}"
LONG = os.environ.get("KONTAKTKLAR_LONG") == "1"
#: Each must be refused, and each would do damage to evidence.
ATTACKS = [
    "UPDATE audit_auditentry SET verb = 'x'",
    "DELETE FROM audit_auditentry",
    "TRUNCATE audit_auditentry CASCADE",
    "UPDATE consent_consentevent SET kind = 'given'",
    "DELETE FROM requests_decisionrecord",
    "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_auditentry_append_only ON audit_auditentry",
    "DROP TABLE consent_consentevent CASCADE",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "CREATE TRIGGER quiet BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION portal_refuse_change()",
    "CREATE RULE quiet AS ON INSERT TO audit_auditentry DO INSTEAD NOTHING",
    # Without the right to grant this is only a warning, so what follows must be refused.
    "GRANT UPDATE ON audit_auditentry TO CURRENT_USER; UPDATE audit_auditentry SET verb = 'x'",
    "ALTER TABLE audit_auditentry OWNER TO CURRENT_USER",
    "DELETE FROM django_migrations",
    "COPY audit_auditentry TO PROGRAM 'cat'",
    "CREATE TABLE public.audit_copy AS SELECT 1",
    "SET ROLE kontaktklar",
]


@pytest.fixture(scope="module")
def superuser(django_db_setup):
    server = Server(connection.settings_dict)
    server.words |= {"user": "postgres"}
    return server


@pytest.fixture(scope="module")
def role(superuser, django_db_blocker):
    """A real role with its rights committed; the owner of the tables may put itself in its place."""
    with django_db_blocker.unblock(), superuser.connected(autocommit=True) as root:
        root.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT")
        try:
            root.execute(f"GRANT {ROLE} TO {connection.settings_dict['USER']}")
            for statement in statements(ROLE):
                root.execute(statement)
            yield ROLE
        finally:
            root.execute(f"DROP OWNED BY {ROLE}")
            root.execute(f"DROP ROLE {ROLE}")


@pytest.fixture
def as_the_role(role):
    """Django's connection is the running role until the end of the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


def test_none_of_the_attacks_succeeds(role):
    server = Server(connection.settings_dict)
    server.words |= {"user": role}
    succeeded = []
    with server.connected(autocommit=True) as attacker:
        for attack in ATTACKS:
            try:
                attacker.execute(attack)
                succeeded.append(attack)
            except psycopg.errors.InsufficientPrivilege:
                pass
    assert succeeded == []
    assert len(ATTACKS) >= 12


def test_each_ledger_is_one_for_the_role_too(db):
    rights = {grant.table: set(grant.rights) for grant in grants()}
    assert [table for table in LEDGERS if not {"SELECT", "INSERT"} <= rights[table]] == []
    assert [table for table in LEDGERS if {"DELETE", "TRUNCATE"} & rights[table]] == []
    changing = {table for table in LEDGERS if "UPDATE" in rights[table]}
    # Of these only the words go, with their person; of a refused address only the key's generation changes.
    assert changing == {
        "customers_objection",
        "customers_suppressionentry",
        "incidents_assessment",
        "incidents_decision",
        "incidents_entry",
        "requests_comment",
        "requests_condition",
        "requests_contact",
        "requests_promotiondispute",
        "requests_promotionoverride",
        "requests_reassignment",
        "requests_review",
    }


def test_the_role_has_little_and_the_owner_much(as_the_role):
    demand_little()
    told = StringIO()
    call_command("database_roles", check=True, stdout=told)
    assert "owns nothing" in told.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    with pytest.raises(CommandError, match=r"The portal's database role owns .* \(and \d+ more\)"):
        call_command("database_roles", check=True)


def test_a_right_that_was_given_on_top_is_found_and_taken_back(role, as_the_role):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"GRANT UPDATE ON audit_auditentry TO {role}")
        cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(Unverified, match="may UPDATE audit_auditentry"):
            demand_little()
        cursor.execute("RESET ROLE")
        call_command("database_roles", role=role, apply=True, stdout=StringIO())
        cursor.execute(f"SET LOCAL ROLE {role}")
        demand_little()


def test_a_role_that_is_not_there_is_a_sentence(db):
    with pytest.raises(CommandError, match="There is no role nobody_here: a superuser makes it"):
        call_command("database_roles", role="nobody_here", apply=True)


def test_what_is_printed_is_what_is_carried_out(role):
    told = StringIO()
    call_command("database_roles", role=role, stdout=told)
    lines = [line for line in told.getvalue().splitlines() if not line.startswith("--")]
    assert f'GRANT SELECT, INSERT ON "public"."audit_auditentry" TO "{role}";' in lines
    with connection.cursor() as cursor:
        for line in lines[1:-1]:
            cursor.execute(line)


@pytest.mark.parametrize(
    "prepare", [row[1] for row in (verbs.TABLE if LONG else verbs.TABLE[::40])], ids=lambda prepare: prepare.__name__
)
def test_the_verbs_of_the_portal_work_as_the_role(prepare, cast, customer, accounts, now, settings, as_the_role):
    """The situation before each verb is made by verbs too, so each of these runs a good many."""
    scene = verbs.Scene(cast, customer, accounts, now, settings)
    prepare(scene)()


def test_locks_and_temporary_tables_are_open_to_the_role(as_the_role):
    lock_name("x")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE own (a int) ON COMMIT DROP")
