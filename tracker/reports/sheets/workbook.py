"""The workbook of a round: the annex as issued, every text, rates by unit, what is missing and late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook

from tracker.reports.sheets.annex import write_annex
from tracker.reports.sheets.flat_sheets import missing_rows, pairs_of, texts_rows
from tracker.reports.sheets.history_sheet import has_history, history_rows
from tracker.reports.sheets.indicators_sheet import write_indicators
from tracker.reports.sheets.matrix_sheet import matrix_rows, matrix_units
from tracker.reports.sheets.ranking_sheet import write_ranking
from tracker.reports.sheets.rates_sheet import write_rates
from tracker.reports.sheets.sheet_cells import Styles, use_body_font
from tracker.reports.sheets.sheet_package import save, saved
from tracker.reports.sheets.trend_sheet import write_trend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import RoundReport
    from tracker.reports.sheets.flat_sheets import Pairs
    from tracker.reports.sheets.sheet_stream import Row
    from tracker.reports.wording import Gettext

    # Fills its sheet, or gives the rows that are streamed into it.
    Writer = Callable[[Worksheet, RoundReport, Styles, Gettext], Iterator[Row] | None]


def render_workbook(report: RoundReport, gettext: Gettext) -> bytes:
    """An .xlsx, every word of it through `gettext` (Chinese is the source).

    The first four sheets are always there; the others where the report has something for them. Places among all
    are no matter of a part.
    """
    book = _new_book()
    sheets: list[tuple[str, Writer]] = [
        (gettext("附件"), write_annex),
        (gettext("落实进度明细"), _write_texts),
        (gettext("报送率"), write_rates),
        (gettext("未报与逾期"), missing_rows),
    ]
    if matrix_units(report):
        sheets.append((gettext("属地一览"), matrix_rows))
    if report.tasks and not report.part:
        sheets.append((gettext("名次与得分"), write_ranking))
    if report.indicators:
        sheets.append((gettext("指标"), write_indicators))
    if has_history(report):
        sheets.append((gettext("历期进度"), history_rows))
    if report.past_rounds:
        sheets.append((gettext("历期走势"), write_trend))
    made = [book.create_sheet(title) for title, _ in sheets]
    styles = Styles(made[0])
    streams = {}
    for sheet, (_, write) in zip(made, sheets, strict=True):
        if (rows := write(sheet, report, styles, gettext)) is not None:
            streams[sheet.title] = rows
    return saved(
        book, title=_title(report), subject=gettext("重点任务落实进度"), at=report.as_of, streams=streams
    )


def _write_texts(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> Iterator[Row]:
    return texts_rows(sheet, report, pairs_of(report), styles, gettext, cut=gettext("……（全文见附件）"))


def render_texts(head: RoundReport, pairs: Pairs, file: BinaryIO, gettext: Gettext) -> None:
    """An .xlsx of the flat table alone, written as `pairs` come: memory does not grow with them.

    `head` needs neither tasks nor units. Raises TooManyRowsError.
    """
    book = _new_book()
    sheet = book.create_sheet(gettext("落实进度明细"))
    # No annex goes with it.
    cut = gettext("……（单元格放不下，全文见网页）")
    rows = texts_rows(sheet, head, pairs, Styles(sheet), gettext, cut=cut)
    subject = gettext("重点任务落实进度")
    save(book, file, title=_title(head), subject=subject, at=head.as_of, streams={sheet.title: rows})


def _new_book() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    use_body_font(book)
    return book


def _title(report: RoundReport) -> str:
    return f"{report.list_title} {report.period_label}"
