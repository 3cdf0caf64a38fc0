"""Excel workbooks, new and old: one grid a sheet.

calamine reads what other programs wrote, where openpyxl stumbles over styles and chart sheets, and gives the
merged ranges of both formats. A cell with an error (#N/A) is blank to it.
"""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum
from python_calamine import PasswordError as BookPasswordError

from tracker.importers.files.archive import rewritten
from tracker.importers.files.content import identify
from tracker.importers.files.grid import Block, Cell, Grid, Row
from tracker.importers.files.limits import MAX_CELLS, MAX_MERGED, MAX_ROWS
from tracker.importers.files.package import open_package
from tracker.importers.files.refusals import (
    DamagedFileError,
    MergeTooLargeError,
    PasswordError,
    SheetTooLargeError,
    TooManyCellsError,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from tracker.importers.files.source import SourceFile

_BLANK: Final = Cell()
# Cells without anything in them (`<c …/>`) do not count: formatting may reach down to the last row.
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)??r\s*=\s*[\"']([A-Za-z]{1,7})([0-9]{1,9})[\"'](?:[^>]*[^/>])?>"
)
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")
_MERGE: Final = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Za-z]+)([0-9]+):([A-Za-z]+)([0-9]+)[\"']"
)
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheetData\b")


def read_workbook(source: SourceFile) -> list[Block]:
    """Every sheet that is not a chart, hidden ones too. Formulas give the value that was saved with them."""
    data = source.data
    if identify(data) == "zip":
        parts = open_package(source, ".xlsx")
        for part in parts.values():
            if _SHEET.search(part):
                _refuse_large(part, source.name)
        data = rewritten(parts)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        titles = [sheet.name for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        sheets = [book.get_sheet_by_name(title) for title in titles]
    except BookPasswordError as error:
        raise PasswordError(file=source.name) from error
    # A damaged part may also surface as a plain error of the binding.
    except (CalamineError, OSError, ValueError, KeyError) as error:
        raise DamagedFileError(file=source.name, suffix=source.suffix) from error
    room = MAX_CELLS
    for sheet in sheets:
        room -= _cells(sheet, source.name)
        if room < 0:
            raise TooManyCellsError(file=source.name, cells=MAX_CELLS)
    return [_grid(sheet, source.name) for sheet in sheets]


def _refuse_large(part: bytes, file: str) -> None:
    """Looks at the places that the sheet names, before a parser makes room for all of them."""
    for left, top, right, bottom in _MERGE.findall(part):
        width, height = _column(right) - _column(left) + 1, int(bottom) - int(top) + 1
        if width * height > MAX_MERGED:
            area = b"%b%b:%b%b" % (left, top, right, bottom)
            raise MergeTooLargeError(file=file, area=area.decode())
    _refuse_extent(len(_ROW.findall(part)), 1, "工作表", file)
    places = _CELL.findall(part)
    columns = max((_column(letters) for letters in {letters for letters, _ in places}), default=0)
    last = max(map(int, {number for _, number in places}), default=0)
    _refuse_extent(last, columns, "工作表", file)


def _refuse_extent(rows: int, columns: int, where: str, file: str) -> None:
    if rows > MAX_ROWS or rows * columns > MAX_CELLS:
        raise SheetTooLargeError(
            file=file, where=where, rows=rows, columns=columns, limit=MAX_ROWS, cells=MAX_CELLS
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _cells(sheet: CalamineSheet, file: str) -> int:
    """Positions of the sheet from its first cell on."""
    rows, columns = sheet.end or (-1, -1)
    _refuse_extent(rows + 1, columns + 1, _where(sheet), file)
    return (rows + 1) * (columns + 1)


def _where(sheet: CalamineSheet) -> str:
    return f"工作表“{sheet.name}”"


def _grid(sheet: CalamineSheet, file: str) -> Grid:
    where = _where(sheet)
    # Without the empty area above and left of it a sheet would lose its row numbers.
    lines = [[_text(value) for value in line] for line in sheet.to_python(skip_empty_area=False)]
    covers = _covers(sheet, lines, file)
    rows = []
    for number, texts in enumerate(lines):
        cells = tuple(
            covers.get((number, column)) or (Cell(text) if text else _BLANK)
            for column, text in enumerate(texts)
        )
        rows.append(Row(cells, f"{where}第 {number + 1} 行"))
    return Grid(where, tuple(rows))


def _covers(sheet: CalamineSheet, lines: list[list[str]], file: str) -> dict[tuple[int, int], Cell]:
    """The covered positions of every merged range, its upper left one left out."""
    covers: dict[tuple[int, int], Cell] = {}
    height, width = len(lines), len(lines[0]) if lines else 0
    room = MAX_CELLS
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        # Parts of a range outside the sheet's used area hold nothing to read.
        lower, outer = min(bottom + 1, height), min(right + 1, width)
        # Excel's ranges never overlap, so that together they are no larger than the sheet.
        room -= max(lower - top, 0) * max(outer - left, 0)
        if room < 0:
            raise TooManyCellsError(file=file, cells=MAX_CELLS)
        for row in range(top, lower):
            for column in range(left, outer):
                if (row, column) != (top, left):
                    covers[row, column] = Cell(lines[top][left], row - top, column - left)
    return covers


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.hour == value.minute == value.second == 0:
            return value.date().isoformat()
        case _:
            # Dates and times as ISO writes them.
            return str(value)
