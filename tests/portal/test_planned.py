"""Statements that go past the driver's cursors behave as those that Django sends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, IntegrityError, OperationalError, close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.requests.models import GivenDecision
from portal.audit.models import AuditEntry
from portal.audit.services import Job, entry
from portal.machines.services import make_token
from portal.people.models import User
from portal.planned import ask, insert, insert_with, numbered
from tests.portal.test_together import plain

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


def given(token, customer, **fields):
    point = customer.contact_points.first()
    plain = {
        "token": token,
        "customer": customer,
        "contact_point": point,
        "purpose": "service",
        "at": AT,
        "made_at": AT,
    }
    rest = {"body_digest": "0" * 64, "facts": {}, "rule_set": 1, "rule_set_hash": "1" * 64, "outcome": "allowed"}
    return GivenDecision(**plain, **rest, answer={"ä": [1, None]}, **fields)


@pytest.fixture
def token(cast, now):
    return make_token(cast.adam, name="Shop", scopes=["decisions:write"], expires_at=now + timedelta(1), at=now)[0]


@pytest.mark.django_db
def test_two_rows_by_one_statement_are_what_save_would_have_written(token, customer, cast, django_assert_num_queries):
    told = {"at": AT, "customer_id": customer.pk, "before": {"ö": 1}, "after": {"through": "x"}}
    row, (kept, saved) = given(token, customer, key="k"), (entry(cast.anna, "x.done", "x", 7, **told) for _n in "12")
    with django_assert_num_queries(1):
        assert insert_with(row, kept, once=("token_id", "key"))
    saved.save(force_insert=True)
    assert plain(AuditEntry.objects.get(pk=kept.pk)) == plain(saved) | {"id": kept.pk}
    assert plain(GivenDecision.objects.get(pk=row.pk)) == plain(row)
    assert not row._state.adding and not kept._state.adding


@pytest.mark.django_db
def test_where_the_first_is_there_already_neither_is_written(token, customer, cast):
    assert insert_with(given(token, customer, key="k"), entry(Job("x"), "x", "x", 1, at=AT), once=("token_id", "key"))
    again = entry(Job("x"), "x", "x", 2, at=AT)
    assert not insert_with(given(token, customer, key="k"), again, once=("token_id", "key"))
    assert again.pk is None and not AuditEntry.objects.filter(verb="x", subject_id="2").exists()
    assert GivenDecision.objects.count() == 1


@pytest.mark.django_db
def test_where_the_second_cannot_be_written_neither_is(token, customer):
    too_long = entry(Job("x"), "x" * 500, "x", 1, at=AT)
    with pytest.raises(DataError), transaction.atomic():
        insert_with(given(token, customer, key=None), too_long, once=("token_id", "key"))
    assert not GivenDecision.objects.exists()
