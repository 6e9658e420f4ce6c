"""The sequencer: every committed entry gets exactly one place, without gaps, and heads are signed in time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from portal.audit.models import AuditEntry, PrivateKey, Seal, SignedHead, Tile
from portal.audit.rules import tree
from portal.audit.sealing import seal, seal_and_sign
from portal.audit.services import Job, record
from portal.audit.signing import NoSigningKey, is_signed
from portal.audit.stored import StoredNodes
from tests.audit.trails import sealed, write

pytestmark = pytest.mark.django_db


def places():
    return list(Seal.objects.values_list("index", flat=True))


def test_each_entry_gets_one_place_in_the_order_of_its_key(now, customer):
    write(now, customer, 30)
    assert seal(at=now) == 30 and seal(at=now) == 0
    assert places() == list(range(30))
    assert list(Seal.objects.values_list("entry_id", flat=True)) == sorted(
        AuditEntry.objects.values_list("pk", flat=True)
    )


def test_an_entry_that_commits_later_than_one_with_a_higher_key_is_not_skipped(now, customer):
    """Its key was drawn before that of an entry which is sealed already."""
    write(now, customer, 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('audit_auditentry', 'id'))")
        (drawn,) = cursor.fetchone()
    write(now, customer, 2)
    assert seal(at=now) == 4
    late = record(Job("demo"), "permit.used", "permit", "P-late", at=now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditentry SET id = %s WHERE id = %s", [drawn, late.pk])
    assert seal(at=now + timedelta(minutes=1)) == 1
    assert Seal.objects.get(entry_id=drawn).index == 4


def test_what_committed_hours_later_is_found_by_the_nightly_turn(now, customer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('audit_auditentry', 'id'))")
        (drawn,) = cursor.fetchone()
    write(now, customer, 2)
    seal(at=now)
    later = now + timedelta(hours=5)
    late = record(Job("demo"), "permit.used", "permit", "P-late", at=later)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditentry SET id = %s WHERE id = %s", [drawn, late.pk])
    assert seal(at=later) == 0
    assert seal(at=later, everything=True) == 1


def test_what_is_not_committed_is_not_sealed(now, customer):
    """Another connection does not see it, and an entry that vanished leaves no gap in the tree."""
    with pytest.raises(RuntimeError), transaction.atomic():
        write(now, customer, 3)
        raise RuntimeError
    write(now, customer, 2)
    assert seal(at=now) == 2 and places() == [0, 1]


def test_no_more_than_a_thousand_entries_lie_between_two_heads(now, customer):
    write(now, customer, 2_300)
    assert seal(at=now) == 2_300
    assert list(SignedHead.objects.values_list("tree_size", flat=True)) == [1_000, 2_000]
    seal_and_sign(at=now)
    assert SignedHead.objects.last().tree_size == 2_300


def test_an_hour_brings_a_head_even_without_new_entries(now, customer):
    write(now, customer, 3)
    seal(at=now)
    assert SignedHead.objects.count() == 1
    seal(at=now + timedelta(minutes=59))
    assert SignedHead.objects.count() == 1
    seal(at=now + timedelta(minutes=60))
    assert [head.tree_size for head in SignedHead.objects.all()] == [3, 3]


def test_heads_name_the_root_and_are_signed(now, customer):
    write(now, customer, 70)
    head = seal_and_sign(at=now)
    hashes = [bytes(one) for one in Seal.objects.values_list("leaf_hash", flat=True)]
    assert bytes(head.root) == tree.root(tree.nodes_of(hashes), 70)
    assert is_signed(head.plain())


def test_tiles_are_laid_when_they_are_complete_and_proofs_go_over_them(now, customer):
    write(now, customer, 600)
    for _ in range(3):
        seal(at=now, limit=250)
    head = seal_and_sign(at=now)
    assert list(Tile.objects.order_by("index").values_list("level", "index")) == [(8, 0), (8, 1)]
    hashes = [bytes(one) for one in Seal.objects.values_list("leaf_hash", flat=True)]
    for index in (0, 255, 256, 511, 512, 599):
        proof = tree.inclusion_proof(StoredNodes(), index, 600)
        assert tree.included(hashes[index], index, 600, proof, bytes(head.root))


def test_a_growing_tree_says_the_tiles_and_the_roots():
    tiled, leaves = tree.Tiled(2), [tree.leaf_hash(bytes([n])) for n in range(70)]
    nodes, told = tree.nodes_of(leaves), {}
    for size, hash in enumerate(leaves, 1):
        told |= {(level, index): tile for level, index, tile in tiled.add(hash)}
        assert tiled.root() == tree.root(nodes, size)
    assert told == {(level, index): nodes(level, index) for level in (2, 4, 6) for index in range(70 >> level)}


def test_without_a_signing_key_nothing_is_sealed(now, customer, settings):
    settings.AUDIT_SIGNING_KEY = ""
    write(now, customer, 1)
    with pytest.raises(NoSigningKey, match="AUDIT_SIGNING_KEY is not set"):
        seal(at=now)
    assert places() == []


def test_private_values_get_a_key_for_each_person_and_open_ones_none(now, customer):
    write(now, customer, 8)
    seal(at=now)
    own = AuditEntry.objects.get(verb="platform.reviewed").pk
    assert set(PrivateKey.objects.values_list("scope", flat=True)) == {f"customer:{customer.pk}", f"entry:{own}"}


def test_writing_an_entry_asks_the_database_once(now, customer, django_assert_num_queries):
    with django_assert_num_queries(1):
        record(Job("demo"), "permit.used", "permit", "P-1", at=now, customer_id=customer.pk)


@pytest.mark.parametrize("index", [5, -1])
def test_a_place_that_leaves_a_gap_is_refused(now, customer, index):
    write(now, customer, 3)
    statement = "INSERT INTO audit_seal (index, committed, leaf_hash, entry_id) VALUES (%s, '{}', %s, %s)"
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="no gaps"), transaction.atomic():
        cursor.execute(statement, [index, bytes(32), AuditEntry.objects.first().pk])


@pytest.mark.parametrize("table", ["audit_seal", "audit_signedhead", "audit_tile", "audit_anchor"])
def test_what_seals_the_trail_can_be_neither_changed_nor_deleted(now, customer, table):
    sealed(now, customer, 257)
    key = "index" if table in ("audit_seal", "audit_tile") else "id"
    with connection.cursor() as cursor:
        for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                cursor.execute(statement)
