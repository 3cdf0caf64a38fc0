"""Grids of extracted text that a cell of two lines has cut apart, put together again by shape.

    <tab>乡村特色
    <blank>
    产业帮扶
    <tab>903252

Where the reader keeps such a cell whole there is nothing to join, and nothing is changed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tracker.domain.figures import read_figure
from tracker.importers.files.grid import Grid, Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.files.grid import Block, Cell, Row

_LONGEST_PIECE: Final = 16
_NEAR: Final = 12
_SENTENCE: Final = re.compile(r"[。；;：:]")
_CAPTION: Final = re.compile(
    r"(?:附?表|专栏|图)\s*[\d一二三四五六七八九十]|[（(]?单位\s*[:：]|附件|第.{1,3}[章节条]|注[:：]"
)
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")


def join_pieces(blocks: Sequence[Block]) -> list[Block]:
    """`blocks` with each table whole; paragraphs between real tables stay."""
    result: list[Block | _Table] = []
    widths = [block.width if isinstance(block, Grid) else 0 for block in blocks]
    for index, block in enumerate(blocks):
        if isinstance(block, Grid) and block.rows and not block.merges_known:
            # Header rows are narrower than the table: the tables near tell how wide a row may become.
            widest = max(widths[max(0, index - _NEAR) : index + _NEAR + 1])
            left, piece = (result[-2], result[-1]) if len(result) > 1 else (None, None)
            if (
                isinstance(left, _Table)
                and isinstance(piece, Paragraph)
                and left.is_open(piece, block, widest)
            ):
                result.pop()
                left.join(piece, block)
            else:
                result.append(_Table(block))
        else:
            result.append(block)
    return [block.grid() if isinstance(block, _Table) else block for block in result]


class _Table:
    """A table that may go on behind a paragraph. Its rows grow in place: many pieces take linear time."""

    def __init__(self, grid: Grid) -> None:
        self._first = grid
        self._rows: list[Row] = []
        self._width = 0
        self._has_body = False
        self._take(grid.rows)

    def is_open(self, piece: Paragraph, right: Grid, widest: int) -> bool:
        if len(piece.text) > _LONGEST_PIECE or _SENTENCE.search(piece.text) or _CAPTION.match(piece.text):
            return False
        last, first = len(self._rows[-1].cells), len(right.rows[0].cells)
        has_room = last < self._width or last + first <= self._width or not self._has_body
        return has_room and last + first <= max(widest, self._width)

    def join(self, piece: Paragraph, right: Grid) -> None:
        cut = self._rows.pop()
        *cells, last = cut.cells
        whole = (*cells, replace(last, text=last.text + piece.text), *right.rows[0].cells)
        self._take((replace(cut, cells=whole), *right.rows[1:]))

    def grid(self) -> Grid:
        return replace(self._first, rows=tuple(self._rows))

    def _take(self, rows: Sequence[Row]) -> None:
        self._rows.extend(rows)
        self._width = max(self._width, *(len(row.cells) for row in rows))
        self._has_body = self._has_body or any(is_body(row_texts(row)) for row in rows)


def row_texts(row: Row) -> tuple[str, ...]:
    """The cells without white space. In a merge each position repeats words, but a figure stands once."""
    return tuple(_text(cell) for cell in row.cells)


def _text(cell: Cell) -> str:
    text = "".join(cell.text.split())
    if cell.is_own or not text or _YEAR.match(text):
        return text
    figure = read_figure(text)
    return "" if figure and figure.value is not None else text


def is_body(row: tuple[str, ...]) -> bool:
    """A row of figures, or a category over such rows; 2020 and 2025 under a label are still header."""
    filled = [text for text in row if text]
    if len(row) > 1 and len(set(filled)) == 1:
        return bool(row[0] or row[1])
    figures = [
        text for text in row[1:] if text and _is_figure(text) and (row[0] or not _YEAR.fullmatch(text))
    ]
    return bool(figures)


def _is_figure(text: str) -> bool:
    figure = read_figure(text)
    return figure is None or figure.value is not None
