"""Whoever has the database in their hands, guards lifted, is found out: by every change of a single row, and by every
rewriting of the whole chain, signed with the stolen key, once a head was anchored elsewhere.

A sample of it, or all of it with KONTAKTKLAR_LONG=1: 1,000 changes and 100 rewritings, by the owner of the tables and
by a superuser.
"""

import os
import random

import pytest
from django.db import connection, connections

from portal.audit.sealing import seal_and_sign
from portal.audit.verifying import verify
from tests.audit.tampering import TABLES, opened, undone
from tests.audit.trails import sealed, write

LONG = os.environ.get("KONTAKTKLAR_LONG") == "1"
ENTRY = "UPDATE audit_auditentry SET {} WHERE id = (SELECT entry_id FROM audit_seal WHERE index = {})"
# What becomes of a row: each statement changes, deletes or adds exactly one row.
ENTRIES = [
    "at = at + interval '1 microsecond'",
    "at = at - interval '3 days'",
    "actor_id = (SELECT min(id) FROM people_user), job = ''",
    "job = job || 'x'",
    "verb = 'permit.granted'",
    "verb = verb || ' '",
    "subject_type = 'request'",
    "subject_id = subject_id || '0'",
    "customer_id = coalesce(customer_id, 0) + 1",
    "customer_id = CASE WHEN customer_id IS NULL THEN 1 END",
    """before = before || '{"state": "expired"}'""",
    """after = after || '{"use": 2}'""",
    """after = after || '{"last_name": "Anders"}'""",
    """after = after || '{"reason": "Anders"}'""",
    """before = '{"erased": true}'""",
    """after = (SELECT jsonb_object_agg(key, '{"erased": true}'::jsonb) FROM jsonb_each(after))""",
    "id = id + 1000000",
]
SEALS = [
    "UPDATE audit_seal SET index = index + 1000000 WHERE index = {place}",
    "UPDATE audit_seal SET entry_id = (SELECT max(id) FROM audit_auditentry) WHERE index = {place}",
    "UPDATE audit_seal SET leaf_hash = decode('{noise}', 'hex') WHERE index = {place}",
    """UPDATE audit_seal SET committed = '{{"after": {{"use": "{noise}"}}}}' WHERE index = {place}""",
    "UPDATE audit_seal SET committed = '[1]' WHERE index = {place}",
    "DELETE FROM audit_seal WHERE index = {place}",
    "DELETE FROM audit_auditentry WHERE id = (SELECT entry_id FROM audit_seal WHERE index = {place})",
    (
        "INSERT INTO audit_seal (index, entry_id, committed, leaf_hash) SELECT max(index) + 2, (SELECT max(id) FROM"
        " audit_auditentry), '{{}}', decode('{noise}', 'hex') FROM audit_seal"
    ),
]
TREE = [
    "UPDATE audit_tile SET hash = decode('{noise}', 'hex') WHERE index = 0",
    "UPDATE audit_tile SET index = 7 WHERE index = 0",
    "UPDATE audit_tile SET level = 16 WHERE index = 0",
    "DELETE FROM audit_tile WHERE index = 0",
    "UPDATE audit_signedhead SET root = decode('{noise}', 'hex') WHERE id = {head}",
    "UPDATE audit_signedhead SET tree_size = tree_size - 1 WHERE id = {head}",
    "UPDATE audit_signedhead SET tree_size = tree_size + 1 WHERE id = {head}",
    "UPDATE audit_signedhead SET at = at - interval '1 hour' WHERE id = {head}",
    "UPDATE audit_signedhead SET key = decode('{noise}', 'hex') WHERE id = {head}",
    "UPDATE audit_signedhead SET signature = decode('{noise}{noise}', 'hex') WHERE id = {head}",
    "UPDATE audit_signedhead SET last_entry = last_entry - 1 WHERE id = {head}",
    "DELETE FROM audit_signedhead WHERE id = {head}",
    (
        "INSERT INTO audit_signedhead (tree_size, root, at, key, signature, last_entry) SELECT tree_size,"
        " decode('{noise}', 'hex'), at, key, signature, last_entry FROM audit_signedhead WHERE id = {head}"
    ),
    "UPDATE audit_privatekey SET key = decode('{noise}', 'hex') WHERE scope LIKE 'customer:%'",
    "DELETE FROM audit_privatekey WHERE scope LIKE 'customer:%'",
    "UPDATE audit_privatekey SET scope = 'x' WHERE scope LIKE 'customer:%'",
]


