"""Tables of figures, whole: header rows made one, with the caption and the unit above them; footnotes are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.figures import read_figure
from tracker.importers.files.grid import Grid
from tracker.importers.indicators.table_pieces import is_body, join_pieces, row_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.files.grid import Block, Cell, Row

_LONGEST_CAPTION: Final = 80
_LOOK_BACK: Final = 4
_HEADER_ROWS: Final = 4
_GROUP_LABEL: Final = re.compile(r".{0,4}(?:类别|类型|分类|类|领域|方面|维度|板块)")
_UNIT_LINE: Final = re.compile(r"[（(]?(?:计量)?单位\s*[:：]\s*(?P<unit>[^）)\s]{1,12})\s*[）)]?")
_UNIT_INSIDE: Final = re.compile(r"[（(]\s*单位\s*[:：]\s*(?P<unit>[^）)\s]{1,12})\s*[）)]")
_TABLE_NUMBER: Final = re.compile(r"附?[表图]\s*[\d一二三四五六七八九十]{0,3}(?:[-—]\d+)?\s*[:：]?\s*")
_NOTE: Final = re.compile(r"\s*(?:备?注|说明)\s*\d*\s*[:：．.]|\s*[①*※]")
_GLUED: Final = re.compile(r"(?P<value>[^\s]{1,16})\s+(?P<heading>\S.*)", re.DOTALL)
_OF_WHICH: Final = "其中"


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A grid with one row of column labels. Rows are as long as `labels`; a blank cell is "".

    `is_below` says of each column that its label stands under 其中: it is a part of a total to its left.
    """

    caption: str
    unit: str
    labels: tuple[str, ...]
    is_below: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    places: tuple[str, ...]
    where: str


def figure_tables(blocks: Sequence[Block]) -> list[FigureTable]:
    """The tables of `blocks` that have a header and rows; what their figures mean is not asked here."""
    joined = join_pieces(blocks)
    return [
        table
        for index, block in enumerate(joined)
        if isinstance(block, Grid) and (table := _read(block, _before(joined, index)))
    ]


def _before(blocks: Sequence[Block], index: int) -> list[str]:
    """The paragraphs right above a table, the nearest first."""
    lines: list[str] = []
    for block in reversed(blocks[max(0, index - _LOOK_BACK) : index]):
        if isinstance(block, Grid):
            break
        lines.append(" ".join(block.text.split()))
    return lines


def _read(grid: Grid, above: list[str]) -> FigureTable | None:
    rows = [row_texts(row) for row in grid.rows]
    titles = 0
    while titles < len(rows) and len(set(filter(None, rows[titles]))) <= 1:
        titles += 1
    inside = [next(filter(None, row), "") for row in rows[:titles]]
    below_header = range(titles + 1, min(len(rows), titles + 1 + _HEADER_ROWS))
    first_body = next((index for index in below_header if is_body(rows[index])), None)
    if first_body is None or len(rows[titles]) < 3:  # noqa: PLR2004 - a name and two figures
        return None
    width = max(len(row) for row in rows[titles:first_body])
    labels, is_below = _labels(grid.rows[titles:first_body], width)
    is_grouped = not grid.merges_known and bool(_GROUP_LABEL.fullmatch(labels[0]))
    body = [_filled(row, width) if is_grouped else _padded(row, width) for row in rows[first_body:]]
    body[-1] = _unglued(body[-1], grid)
    lines = [*reversed(inside), *above]
    return FigureTable(
        caption=_caption(lines),
        unit=_unit(lines),
        labels=labels,
        is_below=is_below,
        rows=tuple(row for row in body if not _is_note(row)),
        places=tuple(
            row.where for row, texts in zip(grid.rows[first_body:], body, strict=True) if not _is_note(texts)
        ),
        where=grid.where,
    )


def _labels(rows: Sequence[Row], width: int) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """One label a column: those of the header's rows from above to below, without 其中."""
    columns: list[list[str]] = [[] for _ in range(width)]
    texts = [_spread(row_texts(row), rows, index, width) for index, row in enumerate(rows)]
    for row in texts:
        for column, text in zip(columns, row, strict=True):
            if text and text not in column:
                column.append(text)
    labels = tuple("".join(text for text in column if text.rstrip("：:") != _OF_WHICH) for column in columns)
    return labels, tuple(any(text.rstrip("：:") == _OF_WHICH for text in column) for column in columns)


def _spread(texts: tuple[str, ...], rows: Sequence[Row], index: int, width: int) -> tuple[str, ...]:
    """A header row as wide as the table.

    In extracted text a label over several columns is one cell. The blanks that the row below starts with
    stand under labels that reach down; the other labels share the rest.
    """
    if len(texts) == width or index + 1 >= len(rows):
        return _padded(texts, width)
    below = row_texts(rows[index + 1])
    reaching = next((place for place, text in enumerate(below) if text), len(below))
    over, under = len(texts) - reaching, width - reaching
    if over <= 0 or under % over:
        return _padded(texts, width)
    share = under // over
    return texts[:reaching] + tuple(text for text in texts[reaching:] for _ in range(share))


def _padded(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*row[:width], *("",) * (width - len(row)))


def _filled(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A row under a cell that covers several rows: some extracted texts leave no blank for it."""
    return ("",) * (width - len(row)) + row if 1 < len(row) < width else _padded(row, width)


def _unglued(row: tuple[str, ...], grid: Grid) -> tuple[str, ...]:
    """The last row without the heading that the extraction has glued to its last cell."""
    cells: tuple[Cell, ...] = grid.rows[-1].cells
    if grid.merges_known or len(cells) != len(row):
        return row
    match = _GLUED.fullmatch(cells[-1].text)
    figure = match and read_figure(match["value"])
    if match is None or (figure is not None and figure.value is None) or read_figure(row[-1]) is None:
        return row
    whole = read_figure(row[-1])
    return row if whole and whole.value is not None else (*row[:-1], match["value"])


def _is_note(row: tuple[str, ...]) -> bool:
    own = set(filter(None, row))
    return len(own) == 1 and bool(_NOTE.match(own.pop()))


def _caption(lines: list[str]) -> str:
    for line in lines:
        text = _UNIT_INSIDE.sub("", line).strip()
        if text and not _UNIT_LINE.fullmatch(text):
            return _TABLE_NUMBER.sub("", text, count=1) if len(text) <= _LONGEST_CAPTION else ""
    return ""


def _unit(lines: list[str]) -> str:
    for line in lines:
        if match := _UNIT_LINE.fullmatch(line) or _UNIT_INSIDE.search(line):
            return match["unit"]
        if not _UNIT_LINE.match(line) and _TABLE_NUMBER.match(line):
            break
    return ""
