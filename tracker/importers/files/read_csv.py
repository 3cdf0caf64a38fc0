"""Comma- and tab-separated tables: one grid. Saving as CSV loses which cells were merged."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING, Final

from tracker.importers.files.grid import Block, Cell, Grid, Row
from tracker.importers.files.limits import MAX_BYTES, MAX_CELLS, MAX_ROWS
from tracker.importers.files.refusals import BrokenLineError, SheetTooLargeError, TooManyCellsError
from tracker.importers.files.source import decode

if TYPE_CHECKING:
    from tracker.importers.files.source import SourceFile

_DELIMITERS: Final = ",\t;|"
_SAMPLED_LINES: Final = 50


def read_csv(source: SourceFile) -> list[Block]:
    """All rows, blank ones too, each placed by its first line. The delimiter is what most lines hold."""
    text = decode(source)
    delimiter = _delimiter(text, source.suffix)
    # Before they are split: one line may hold millions.
    if text.count(delimiter) + text.count("\n") > MAX_CELLS:
        raise TooManyCellsError(file=source.name, cells=MAX_CELLS)
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    # A quoted value may run over several lines; a row is placed by its first.
    start = placed = 1
    try:
        for values in reader:
            rows.append(Row(tuple(map(Cell, values)), f"第 {start} 行"))
            if len(rows) > MAX_ROWS:
                raise SheetTooLargeError(
                    file=source.name, where="表格", rows=start, columns=len(values), limit=MAX_ROWS,
                    cells=MAX_CELLS,
                )  # fmt: skip
            placed = start
            start = reader.line_num + 1
    except csv.Error as error:
        raise BrokenLineError(file=source.name, line=start) from error
    if reader.line_num > placed and _is_open(text, placed, delimiter):
        raise BrokenLineError(file=source.name, line=placed)
    return [Grid("表格", tuple(rows), merges_known=False)] if rows else []


def _is_open(text: str, line: int, delimiter: str) -> bool:
    """Whether a quotation mark from `line` on never ends, which swallows the rest of the file without a word."""
    rest = StringIO("".join(islice(StringIO(text, newline=""), line - 1, None)), newline="")
    try:
        list(csv.reader(rest, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _delimiter(text: str, suffix: str) -> str:
    """The one that parts most lines; the suffix decides between equals."""
    usual = "\t" if suffix == ".tsv" else ","
    counts: Counter[str] = Counter()
    lines = (line for line in StringIO(text) if line.strip())
    for line in islice(lines, _SAMPLED_LINES):
        # What stands in quotation marks parts nothing.
        plain = "".join(line.split('"')[::2])
        counts.update(delimiter for delimiter in _DELIMITERS if delimiter in plain)
    return max(_DELIMITERS, key=lambda delimiter: (counts[delimiter], delimiter == usual))