@pytest.fixture(params=["owner", "superuser"])
def hands(request, django_db_setup, django_db_blocker):
    """Whose connection the test runs on: that of the owner of the tables, or a superuser's."""
    default = connections["default"]
    own = default.settings_dict["USER"]
    if request.param == "superuser":
        with django_db_blocker.unblock():
            default.close()
            default.settings_dict["USER"] = "postgres"
    yield request.param
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict["USER"] = own


@pytest.fixture
def intruder(hands, db, request, now):
    """The number of the newest head of a sealed trail; one entry has no seal yet, so that a seal can be moved to it."""
    request.getfixturevalue("cast")
    customer = request.getfixturevalue("customer")
    sealed(now, customer, 280)
    write(now, customer, 1, first=999)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (hands == "superuser",)
        cursor.execute("SELECT max(id) FROM audit_signedhead")
        (head,) = cursor.fetchone()
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint WHERE contype = 'f' AND"
            " conrelid IN ('audit_seal'::regclass, 'audit_anchor'::regclass)"
        )
        REFERENCES[:] = cursor.fetchall()
    assert verify().ok
    return head


def tampered(draw, head, statement):
    place = draw.randrange(280)
    made = (
        ENTRY.format(statement, place)
        if statement in ENTRIES
        else statement.format(place=place, noise=draw.randbytes(32).hex(), head=head)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        lift_references(cursor)
        cursor.execute(made)
        return cursor.rowcount, made


def lift_references(cursor):
    """An intruder drops what stands in the way, references included."""
    for table, name in REFERENCES:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")


REFERENCES = []


def test_every_change_of_a_single_row_is_found(intruder):
    draw, missed, done = random.Random(1), [], 0
    kinds = [*ENTRIES, *SEALS, *TREE]
    for number in range(500 if LONG else len(kinds)):
        statement = kinds[number % len(kinds)]
        with undone():
            count, made = tampered(draw, intruder, statement)
            assert count == 1, made
            done += 1
            if verify().ok:
                missed.append(made)
    assert missed == [] and done == (500 if LONG else len(kinds))


REWRITES = [
    "UPDATE audit_auditentry SET verb = 'permit.granted' WHERE id = {entry}",
    "DELETE FROM audit_auditentry WHERE id = {entry}",
    "UPDATE audit_auditentry SET at = at - interval '1 day' WHERE id = {entry}",
    """UPDATE audit_auditentry SET after = '{{"last_name": "Anders"}}' WHERE id = {entry}""",
    "UPDATE audit_auditentry SET id = -id WHERE id = {entry}",
    (
        "INSERT INTO audit_auditentry (at, job, verb, subject_type, subject_id, before, after)"
        " SELECT at, job, verb, subject_type, 'P-forged', before, after FROM audit_auditentry WHERE id = {entry}"
    ),
]


def clear(cursor):
    """Everything that was ever computed over the entries."""
    for table in ("audit_anchor", "audit_signedhead", "audit_tile", "audit_seal", "audit_privatekey"):
        cursor.execute(f"DELETE FROM {table}")


def test_every_rewriting_of_the_whole_chain_is_found_though_it_is_signed(intruder, now):
    """The whole tree is built anew over changed entries and signed with the very key: it is right in itself, and not
    the one of which the anchored head tells."""
    draw, missed = random.Random(2), []
    for number in range(50 if LONG else len(REWRITES)):
        with undone(), opened() as cursor:
            lift_references(cursor)
            cursor.execute("SELECT entry_id FROM audit_seal WHERE index = %s", [draw.randrange(280)])
            (entry,) = cursor.fetchone()
            clear(cursor)
            cursor.execute(REWRITES[number % len(REWRITES)].format(entry=entry))
            assert cursor.rowcount == 1
            seal_and_sign(at=now)
            found = verify()
            if found.ok or found.finding not in ("anchor", "short"):
                missed.append((number, found))
    assert missed == []


def test_a_rewriting_that_nobody_anchored_before_would_be_right_in_itself(intruder, now, settings):
    """That the file of heads is what finds it: with a file of the rewriter's own the forgery passes."""
    with opened() as cursor:
        clear(cursor)
        cursor.execute("UPDATE audit_auditentry SET verb = 'x' WHERE id = (SELECT min(id) FROM audit_auditentry)")
    head = seal_and_sign(at=now)
    assert verify().finding in ("anchor", "short")
    with open(settings.AUDIT_HEADS_FILE, "w", encoding="utf-8") as file:
        file.write(head.plain().line())
    assert verify().ok
