"""Which requests may be decided together."""

from dataclasses import replace

import pytest

from contacts.requests.routing.alike import MOST, Alone, Item, Part, sort_alike

PARTS = ((Part.REASON, "debt_collection"), (Part.WAY, "sms/"), (Part.TEXT, "abc"))
ITEM = Item(1, "needs_manager_approval", PARTS)


def several(count, start=1, **changes):
    return [replace(ITEM, id=start + number, **changes) for number in range(count)]


def test_equal_ones_go_together():
    done = sort_alike(several(3))
    assert ([one.id for one in done.together], done.left_out) == ([1, 2, 3], ())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"unchanged": False}, Alone.CHANGED),
        ({"officer": True}, Alone.OFFICER),
        ({"outcome": "needs_dpo_approval"}, Alone.OFFICER),
        ({"outcome": "allowed"}, Alone.OFFICER),
        ({"outcome": ""}, Alone.OFFICER),
        ({"danger": True}, Alone.DANGER),
        ({"sensitive": True}, Alone.SENSITIVE),
        ({"minor": True}, Alone.MINOR),
        ({"objection": True}, Alone.OBJECTION),
        ({"wording": True}, Alone.WORDING),
    ],
)
def test_what_is_delicate_stands_alone(changes, why):
    done = sort_alike([*several(2), replace(ITEM, id=9, **changes)])
    assert [one.id for one in done.together] == [1, 2]
    assert [(one.item.id, one.why) for one in done.left_out] == [(9, why)]


def test_the_largest_equal_set_is_taken_and_the_others_hear_what_is_different():
    other = (*PARTS[:2], (Part.TEXT, "xyz"))
    done = sort_alike([*several(1, 9, parts=other), *several(2)])
    assert [one.id for one in done.together] == [1, 2]
    assert [(one.item.id, one.why, one.parts) for one in done.left_out] == [(9, Alone.DIFFERENT, (Part.TEXT,))]


def test_of_two_sets_as_large_the_first_marked_is_taken():
    other = (*PARTS[:2], (Part.TEXT, "xyz"))
    assert sort_alike([*several(1, 9, parts=other), *several(1)]).together[0].id == 9


def test_there_is_a_most():
    done = sort_alike(several(MOST + 2))
    assert len(done.together) == MOST
    assert {one.why for one in done.left_out} == {Alone.TOO_MANY}


def test_one_that_is_marked_twice_counts_once_and_nothing_is_nothing():
    assert len(sort_alike([ITEM, ITEM]).together) == 1
    assert sort_alike([]).together == ()
