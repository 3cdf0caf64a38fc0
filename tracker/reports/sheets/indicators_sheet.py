"""Indicators: the next target, the newest value, how much of it is reached, and the values by period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter

from tracker.domain.periods import period_of
from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.indicator_wording import date_in_words
from tracker.reports.sheets.flat_sheets import number_of, row_height
from tracker.reports.sheets.sheet_cells import put
from tracker.reports.sheets.sheet_charts import add_series, letter
from tracker.reports.sheets.sheet_print import set_up_pages
from tracker.reports.sheets.text_metrics import count_lines, line_capacity

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import ReportIndicator, RoundReport
    from tracker.reports.sheets.sheet_cells import Styles
    from tracker.reports.sheets.sheet_stream import Value
    from tracker.reports.wording import Gettext

_WIDTHS: Final = (7.0, 34.0, 22.0, 13.0, 12.0, 12.0, 10.0, 17.0, 17.0, 11.0)
_PERIOD_WIDTH: Final = 12.0
_NAME, _SHARE = 2, 10
_HEADER_ROW: Final = 3
# The newest; a year of quarters.
_MOST_PERIODS: Final = 4
_CHART_WIDTH: Final = 30
_LEAST_CHART_HEIGHT, _MOST_CHART_HEIGHT = 7.0, 20.0
# More bars than this cannot be told apart.
_MOST_BARS: Final = 40


def write_indicators(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """Those with a share first, with a bar each. All figures are values; a share is of the target."""
    periods = sorted({period for one in report.indicators for period, _value in one.points})[-_MOST_PERIODS:]
    widths = (*_WIDTHS, *[_PERIOD_WIDTH] * len(periods))
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    put(sheet, 1, 1, wording.standing(report, gettext), styles.sentence)
    _write_header(sheet, periods, styles, gettext)
    # A chart needs its bars in neighbouring rows.
    ordered = sorted(report.indicators, key=lambda one: one.share is None)
    last = _HEADER_ROW
    for last, one in enumerate(ordered, start=_HEADER_ROW + 1):
        _write_indicator(sheet, last, one, periods, styles, gettext)
    bars = sum(one.share is not None for one in ordered)
    if 0 < bars <= _MOST_BARS:
        sheet.add_chart(_chart(sheet, bars, ordered, gettext), f"A{last + 2}")
    set_up_pages(sheet, report, header_row=_HEADER_ROW, gettext=gettext)
    sheet.freeze_panes = f"C{_HEADER_ROW + 1}"


def _write_header(sheet: Worksheet, periods: list[str], styles: Styles, gettext: Gettext) -> None:
    headings = (
        gettext("序号"),
        gettext("指标"),
        gettext("目标"),
        gettext("目标时间"),
        gettext("目标值"),
        gettext("完成值"),
        gettext("计量单位"),
        gettext("截至"),
        gettext("数据来源"),
        gettext("完成比例"),
        *[gettext(period_of(period).label) for period in periods],
    )
    for column, heading in enumerate(headings, start=1):
        put(sheet, _HEADER_ROW, column, heading, styles.header)
    lines = max(
        count_lines(heading, line_capacity(width))
        for heading, width in zip(headings, (*_WIDTHS, *[_PERIOD_WIDTH] * len(periods)), strict=True)
    )
    sheet.row_dimensions[_HEADER_ROW].height = row_height(lines)


def _write_indicator(
    sheet: Worksheet, row: int, one: ReportIndicator, periods: list[str], styles: Styles, gettext: Gettext
) -> None:
    texts: dict[int, Value] = {
        1: number_of(one.task_number),
        _NAME: visible(one.name),
        3: visible(one.target_text),
        4: date_in_words(one.target_date, gettext),
        7: visible(one.unit),
        8: gettext(one.period_label) if one.period_label else None,
        9: _source(one, gettext),
    }
    for column, text in texts.items():
        put(sheet, row, column, text, styles.left if column in {_NAME, 3} else styles.middle)
    for column, figure in ((5, one.target), (6, one.value)):
        put(sheet, row, column, None if figure is None else float(figure), styles.figure)
    put(sheet, row, _SHARE, "—" if one.share is None else float(one.share), styles.rate)
    points = dict(one.points)
    for column, period in enumerate(periods, start=_SHARE + 1):
        put(sheet, row, column, float(points[period]) if period in points else None, styles.figure)
    lines = max(
        count_lines(str(texts[column]), line_capacity(_WIDTHS[column - 1]))
        for column in texts
        if texts[column]
    )
    sheet.row_dimensions[row].height = row_height(lines)


def _source(one: ReportIndicator, gettext: Gettext) -> str:
    """Whose figure it is, or why there is none."""
    if not one.reporters:
        return gettext("未报数据")
    if one.value is None:
        return gettext("{count} 家所报，不能相加").format(count=one.reporters)
    if one.is_of_lead:
        return gettext("牵头单位")
    return gettext("{count} 家合计").format(count=one.reporters)


def _chart(sheet: Worksheet, bars: int, ordered: list[ReportIndicator], gettext: Gettext) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    letter(chart, gettext("指标完成比例"))
    chart.legend = None
    chart.width = _CHART_WIDTH
    chart.height = min(max(_LEAST_CHART_HEIGHT, 0.9 * bars + 3), _MOST_CHART_HEIGHT)
    first, last = _HEADER_ROW + 1, _HEADER_ROW + bars
    add_series(chart, sheet, (_SHARE,), _HEADER_ROW, first, last)
    chart.set_categories(Reference(sheet, min_col=_NAME, min_row=first, max_row=last))
    chart.gapWidth = 60
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.scaling.min = 0
    # Room for what went beyond its target, and for nothing else.
    chart.y_axis.scaling.max = max(1.0, *(float(one.share or 0) for one in ordered))
    chart.y_axis.number_format = "0%"
    # The reversed order would carry the percentages to the top.
    chart.y_axis.crosses = "max"
    return chart
