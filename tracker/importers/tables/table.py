"""The task tables of a document: which grids they are, which go on overleaf, and numbers that no two share."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tracker.importers.problem import Problem
from tracker.importers.tables.header import find_header
from tracker.importers.tables.reader import TableReader
from tracker.importers.tables.rows import TableReading, TaskRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.importers.files.grid import Grid

__all__ = ["TableReading", "TaskRow", "read_tables"]

# Sheets that explain or show how to fill in the others.
_EXPLAINS: Final = re.compile(r"工作表“(?:填[表报写]说明|说明|填[表报写]示例|示例|样表|样例|填[表报写]须知)”")


def read_tables(grids: Iterable[Grid]) -> list[TableReading]:
    """The task tables among `grids`, in their order. One that goes on from the grid before is part of its table."""
    found: list[TableReader | TableReading] = []
    for grid in grids:
        last = found[-1] if found else None
        if isinstance(last, TableReader) and last.goes_on_in(grid):
            last.go_on(grid)
            continue
        header = find_header(grid)
        if isinstance(header, Problem):
            found.append(TableReading((), (), "", (header,), where=grid.where))
        elif header is not None:
            reader = TableReader(header, grid)
            reader.read()
            found.append(reader)
    readings = [one.finish() if isinstance(one, TableReader) else one for one in found]
    tasks = [reading for reading in readings if not _EXPLAINS.match(reading.where)]
    return _renumbered(tasks if any(reading.rows for reading in tasks) else readings)


def _renumbered(readings: list[TableReading]) -> list[TableReading]:
    """Tables that each count from 1 get numbers of their own (2-1), unless one is a copy of another."""
    taken: dict[str, str] = {}
    found: list[TableReading] = []
    for index, reading in enumerate(readings, start=1):
        repeated = [row for row in reading.rows if row.number in taken]
        is_copy = any(taken[row.number] == row.content for row in repeated)
        if repeated and not is_copy and len({row.number for row in reading.rows}) == len(reading.rows):
            rows = tuple(replace(row, number=f"{index}-{row.number}") for row in reading.rows)
            message = f"序号与前面的表重复，已改为“{index}-1”的样式，以便区分。"
            note = Problem(reading.rows[0].where, "numbers_restart", message, is_blocking=False)
            found.append(replace(reading, rows=rows, problems=(*reading.problems, note)))
        else:
            found.append(reading)
        taken |= {row.number: row.content for row in found[-1].rows}
    return found
