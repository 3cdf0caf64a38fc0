"""Small task tables, written as xlsx, docx and extracted text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = ("序号", "主要目标任务和具体落实措施", None, "落实进度", "责任单位")
NOTE = (
    "备注：每条措施责任单位中的第一个单位为牵头单位。各县（市、区）、市直各牵头单位每季度填写贯彻落实情况"
    "（每条控制在300字以内），于每季度第一个月6日前报送至邮箱：duban@example.org。"
)
Line = tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """Rows under 附件 and a title; merges are (first row, first column, last row, last column), from 1."""

    rows: tuple[Line, ...]
    header: Line = HEADER
    merges: tuple[tuple[int, int, int, int], ...] = ()
    note: str = NOTE
    header_merges: tuple[tuple[int, int, int, int], ...] = field(default=((3, 2, 3, 3),))

    @property
    def lines(self) -> list[Line]:
        note = ((self.note,),) if self.note else ()
        return [("附件",), ("重点任务清单",), self.header, *self.rows, *note]


FIRST_ROW = 4


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[[Table], Path]:
    def write(table: Table) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "清单"
        for number, line in enumerate(table.lines, start=1):
            for column, value in enumerate(line, start=1):
                sheet.cell(number, column).value = value  # type: ignore[assignment]
        for top, left, bottom, right in (*table.header_merges, *table.merges):
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        path = tmp_path / "清单.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def write_docx(tmp_path: Path) -> Callable[[Table], Path]:
    def write(table: Table) -> Path:
        document = docx.Document()
        document.add_paragraph("附件")
        document.add_paragraph("重点任务清单")
        lines = (table.header, *table.rows)
        grid = document.add_table(rows=len(lines), cols=max(map(len, lines)))
        for line, row in zip(lines, grid.rows, strict=True):
            for value, cell in zip(line, row.cells, strict=False):
                cell.text = "" if value is None else str(value)
        # Sheet row 3 is the table's first one.
        for top, left, bottom, right in (*table.header_merges, *table.merges):
            merged = grid.cell(top - 3, left - 1).merge(grid.cell(bottom - 3, right - 1))
            merged.text = merged.text.strip()
        document.add_paragraph(table.note)
        path = tmp_path / "清单.docx"
        document.save(str(path))
        return path

    return write


@pytest.fixture
def write_text(tmp_path: Path) -> Callable[[Table], Path]:
    def write(table: Table) -> Path:
        header = [cell for cell in table.header if cell is not None]
        cells = "\n\n".join(
            "\n".join("\t" + ("" if value is None else str(value)) for value in line) + "\n"
            for line in (header, *table.rows)
        )
        path = tmp_path / "清单.txt"
        path.write_text(f"附件\n\n重点任务清单\n\n{cells}\n\n{table.note}\n", "utf-8")
        return path

    return write
