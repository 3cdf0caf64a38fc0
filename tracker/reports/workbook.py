"""The workbook of a round: the annex as issued, every text, rates by unit, what is missing and late."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from tracker.reports.annex import write_annex
from tracker.reports.flat_sheets import write_missing, write_texts
from tracker.reports.rates_sheet import write_rates
from tracker.reports.sheet_cells import Styles, as_cell_text, use_body_font

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.reports.data import RoundReport
    from tracker.reports.wording import Gettext


def render_workbook(report: RoundReport, gettext: Gettext) -> bytes:
    """An .xlsx of four sheets, every word of it through `gettext` (Chinese is the source)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    use_body_font(book)
    writers = (
        (gettext("附件"), write_annex),
        (gettext("落实进度明细"), write_texts),
        (gettext("报送率"), write_rates),
        (gettext("未报与逾期"), write_missing),
    )
    sheets = [book.create_sheet(title) for title, _ in writers]
    styles = Styles(sheets[0])
    for sheet, (_, write) in zip(sheets, writers, strict=True):
        write(sheet, report, styles, gettext)
    title = f"{report.list_title} {report.period_label}"
    return saved(book, title=title, subject=gettext("重点任务落实进度"), at=report.as_of)


def saved(book: Workbook, *, title: str, subject: str, at: datetime) -> bytes:
    """Like Workbook.save(), which would read the clock: a document is dated by its own moment."""
    properties = book.properties
    properties.title = as_cell_text(title)
    properties.subject = subject
    properties.creator = "Duban"
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(book, archive).save()
    return file.getvalue()
