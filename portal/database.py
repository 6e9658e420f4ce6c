"""What the database itself refuses (for migrations), and a lock for things that have no row yet."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.migrations.operations import RunSQL
from psycopg.errors import LockNotAvailable

logger = logging.getLogger(__name__)
_FUNCTION = """
CREATE OR REPLACE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on a table.

    The triggers are ENABLE ALWAYS, so they also fire under ``session_replication_role = replica``, the usual way
    around triggers (PostgreSQL manual, ALTER TABLE). They bind the table's owner as well.
    """
    return RunSQL(
        sql=f"""{_FUNCTION}
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
        """,
        reverse_sql=f"""
        DROP TRIGGER IF EXISTS {table}_append_only ON {table};
        DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};
        """,
    )


#: Stands where words about somebody were who is erased by now; each room's `GONE` says the same.
GONE = "[…]"
_FORGETTING = f"""
CREATE OR REPLACE FUNCTION portal_only_words_go() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept jsonb := to_jsonb(OLD); wanted jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        wanted := to_jsonb(NEW);
        FOR place IN 0 .. TG_NARGS - 1 LOOP
            IF wanted ->> TG_ARGV[place] = '{GONE}' THEN
                kept := kept - TG_ARGV[place];
                wanted := wanted - TG_ARGV[place];
            END IF;
        END LOOP;
        IF kept = wanted THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION portal_only_of_the_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint;
BEGIN
    EXECUTE TG_ARGV[0] INTO whose USING NEW;
    IF NOT EXISTS (SELECT 1 FROM customers_customer WHERE id = whose AND anonymised_at IS NOT NULL) THEN
        RAISE EXCEPTION '% is append-only: its words go only with the person', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""


def only_of_the_forgotten(table: str, whose: str, *columns: str) -> RunSQL:
    """Let these columns change only where, at the end of the transaction, the person is erased. `whose` is a query for
    the customer's key in which `$1` is the row."""
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return RunSQL(
        sql=f"""{_FORGETTING}
        CREATE CONSTRAINT TRIGGER {table}_of_the_forgotten AFTER UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION portal_only_of_the_forgotten($whose${whose}$whose$);
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_of_the_forgotten;
        """,
        reverse_sql=f"DROP TRIGGER {table}_of_the_forgotten ON {table};",
    )


def words_go(table: str, *columns: str) -> RunSQL:
    """In a table that is append-only, let these columns of words give way to the mark `GONE`; together with
    `only_of_the_forgotten`, which says for whom."""
    names = ", ".join(f"'{column}'" for column in columns)
    made = "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {does};"
    always = f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;"
    dropped = f"DROP TRIGGER {table}_append_only ON {table};"
    return RunSQL(
        sql=f"{_FORGETTING}{dropped}{made.format(table=table, does=f'portal_only_words_go({names})')}{always}",
        reverse_sql=f"{dropped}{made.format(table=table, does='portal_refuse_change()')}{always}",
    )


def lets_go(table: str, guard: str, function: str, *, over: str, others: str = "UPDATE") -> RunSQL:
    """Let a row of a guarded table be deleted once its time is over, and never before: the one way that retention has.

    `guard` is the table's trigger, which calls `function` before `others` OR DELETE. From now on it leaves DELETE to a
    second trigger that asks first. `over` is SQL about the row `old` and the clock of the database: the shortest time
    that the law leaves, whatever the company has set, and that no legal hold stands. There is nothing to switch:
    whoever deletes a row whose time is not over is refused, the owner too.
    """
    return RunSQL(
        sql=f"""
        CREATE FUNCTION {table}_time_is_over(old {table}) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT coalesce({over}, FALSE)
        $$;
        DROP TRIGGER {guard} ON {table};
        CREATE TRIGGER {guard} BEFORE {others} ON {table} FOR EACH ROW EXECUTE FUNCTION {function};
        CREATE TRIGGER {table}_until BEFORE DELETE ON {table}
            FOR EACH ROW WHEN (NOT {table}_time_is_over(OLD)) EXECUTE FUNCTION {function};
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard};
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_until;
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_until ON {table};
        DROP TRIGGER {guard} ON {table};
        CREATE TRIGGER {guard} BEFORE {others} OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function};
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard};
        DROP FUNCTION {table}_time_is_over({table});
        """,
    )


def lock_name(name: str) -> None:
    """Wait until nobody else holds this name; it is let go when the transaction ends. For what has no row to lock:
    an address that nobody knows yet, a counter that does not exist yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def lock_name_within(name: str, *, milliseconds: int) -> bool:
    """As `lock_name`, or False where somebody else has held the name for so long meanwhile. After False the caller
    should end its transaction, which goes on waiting no longer than this for anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])
        try:
            with transaction.atomic():
                lock_name(name)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                return False
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
        return True


@contextmanager
def name_taken(name: str) -> Iterator[bool]:
    """Hold this name over several transactions, or find at once (False) that another session does, which is logged: a
    session can outlive its host for a while. A pooler in front of the database must be in session mode."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", [name])
        mine = bool(cursor.fetchone()[0])
    if not mine:
        logger.warning("%s is taken by another session", name)
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 1))", [name])
