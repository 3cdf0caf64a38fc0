"""Excel workbooks: one grid a sheet."""

from __future__ import annotations

import warnings
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

import openpyxl

from tracker.errors import UnreadableFileError
from tracker.importers.grid import Block, Cell, Grid, Row, tidy

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.importers.source import SourceFile

# Positions, not filled cells: a sheet formatted down to its last row is as long as a full one.
_MAX_POSITIONS: Final = 2_000_000
_ENCRYPTED: Final = b"\xd0\xcf\x11\xe0"


def read_xlsx(source: SourceFile) -> list[Block]:
    """Every sheet that is not a chart, hidden ones too. Formulas give the value that was saved with them."""
    if source.data.startswith(_ENCRYPTED):
        reason = "这是加密的工作簿或旧版 .xls，请取消密码并另存为 .xlsx。"
        raise UnreadableFileError(file=source.name, reason=reason)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it does not keep when saving (drop-down lists, styles); nothing is saved.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(source.data), data_only=True)
    # openpyxl lets through whatever a damaged archive or part runs into, from zlib to its own attributes.
    except Exception as error:
        reason = "不是完好的 .xlsx 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx。"
        raise UnreadableFileError(file=source.name, reason=reason) from error
    try:
        return [_grid(sheet, source.name) for sheet in book.worksheets]
    finally:
        book.close()


def _grid(sheet: Worksheet, file: str) -> Grid:
    where = f"工作表“{sheet.title}”"
    if sheet.max_row * sheet.max_column > _MAX_POSITIONS:
        reason = f"{where}有 {sheet.max_row} 行、{sheet.max_column} 栏，请删去表格以外的空白行列后再试。"
        raise UnreadableFileError(file=file, reason=reason)
    covers = _covers(sheet)
    rows = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        texts = (_text(value) for value in values)
        cells = tuple(
            covers.get((number, column)) or Cell(text) for column, text in enumerate(texts, start=1)
        )
        rows.append(Row(cells, f"{where}第 {number} 行"))
    return Grid(where, tuple(rows))


def _covers(sheet: Worksheet) -> dict[tuple[int, int], Cell]:
    """The covered positions of every merged range, its upper left one left out."""
    covers: dict[tuple[int, int], Cell] = {}
    for merged in sheet.merged_cells.ranges:
        text = _text(sheet.cell(merged.min_row, merged.min_col).value)
        # Parts of a range outside the sheet's used area hold nothing to read.
        for row in range(merged.min_row, min(merged.max_row, sheet.max_row) + 1):
            for column in range(merged.min_col, min(merged.max_col, sheet.max_column) + 1):
                if (row, column) != (merged.min_row, merged.min_col):
                    covers[row, column] = Cell(text, row - merged.min_row, column - merged.min_col)
    return covers


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.hour == value.minute == value.second == 0:
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case _:
            return tidy(str(value))
