"""Plain text extracted from a document, with its tables as tab-indented cells.

Each cell is one line that starts with a tab, rows are parted by blank lines:

    <tab>2
    <tab>
    <tab>强化发达地区市场拓展……
    <tab>
    <tab>

The extraction has lost which cells were merged. A blank cell of such a grid may be the lower part of a merged
one, so its measure and its units are those of the row above (DESIGN rule 3: the blank-below rule).
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from tracker.importers.files.grid import Block, Cell, Grid, Paragraph, Row
from tracker.importers.files.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.importers.files.source import SourceFile


def read_text(source: SourceFile) -> list[Block]:
    """Paragraphs (one a line) and tables, each row placed by its first line."""
    reader = _Reader()
    for number, line in numbered_lines(decode(source)):
        reader.take(number, line)
    return reader.finish()


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with the numbers that an editor shows; a page break parts a line without a number of its own."""
    for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1):
        for piece in re.split("[\f\x85\u2028\u2029]", line):
            yield number, piece


class _Reader:
    """Takes lines one by one; holds the row and the table that are still open."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._tables = count(1)
        self._rows: list[Row] = []
        self._cells: list[str] = []
        self._first_line = 0

    def take(self, number: int, line: str) -> None:
        if line.startswith("\t"):
            if not self._cells:
                self._first_line = number
            self._cells.append(line[1:])
        elif not line.strip():
            self._end_row()
        elif self._cells:
            # A line without tab right under a cell is the rest of it, wrapped.
            self._cells[-1] += line
        else:
            self._end_table()
            self._blocks.append(Paragraph(line, f"第 {number} 行"))

    def finish(self) -> list[Block]:
        self._end_row()
        self._end_table()
        return self._blocks

    def _end_row(self) -> None:
        if self._cells:
            cells = tuple(Cell(text) for text in self._cells)
            self._rows.append(Row(cells, f"第 {self._first_line} 行"))
            self._cells = []

    def _end_table(self) -> None:
        if self._rows:
            where = f"第 {next(self._tables)} 个表格（{self._rows[0].where}起）"
            self._blocks.append(Grid(where, tuple(self._rows), merges_known=False))
            self._rows = []
