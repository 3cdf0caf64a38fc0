"""A simple table with one header row, as CSV or a workbook: contacts, units. Read in a child (`sandbox`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.names import normalise_name
from tracker.importers.files.grid import Grid
from tracker.importers.files.source import open_source
from tracker.importers.problem import Problem
from tracker.importers.sandbox import read_blocks_in_child

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tracker.importers.files.grid import Row


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, the words that name it in a header, and whether a file must have it."""

    key: str
    words: tuple[str, ...]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One row by column key; "" for what the file or the row does not have."""

    where: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class TableFile:
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]


def read_table_file(path: Path, columns: Sequence[Column]) -> TableFile:
    """The rows under the header of a CSV (UTF-8 or GB 18030) or of the first filled sheet of a workbook.

    Lines above the header are passed over, and so are blank rows. A missing column is a problem; a file that
    cannot be read raises UnreadableFileError.
    """
    source = open_source(path)
    reading = read_blocks_in_child(source, is_table=True)
    grids = [block for block in reading.blocks if isinstance(block, Grid)]
    filled = (grid.rows for grid in grids if any(row.own() for row in grid.rows))
    rows = [row for row in next(filled, ()) if row.own()]
    table = _records(rows, columns, source.name)
    return TableFile(table.records, reading.problems + table.problems)


def _records(rows: list[Row], columns: Sequence[Column], name: str) -> TableFile:
    required = {column.key for column in columns if column.is_required}
    for index, row in enumerate(rows):
        places = _places(row, columns)
        if required <= places.keys():
            records = (
                Record(
                    below.where, {column.key: below.cell(places.get(column.key)).text for column in columns}
                )
                for below in rows[index + 1 :]
            )
            return TableFile(tuple(records), ())
    where = rows[0].where if rows else name
    found = _places(rows[0], columns) if rows else {}
    missing = "、".join(
        column.words[0] for column in columns if column.is_required and column.key not in found
    )
    message = f"表头中没有“{missing}”栏。请在第一行写明各栏名称，可用的是：{_known(columns)}。"
    return TableFile((), (Problem(where, "no_column", message),))


def _places(row: Row, columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands; the first cell that names it counts."""
    places: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        word = normalise_name(cell.text)
        for column in columns:
            if word in column.words:
                places.setdefault(column.key, index)
    return places


def _known(columns: Sequence[Column]) -> str:
    return "、".join(column.words[0] for column in columns)
