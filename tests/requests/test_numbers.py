"""Permit numbers over the telephone: every wrong digit and every swap is noticed, whatever the caller's spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.requests.numbers import WrongDigits, permit_key, permit_number, request_key

KEYS = st.integers(min_value=1, max_value=10**9)


def digits_of(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def test_a_number_has_its_shape():
    assert permit_number(42) == "P-100042-90"


@given(KEYS)
def test_a_number_leads_back_to_its_permit(key):
    assert permit_key(permit_number(key)) == key


@given(KEYS, st.data())
def test_every_single_wrong_digit_is_noticed(key, data):
    digits = list(digits_of(permit_number(key)))
    place = data.draw(st.integers(0, len(digits) - 1))
    digits[place] = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    assert isinstance(permit_key("".join(digits)), WrongDigits)


@given(KEYS, st.data())
def test_two_neighbours_in_the_wrong_order_are_noticed(key, data):
    digits = digits_of(permit_number(key))
    unequal = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1]]
    place = data.draw(st.sampled_from(unequal))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert isinstance(permit_key(swapped), WrongDigits)


@pytest.mark.parametrize(
    "typed", ["P-100042-90", "p-100042-90", " P 100042 90 ", "10004290", "P–100042–90", "P.100.042/90"]
)
def test_it_is_understood_however_it_is_written(typed):
    assert permit_key(typed) == 42


@pytest.mark.parametrize(
    "typed", ["", "P", "R-1042", "Z-2026-48291301-7", "P-100042-²0", "P-1e5-90", "9" * 40, "P-99999-"]
)
def test_what_has_another_shape_is_no_number(typed):
    assert permit_key(typed) is None or isinstance(permit_key(typed), WrongDigits)


def test_nothing_below_the_first_number_is_a_permit():
    below = next(f"{n}" for n in range(9_900_000, 10_000_000) if n % 97 == 1)
    assert permit_key(below) is None


def test_what_was_typed_is_shown_in_the_usual_spelling():
    assert permit_key("p 100042 91") == WrongDigits("P-100042-91")


@pytest.mark.parametrize(("typed", "key"), [("R-1042", 42), ("r-1042", 42), ("1042", 42)])
def test_the_number_of_a_request_leads_to_its_key(typed, key):
    assert request_key(typed) == key


@pytest.mark.parametrize("typed", ["", "R-", "R-x", "R-²", "R--1", "P-1042", "9" * 15])
def test_what_is_no_number_of_a_request_has_no_key(typed):
    assert request_key(typed) is None
