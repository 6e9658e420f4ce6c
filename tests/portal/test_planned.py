"""Statements that go past the driver's cursors behave as those that Django sends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, OperationalError, close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.audit.models import AuditEntry
from portal.audit.services import Job, entry
from portal.people.models import User
from portal.planned import ask, insert, numbered

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def number_of(word):
    return ask("SELECT length($1)", [word])


def on_its_own_connection(act):
    """In a thread, whose connection is in no transaction and may be lost."""

    def whole():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(whole).result()


def test_percent_signs_are_no_places():
    assert numbered("a LIKE 'x%%' AND b = %s AND c = %s") == "a LIKE 'x%' AND b = $1 AND c = $2"


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["ä", "a'b", "\\", "{x}", "€" * 5000])
def test_a_value_arrives_as_it_was_sent(word):
    assert ask("SELECT $1::text, length($1)", [word]) == (word, len(word))


@pytest.mark.django_db
def test_no_row_is_none():
    assert ask("SELECT 1 WHERE $1 = 'b'", ["a"]) is None


@pytest.mark.django_db
def test_a_constraint_raises_what_django_raises(cast):
    with pytest.raises(IntegrityError, match="people_user"), transaction.atomic():
        insert(User(email=cast.anna.email, first_name="A", last_name="B", person_number="N-1"))
    assert number_of("abc") == (3,)


@pytest.mark.django_db
def test_a_statement_stands_in_the_log_of_queries():
    with CaptureQueriesContext(connection) as captured:
        number_of("abc")
    assert [query["sql"] for query in captured] == ["SELECT length($1)"]


@pytest.mark.django_db
def test_wrappers_of_statements_see_it():
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert number_of("abc") == (3,)
    assert seen == [("SELECT length($1)", ["abc"])]


@pytest.mark.django_db
def test_as_the_first_statement_it_begins_the_transaction():
    def fail():
        with transaction.atomic():
            insert(entry(Job("x"), "x.done", "x", 7, at=AT))
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        on_its_own_connection(fail)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_what_the_server_has_forgotten_is_prepared_again():
    def forgetful():
        with connection.cursor() as cursor:
            number_of("abc")
            cursor.execute("DEALLOCATE ALL")
        return number_of("ab")

    assert on_its_own_connection(forgetful) == (2,)


@pytest.mark.django_db
def test_a_column_of_another_kind_since_is_read_as_it_is_now():
    def changing():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 7 AS one")
            before = ask("SELECT one FROM changing", [])
            cursor.execute("ALTER TABLE changing ALTER one TYPE text")
        return before, ask("SELECT one FROM changing", [])

    assert on_its_own_connection(changing) == ((7,), ("7",))


@pytest.mark.django_db
def test_a_connection_that_the_server_has_closed_is_replaced_in_the_next_request():
    def closed():
        (mine,) = ask("SELECT pg_backend_pid()", [])
        on_its_own_connection(lambda: ask("SELECT pg_terminate_backend($1, 5000)", [mine]))
        close_old_connections()
        return number_of("ab")

    assert on_its_own_connection(closed) == (2,)


@pytest.mark.django_db
def test_a_connection_that_breaks_under_a_statement_is_an_operational_error():
    with pytest.raises(OperationalError):
        on_its_own_connection(lambda: ask("SELECT pg_terminate_backend(pg_backend_pid(), 1)", []))
