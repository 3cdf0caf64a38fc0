"""The annex (附件) as the office issues it, with the progress filled in; one sheet, printed page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.sheets.annex_pages import (
    PROGRESS,
    TITLE_LINES,
    TITLE_SIZE,
    WIDTHS,
    annex_pages,
    head_heights,
)
from tracker.reports.sheets.sheet_cells import merge, put, put_named
from tracker.reports.sheets.sheet_print import set_up_pages
from tracker.reports.sheets.text_metrics import line_capacity, shortened

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import RoundReport
    from tracker.reports.sheets.annex_pages import AnnexPage
    from tracker.reports.sheets.sheet_cells import CellStyle, Styles
    from tracker.reports.wording import Gettext

_COLUMNS: Final = len(WIDTHS)
_HEADER_ROW: Final = 5
_HEADER_HEIGHT: Final = 28.5
# Excel refuses a sheet with more; pages beyond are broken by the program itself.
_MOST_BREAKS: Final = 1_020


def write_annex(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """Titles, header, tasks and the closing note, with a manual break at the end of each page."""
    for column, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _write_head(sheet, report, styles, gettext)
    row = _HEADER_ROW + 1
    pages = annex_pages(report, gettext)
    for page in pages:
        if row > _HEADER_ROW + 1 and len(sheet.row_breaks.brk) < _MOST_BREAKS:
            sheet.row_breaks.append(Break(id=row - 1))
        _write_page(sheet, row, page, styles)
        row += len(page.rows)
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    # Manual breaks hold only at an explicit scale: "fit to page" ignores them.
    set_up_pages(sheet, report, header_row=_HEADER_ROW, scale=100, gettext=gettext)


def _write_head(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    lines = (
        (gettext("附件"), styles.corner),
        (_title(report.list_title), styles.title),
        (wording.standing(report, gettext), styles.subtitle),
        (wording.counts_sentence(report.rates, gettext), styles.subtitle),
    )
    for row, ((text, style), height) in enumerate(zip(lines, head_heights(report), strict=True), start=1):
        put(sheet, row, 1, text, style)
        merge(sheet, row, row, 1, _COLUMNS)
        sheet.row_dimensions[row].height = height
    words = (
        gettext("序号"),
        gettext("主要目标任务和具体落实措施"),
        None,
        gettext("落实进度"),
        gettext("责任单位"),
    )
    for column, word in enumerate(words, start=1):
        put(sheet, _HEADER_ROW, column, word, styles.header)
    merge(sheet, _HEADER_ROW, _HEADER_ROW, 2, 3)
    sheet.row_dimensions[_HEADER_ROW].height = _HEADER_HEIGHT


def _title(text: str) -> str:
    return shortened(visible(text), line_capacity(sum(WIDTHS), TITLE_SIZE), TITLE_LINES)


def _write_page(sheet: Worksheet, top: int, page: AnnexPage, styles: Styles) -> None:
    tasks = [row.task if row.cells else None for row in page.rows]
    for index, (planned, height) in enumerate(zip(page.rows, page.heights, strict=True)):
        row = top + index
        sheet.row_dimensions[row].height = height
        if not planned.cells:
            _write_line(sheet, row, planned.text, styles.note if planned.is_note else styles.section)
            continue
        begins = index == 0 or tasks[index - 1] != planned.task
        ends = index + 1 == len(tasks) or tasks[index + 1] != planned.task
        style = styles.progress[begins, ends]
        if planned.name:
            put_named(sheet, row, PROGRESS + 1, planned.name, planned.text, style)
        else:
            put(sheet, row, PROGRESS + 1, planned.text or None, style)
    for cell in page.merged:
        style = styles.middle if cell.column == 0 else styles.left
        first, last, column = top + cell.first, top + cell.last, cell.column + 1
        is_number = cell.column == 0 and cell.text.isascii() and cell.text.isdecimal() and len(cell.text) < 10  # noqa: PLR2004
        put(sheet, first, column, int(cell.text) if is_number else cell.text, style)
        for row in range(first + 1, last + 1):
            put(sheet, row, column, None, style)
        merge(sheet, first, last, column, column)


def _write_line(sheet: Worksheet, row: int, text: str, style: CellStyle) -> None:
    put(sheet, row, 1, text, style)
    for column in range(2, _COLUMNS + 1):
        put(sheet, row, column, None, style)
    merge(sheet, row, row, 1, _COLUMNS)
