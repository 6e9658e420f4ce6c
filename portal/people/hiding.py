"""What of a table about people may be told, so that no small group can be found, nor reckoned back from a sum.

Pure: the standard library, and the one size of `groups`. A cell counts things (permits, withdrawals) and knows how many
people stand behind them. Cells of fewer than five people are small and never told. A sum gives a single hidden cell
away, so other, larger ones are hidden with it: in a table with sums of rows and columns a hidden cell is safe exactly
if it lies on a closed way of hidden cells (of which every row and column holds none or two), because then a number can
be moved along that way and every sum stays.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from portal.people.groups import may_be_told

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """So many things, and how many different people stand behind them, at least.

    `apart`: where the reader could also see a wider look (without the filter, over more weeks), the people behind
    each part that the wider look adds. The difference of the two looks would tell about those.
    """

    count: int = 0
    people: int = 0
    apart: tuple[int, ...] = ()

    @property
    def is_small(self) -> bool:
        """Nothing about a small group may be told; that there is nothing at all may."""
        if not self.count:
            return False
        return not may_be_told(self.people) or any(rest and not may_be_told(rest) for rest in self.apart)


NOTHING = Cell()


def together(cells: Iterable[Cell]) -> Cell:
    """Several cells as one. The same people may stand behind each, so of the people only the most are certain."""
    found = list(cells)
    width = max((len(cell.apart) for cell in found), default=0)
    rests = [[cell.apart[place] for cell in found if place < len(cell.apart)] for place in range(width)]
    return Cell(
        sum(cell.count for cell in found),
        max((cell.people for cell in found), default=0),
        tuple(max(rest) for rest in rests),
    )


def fold(groups: Mapping[str, Sequence[Cell]]) -> tuple[list[str], list[str]]:
    """Which groups can be told one by one at every place, and which have to be told as one, the small ones and as many
    of the others, the fewest first, as it takes to hide them. The order is kept."""
    rest = [name for name, cells in groups.items() if any(cell.is_small for cell in cells)]
    kept = [name for name in groups if name not in rest]
    by_size = sorted(kept, key=lambda name: sum(cell.count for cell in groups[name]))
    while rest and by_size and any(cell.is_small for cell in joined(groups, rest)):
        rest.append(by_size.pop(0))
    return [name for name in groups if name not in rest], [name for name in groups if name in rest]


def joined(groups: Mapping[str, Sequence[Cell]], names: Sequence[str]) -> list[Cell]:
    """The groups of these names as one, place by place."""
    return [together(cells) for cells in zip(*(groups[name] for name in names), strict=True)]


def told_in_line(parts: Sequence[Cell], total: Cell) -> tuple[list[bool], bool]:
    """Which parts may be told, and whether their sum may stand beside them."""
    told = [not part.is_small for part in parts]
    if total.is_small:
        return told, False
    hidden = [part for part, is_told in zip(parts, told, strict=True) if not is_told]
    if not hidden:
        return told, True
    large = [place for place, part in enumerate(parts) if told[place] and part.count]
    if not large:
        return told, False
    told[min(large, key=lambda place: parts[place].count)] = False
    return told, True


def told_in_table(cells: Sequence[Sequence[Cell]]) -> list[list[bool]]:
    """Which cells of a table may be told. The last row and the last column are its sums, the corner the sum of all.

    Each small cell gets a closed way of other hidden cells, none of them small nor empty: the one that costs the least
    things. Where there is none, nothing is told.
    """
    width = range(len(cells[0]) if cells else 0)
    small = {(row, column) for row in range(len(cells)) for column in width if cells[row][column].is_small}
    hidden = set(small)
    for place in sorted(small):
        way = _cheapest_way(cells, place, small, hidden)
        if way is None:
            return [[False for _column in width] for _row in cells]
        hidden.update(way)
    return [[(row, column) not in hidden for column in width] for row in range(len(cells))]


def _cheapest_way(
    cells: Sequence[Sequence[Cell]], start: Place, small: set[Place], hidden: set[Place]
) -> list[Place] | None:
    """From the row of a small cell to its column over other cells, by Dijkstra; what is hidden costs nothing."""
    goal, ties = ("column", start[1]), count()
    queue: list[tuple[int, int, tuple[str, int], list[Place]]] = [(0, next(ties), ("row", start[0]), [])]
    done: set[tuple[str, int]] = set()
    while queue:
        cost, _tie, node, way = heapq.heappop(queue)
        if node == goal:
            return way
        if node in done:
            continue
        done.add(node)
        for place, beyond in _edges(cells, node):
            if place not in small and place != start and cells[place[0]][place[1]].count:
                more = 0 if place in hidden else cells[place[0]][place[1]].count
                heapq.heappush(queue, (cost + more, next(ties), beyond, [*way, place]))
    return None


def _edges(cells: Sequence[Sequence[Cell]], node: tuple[str, int]) -> list[tuple[Place, tuple[str, int]]]:
    kind, number = node
    if kind == "row":
        return [((number, column), ("column", column)) for column in range(len(cells[number]))]
    return [((row, number), ("row", row)) for row in range(len(cells))]
