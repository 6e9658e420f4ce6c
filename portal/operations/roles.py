"""Two accounts of the database: one that migrates and owns everything, one that runs the portal and owns nothing.

What the running portal may do with a table is read from the guards that the table carries, so a new ledger is a ledger
for this role too (docs/decisions/0042). Triggers bind the owner as well; the role takes away what lies beyond them:
switching them off, other tables, other rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from portal.operations.trouble import Unverified

LEDGER = ("SELECT", "INSERT")
#: Rows that let one thing change by their own trigger, such as words that go with a person.
KEPT = ("SELECT", "INSERT", "UPDATE")
PLAIN = ("SELECT", "INSERT", "UPDATE", "DELETE")
#: What only a migration writes.
READ = ("SELECT",)
#: Ledgers of which only these columns may be written to, and that only as far as their guards let it be: the values of
#: an entry go with their person; a certificate is locked, for which PostgreSQL asks for UPDATE on one column at least.
COLUMNS = {"audit_auditentry": ("before", "after"), "training_certificate": ("id",)}
READ_ONLY = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
_TABLES = """
SELECT c.relname, max(p.proname) FILTER (WHERE t.tgname = c.relname || '_append_only')
FROM pg_class c
LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
LEFT JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
GROUP BY c.relname ORDER BY c.relname
"""
_TOO_MUCH = """
SELECT 'is a superuser or may get around the rules' FROM pg_roles
    WHERE rolname = current_user AND (rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication)
UNION ALL SELECT 'owns ' || relname FROM pg_class
    WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    AND relnamespace = 'public'::regnamespace
UNION ALL SELECT 'may become the role ' || rolname FROM pg_roles
    WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')
UNION ALL SELECT 'may create things in the schema public'
    WHERE has_schema_privilege(current_user, 'public', 'CREATE')
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the running role may do with one table."""

    table: str
    rights: tuple[str, ...]


def grants() -> list[Grant]:
    """Every table of the portal. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return [Grant(table, _rights(table, guard)) for table, guard in cursor.fetchall()]


def _rights(table: str, guard: str | None) -> tuple[str, ...]:
    if table in READ_ONLY:
        return READ
    if guard is None:
        return PLAIN
    return LEDGER if guard == "portal_refuse_change" or table in COLUMNS else KEPT


def statements(role: str) -> Iterator[sql.Composed]:
    """What gives the role its rights, and takes from it what earlier grants gave. To be run by the owner, in one
    transaction, after every migration."""
    name, database = sql.Identifier(role), sql.Identifier(str(connection.settings_dict["NAME"]))
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name)
    yield sql.SQL("REVOKE ALL ON SCHEMA public FROM {}").format(name)
    yield sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, name)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    for grant in grants():
        rights = sql.SQL(", ").join(sql.SQL(right) for right in grant.rights)
        yield sql.SQL("GRANT {} ON {} TO {}").format(rights, sql.Identifier("public", grant.table), name)
    for table, columns in COLUMNS.items():
        named = sql.SQL(", ").join(map(sql.Identifier, columns))
        yield sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(named, sql.Identifier("public", table), name)


def too_much() -> list[str]:
    """What the role of this connection has that the running portal must not have."""
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MUCH)
        found = [words for (words,) in cursor.fetchall()]
        for grant in grants():
            for right in sorted({"UPDATE", "DELETE", "TRUNCATE", "TRIGGER"} - set(grant.rights)):
                cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [f'public."{grant.table}"', right])
                if cursor.fetchone()[0]:
                    found.append(f"may {right} {grant.table}")
    return found


def demand_little() -> None:
    """Raises Unverified where the portal runs as somebody who may do more than it needs."""
    found = too_much()
    if found:
        words = _("The portal's database role %(what)s%(more)s. Run it as a role of its own: manage.py database_roles.")
        more = _(" (and %(count)s more)") % {"count": len(found) - 1} if found[1:] else ""
        raise Unverified(words % {"what": found[0], "more": more})
