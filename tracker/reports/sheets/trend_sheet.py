"""How the rounds of a list went one after the other: counts, rates and a line for each rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.chart import LineChart, Reference
from openpyxl.utils import get_column_letter

from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.data import PastRound
from tracker.reports.sheets.sheet_cells import put
from tracker.reports.sheets.sheet_charts import add_series, letter
from tracker.reports.sheets.sheet_print import set_up_pages

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import RoundReport
    from tracker.reports.sheets.sheet_cells import Styles
    from tracker.reports.wording import Gettext

_WIDTHS: Final = (20.0, 9.0, 9.0, 9.0, 9.0, 9.0, 11.0, 11.0)
_HEADER_ROW: Final = 3
_ROW_HEIGHT: Final = 21.0
_RATES: Final = (7, 8)
_CHART_WIDTH: Final = 24
_CHART_HEIGHT: Final = 11


def write_trend(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """The earlier rounds, the oldest first, then this one. All figures are values."""
    for index, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    put(sheet, 1, 1, visible(report.list_title), styles.corner)
    headings = (
        gettext("报送期"),
        gettext("应报"),
        gettext("已报"),
        gettext("按时"),
        gettext("逾期"),
        gettext("未报"),
        gettext("报送率"),
        gettext("及时率"),
    )
    for column, heading in enumerate(headings, start=1):
        put(sheet, _HEADER_ROW, column, heading, styles.header)
    sheet.row_dimensions[_HEADER_ROW].height = _ROW_HEIGHT
    rounds = (*report.past_rounds, PastRound(report.period, report.period_label, report.rates))
    last = _HEADER_ROW
    for last, past in enumerate(rounds, start=_HEADER_ROW + 1):
        _write_round(sheet, last, past, styles, gettext)
    sheet.add_chart(_chart(sheet, last, gettext), f"A{last + 2}")
    set_up_pages(sheet, report, header_row=_HEADER_ROW, gettext=gettext)
    sheet.freeze_panes = f"B{_HEADER_ROW + 1}"


def _write_round(sheet: Worksheet, row: int, past: PastRound, styles: Styles, gettext: Gettext) -> None:
    rates = past.rates
    put(sheet, row, 1, gettext(past.period_label), styles.left)
    counts = (rates.expected, rates.filed, rates.on_time, rates.late, rates.missing)
    for column, count in enumerate(counts, start=2):
        put(sheet, row, column, count, styles.count)
    for column, rate in zip(_RATES, (rates.completeness, rates.timeliness), strict=True):
        put(sheet, row, column, wording.percent(None) if rate is None else rate, styles.rate)
    sheet.row_dimensions[row].height = _ROW_HEIGHT


def _chart(sheet: Worksheet, last: int, gettext: Gettext) -> LineChart:
    chart = LineChart()
    letter(chart, gettext("历期报送率和及时率"))
    chart.width, chart.height = _CHART_WIDTH, _CHART_HEIGHT
    add_series(chart, sheet, _RATES, _HEADER_ROW, _HEADER_ROW + 1, last)
    chart.set_categories(Reference(sheet, min_col=1, min_row=_HEADER_ROW + 1, max_row=last))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.number_format = "0%"
    chart.y_axis.majorUnit = 0.2
    return chart
