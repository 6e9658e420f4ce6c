"""Whatever people press and in whatever order: no permit whose approver asked for it, wrote it or stood in for one of
these, none for other words than were approved, no lapsed request granted.

APPROVAL_HISTORIES=10000x50 sets histories and steps; the default is 70x50 and, with KONTAKTKLAR_LONG=1, 200x50.
"""

import os
from collections import Counter

import pytest
from django.db import connection, transaction

from contacts.requests.rules import TRANSITIONS
from tests.requests.histories.world import Company, History

pytestmark = pytest.mark.django_db
USUAL = "200x50" if os.environ.get("KONTAKTKLAR_LONG") else "70x50"
HISTORIES, STEPS = (int(number) for number in os.environ.get("APPROVAL_HISTORIES", USUAL).split("x"))
TABLE = {(row.verb.value, row.source.value, target.value) for row in TRANSITIONS for target in row.targets}


def test_no_permit_without_four_eyes_on_its_words(cast, accounts, now):
    company, taken, refused = Company(cast, accounts, now), Counter(), Counter()
    for seed in range(HISTORIES):
        paper = one_history(company, seed)
        taken += paper.taken
        refused += paper.refused
    moves = Counter({move: count for move, count in taken.items() if move[1]})
    print(f"\n{sum(moves.values())} moves, {sum(refused.values())} refusals")
    for (verb, before, after), count in sorted(moves.items()):
        print(f"  {verb:12} {before:13} -> {after:13} {count}")
    assert set(moves) <= TABLE, "a move that the table does not know"
    if HISTORIES >= 70:
        assert TABLE - set(moves) == set(), "a move that was never made"


def one_history(company: Company, seed: int):
    """In a savepoint of its own, undone at the end; the constraints that wait for the end are asked before."""
    mark, history = transaction.savepoint(), History(company, seed)
    try:
        paper = history.run(STEPS)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return paper
    except BaseException:
        print(f"seed {seed}: {history.story}")
        raise
    finally:
        transaction.savepoint_rollback(mark)
