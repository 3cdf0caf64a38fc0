"""Tables that a page break has cut: the same columns at the foot of one page and the head of the next.

The break cuts merged cells too, and rows in the middle of a sentence. A row without its first cell is the
rest of the row above it; a blank cell at the head of a page goes on from a filled one above the break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.importers.files.grid import Block, Cell, Grid, Paragraph, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PAGE_NUMBER: Final = re.compile(
    r"[-—–―·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:[\s,，/]*共?\s*\d{1,4}\s*页?)?[-—–―·\s]*"
)
_SHIFT: Final = 6.0
_HEADER_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """A block of a page; `columns` are the lines of a grid, from left to right."""

    block: Block
    columns: tuple[float, ...] = ()


def joined(pages: Iterable[Sequence[Placed]]) -> list[Block]:
    """The blocks of all pages, page numbers left out and cut tables made whole."""
    placed: list[Placed] = []
    for page in pages:
        items = _without_page_number(page)
        if placed and items and _go_on(placed[-1], items[0]):
            placed[-1] = Placed(_one(placed[-1].block, items[0].block), items[0].columns)
            items = items[1:]
        placed += items
    return [item.block for item in placed]


def _without_page_number(page: Sequence[Placed]) -> list[Placed]:
    items = list(page)
    for end in (0, -1):
        if items and isinstance(block := items[end].block, Paragraph) and _PAGE_NUMBER.fullmatch(block.text):
            del items[end]
    return items


def _go_on(above: Placed, below: Placed) -> bool:
    return bool(above.columns) and len(above.columns) == len(below.columns) and all(
        abs(one - other) < _SHIFT for one, other in zip(above.columns, below.columns, strict=True)
    )  # fmt: skip


def _one(above: Block, below: Block) -> Grid:
    assert isinstance(above, Grid)  # noqa: S101 - only grids have columns
    assert isinstance(below, Grid)  # noqa: S101
    rows = [list(row.cells) for row in above.rows]
    places = [row.where for row in above.rows]
    heads = {_texts(row) for row in above.rows[:_HEADER_ROWS]}
    new = list(below.rows)
    while new and any(_texts(new[0])) and _texts(new[0]) in heads:
        del new[0]
    if new and _is_rest(new[0], rows[-1]):
        _append(rows, new[0])
        offset = len(rows) - 1
    else:
        offset = len(rows)
        rows += [list(new[0].cells)] if new else []
        places += [row.where for row in new[:1]]
        if new:
            _carry_on(rows)
    for number, row in enumerate(new[1:], start=1):
        cells: list[Cell] = []
        for column, cell in enumerate(row.cells):
            # A cell that hangs from the page's first row takes what that row now says.
            is_cut = cell.up == number
            cells.append(_hanging(rows[offset][column], cell, number) if is_cut else cell)
        rows.append(cells)
        places.append(row.where)
    cells_and_places = zip(rows, places, strict=True)
    return Grid(above.where, tuple(Row(tuple(cells), where) for cells, where in cells_and_places))


def _texts(row: Row) -> tuple[str, ...]:
    return tuple("".join(cell.text.split()) for cell in row.cells)


def _is_rest(row: Row, above: list[Cell]) -> bool:
    """Without its first cell, where the row above has one, and with something else."""
    return not row.cells[0].text and bool(above[0].text) and any(cell.text for cell in row.cells)


def _append(rows: list[list[Cell]], rest: Row) -> None:
    last = len(rows) - 1
    for column, cell in enumerate(rest.cells):
        if not cell.is_own or not cell.text:
            continue
        head = rows[last][column]
        text = head.text + cell.text
        top, left = last - head.up, column - head.left
        # Every position of a merged cell holds its text.
        for line in range(top, last + 1):
            for place, other in enumerate(rows[line]):
                if (line - other.up, place - other.left) == (top, left):
                    rows[line][place] = Cell(text, other.up, other.left)


def _carry_on(rows: list[list[Cell]]) -> None:
    above, row = rows[-2], rows[-1]
    for column, cell in enumerate(row):
        if cell.is_own and not cell.text and above[column].text:
            row[column] = Cell(above[column].text, above[column].up + 1, above[column].left)


def _hanging(head: Cell, cell: Cell, number: int) -> Cell:
    return Cell(head.text, head.up + number, cell.left)
