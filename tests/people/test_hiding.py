"""What is told of tables about people: small groups never, nor anything from which one could reckon back to them."""

import random
from itertools import product

import pytest

from portal.people.hiding import NOTHING, Cell, fold, joined, together, told_in_line, told_in_table


def cell(people: int, count: int | None = None) -> Cell:
    return Cell(people if count is None else count, people)


@pytest.mark.parametrize(("people", "small"), [(1, True), (4, True), (5, False), (60, False)])
def test_fewer_than_five_people_are_a_small_group_however_much_they_did(people, small):
    assert Cell(count=100, people=people).is_small is small


def test_that_there_is_nothing_may_be_told():
    assert not NOTHING.is_small and not Cell(0, 0, (2,)).is_small


def test_a_filter_must_not_leave_a_small_group_outside():
    """Twelve of all thirteen: the difference of the two looks would be the thirteenth."""
    assert Cell(12, 12, apart=(1,)).is_small
    assert not Cell(12, 12, apart=(0, 5)).is_small


def test_cells_put_together_may_be_the_same_people():
    assert together([Cell(3, 3, (1, 0)), Cell(9, 4, (2, 7))]) == Cell(12, 4, (2, 7))


def test_small_series_are_told_as_one_with_the_fewest_of_the_others():
    groups = {"a": [cell(50), cell(60)], "b": [cell(3), cell(9)], "c": [cell(20), cell(20)], "d": [cell(2), NOTHING]}
    kept, rest = fold(groups)
    assert (kept, rest) == (["a"], ["b", "c", "d"])
    assert [one.count for one in joined(groups, rest)] == [25, 29]


def test_nothing_is_put_together_where_nothing_is_small():
    assert fold({"a": [cell(5)], "b": [NOTHING]}) == (["a", "b"], [])


def test_where_everybody_together_is_small_no_series_is_told_alone():
    assert fold({"a": [cell(2)], "b": [cell(1)]}) == ([], ["a", "b"])


def test_a_sum_hides_the_smallest_large_part_with_the_small_one():
    assert told_in_line([cell(3), cell(9), cell(6), NOTHING], cell(18)) == ([False, True, False, True], True)


def test_a_sum_is_left_out_where_no_part_can_be_hidden_with_the_small_one():
    assert told_in_line([cell(3), cell(3), NOTHING], cell(6)) == ([False, False, True], False)
    assert told_in_line([cell(2)], cell(2)) == ([False], False)


def test_a_line_without_small_parts_is_told_whole():
    assert told_in_line([cell(5), NOTHING], cell(5)) == ([True, True], True)


def with_sums(rows: list[list[int]]) -> list[list[Cell]]:
    """A table of single people, with its sums as the last row and column."""
    wide = [[*row, sum(row)] for row in rows]
    return [[cell(number) for number in row] for row in [*wide, [sum(column) for column in zip(*wide, strict=True)]]]


def test_a_table_without_small_cells_is_told_whole():
    assert all(all(row) for row in told_in_table(with_sums([[5, 9], [7, 8]])))


def test_one_small_cell_takes_a_rectangle_with_it():
    told = told_in_table(with_sums([[3, 20, 30], [10, 11, 40], [50, 60, 70]]))
    assert told[0] == [False, False, True, True] and told[1] == [False, False, True, True] and all(told[2] + told[3])


def test_nothing_is_told_of_a_table_with_no_other_cell_to_hide():
    assert told_in_table([[cell(3), cell(3)], [cell(3), cell(3)]]) == [[False, False], [False, False]]


def solutions(rows: list[list[int]], told: list[list[bool]], most: int = 30) -> list[dict]:
    """Every table of whole numbers that agrees with what is told: by trying all, for tables of two by two."""
    cells = with_sums(rows)
    found = []
    for numbers in product(range(most), repeat=4):
        other = with_sums([list(numbers[:2]), list(numbers[2:])])
        if all(
            other[row][column].count == cells[row][column].count
            for row, column in product(range(3), range(3))
            if told[row][column]
        ):
            found.append(numbers)
    return found


@pytest.mark.parametrize("rows", [[[3, 9], [8, 7]], [[1, 6], [2, 12]], [[4, 5], [5, 4]]])
def test_no_small_number_follows_from_what_is_told(rows):
    found = solutions(rows, told_in_table(with_sums(rows)), most=20)
    small = [place for place, number in enumerate([*rows[0], *rows[1]]) if number < 5]
    for place in small:
        assert len({numbers[place] for numbers in found}) > 1, "the small number can be reckoned"


def test_every_small_cell_of_any_table_lies_on_a_closed_way_of_hidden_cells():
    """Take it out, and its row and its column still hang together over hidden cells: nothing gives it away."""
    chance = random.Random(7)
    for _turn in range(60):
        width, height = chance.randrange(2, 5), chance.randrange(2, 7)
        rows = [[chance.choice([0, 1, 3, 6, 9, 40]) for _ in range(width)] for _ in range(height)]
        cells = with_sums(rows)
        told = told_in_table(cells)
        places = list(product(range(height + 1), range(width + 1)))
        hidden = {place for place in places if not told[place[0]][place[1]]}
        small = {place for place in places if cells[place[0]][place[1]].is_small}
        assert small <= hidden
        if len(hidden) < len(places):
            for place in small:
                assert _hangs_together(hidden - {place}, place)


def _hangs_together(hidden, place) -> bool:
    reached, grown = {("row", place[0])}, True
    while grown:
        more = {end for row, column in hidden for end in (("row", row), ("column", column))
                if {("row", row), ("column", column)} & reached}  # fmt: skip
        grown, reached = bool(more - reached), reached | more
    return ("column", place[1]) in reached
