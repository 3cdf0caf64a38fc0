"""From the lines drawn on a page to the cells that they enclose, merged ones over several rows or columns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Points. Lines that should meet are drawn this far apart by some programs.
_TOLERANCE: Final = 2.5
_SHORTEST: Final = 4.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line, across or down: `at` is its own place, `start` and `end` its reach on the other axis."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class RuledTable:
    """Lines of the grid, top down and left to right; for each box the upper left box that it belongs to."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    owners: tuple[tuple[tuple[int, int], ...], ...]

    def box(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the own box at a point; None outside."""
        row, column = bisect_right(self.rows, y) - 1, bisect_right(self.columns, x) - 1
        if 0 <= row < len(self.rows) - 1 and 0 <= column < len(self.columns) - 1:
            return self.owners[row][column]
        return None


def find_tables(across: list[Rule], down: list[Rule]) -> list[RuledTable]:
    """Every group of lines that meet and enclose at least two boxes, from the top of the page down."""
    across, down = _joined(across), _joined(down)
    groups = _groups(across, down)
    tables = [table for group in groups if (table := _table(*group)) is not None]
    return sorted(tables, key=lambda table: table.rows[0])


def _joined(rules: list[Rule]) -> list[Rule]:
    """Pieces of one line made whole: many programs draw each cell's side by itself."""
    places = _places([rule.at for rule in rules])
    by_place: dict[float, list[Rule]] = {}
    for rule in rules:
        by_place.setdefault(_nearest(places, rule.at), []).append(rule)
    joined: list[Rule] = []
    for place, pieces in by_place.items():
        pieces.sort(key=lambda rule: rule.start)
        start, end = pieces[0].start, pieces[0].end
        for piece in pieces[1:]:
            if piece.start > end + _TOLERANCE:
                joined.append(Rule(place, start, end))
                start = piece.start
                end = piece.end
            end = max(end, piece.end)
        joined.append(Rule(place, start, end))
    return [rule for rule in joined if rule.end - rule.start >= _SHORTEST]


def _places(values: list[float]) -> list[float]:
    """The distinct ones, those within the tolerance of their neighbour taken as one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _TOLERANCE:
            places.append(value)
    return places


def _nearest(places: list[float], value: float) -> float:
    index = bisect_right(places, value + _TOLERANCE) - 1
    return min(places[max(index - 1, 0) : index + 1], key=lambda place: abs(place - value))


def _meet(across: Rule, down: Rule) -> bool:
    return (
        across.start - _TOLERANCE <= down.at <= across.end + _TOLERANCE
        and down.start - _TOLERANCE <= across.at <= down.end + _TOLERANCE
    )


def _groups(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that hang together."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    waiting_across, waiting_down = set(across), set(down)
    while waiting_across:
        group: tuple[list[Rule], list[Rule]] = ([waiting_across.pop()], [])
        reached_across, reached_down = list(group[0]), list[Rule]()
        while reached_across or reached_down:
            if reached_across:
                rule = reached_across.pop()
                found = {other for other in waiting_down if _meet(rule, other)}
                waiting_down -= found
                reached_down += found
                group[1].extend(found)
            else:
                rule = reached_down.pop()
                found = {other for other in waiting_across if _meet(other, rule)}
                waiting_across -= found
                reached_across += found
                group[0].extend(found)
        groups.append(group)
    return groups


def _table(across: list[Rule], down: list[Rule]) -> RuledTable | None:
    if not down:
        return None
    rows = _places([rule.at for rule in across])
    # A table may be open at its sides: its lines across then reach further than those down.
    ends = [min(rule.start for rule in across), max(rule.end for rule in across)]
    columns = _places([rule.at for rule in down] + ends)
    boxes = (len(rows) - 1) * (len(columns) - 1)
    if len(rows) < 2 or len(columns) < 2 or boxes < 2:  # noqa: PLR2004 - two lines enclose one box
        return None
    sides = _walls(down, columns, rows)
    floors = _walls(across, rows, columns)
    owners: list[list[tuple[int, int]]] = []
    for row in range(len(rows) - 1):
        owners.append([])
        for column in range(len(columns) - 1):
            owner = (row, column)
            if column and (row, column) not in sides:
                owner = owners[row][column - 1]
            elif row and (column, row) not in floors:
                owner = owners[row - 1][column]
            owners[row].append(owner)
    return RuledTable(tuple(columns), tuple(rows), tuple(map(tuple, owners)))


def _walls(rules: list[Rule], places: list[float], steps: list[float]) -> set[tuple[int, int]]:
    """Where a line stands: (step along it, place) as indices."""
    walls: set[tuple[int, int]] = set()
    for rule in rules:
        place = places.index(_nearest(places, rule.at))
        for step, (start, end) in enumerate(pairwise(steps)):
            middle = (start + end) / 2
            if rule.start <= middle <= rule.end:
                walls.add((step, place))
    return walls
