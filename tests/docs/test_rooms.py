"""The picture of the rooms is the house as it is imported."""

import pytest

from tests.docs import rooms


@pytest.fixture(scope="module")
def house():
    return rooms.house()


def test_picture_and_table_are_current(house):
    again = "The imports have changed: run python -m tests.docs.rooms."
    assert rooms.PICTURE.read_text(encoding="utf-8") == rooms.drawn(house), again
    assert rooms.PAGE.read_text(encoding="utf-8") == rooms.page(house), again


def test_the_rules_import_no_room_and_requests_do(house):
    assert house.arrows["contacts.policy"] == set()
    assert house.arrows["contacts.requests"] >= {"consent", "training", "contacts.policy"}
    assert "desk" in house.roof and "audit" in house.floor and not set(house.roof) & set(house.floor)


def test_arrows_that_follow_from_others_are_left_out():
    arrows = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert rooms.reduced(arrows) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_no_two_rooms_stand_on_each_other(house):
    places = list(rooms.places(house.arrows).values())
    assert len(set(places)) == len(places)
