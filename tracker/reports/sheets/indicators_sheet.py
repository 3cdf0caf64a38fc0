"""Indicators: the next target, the newest value, how much of it is reached, and the values by period."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

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
    from decimal import Decimal

    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import ReportIndicator, RoundReport
    from tracker.reports.sheets.sheet_cells import CellStyle, Styles
    from tracker.reports.sheets.sheet_stream import Value
    from tracker.reports.wording import Gettext

_WIDTHS: Final = (7.0, 34.0, 22.0, 13.0, 12.0, 12.0, 10.0, 17.0, 17.0, 11.0)
_PERIOD_WIDTH: Final = 12.0
# A column grows with its figures, up to this.
_WIDEST: Final = 26
_SHARE: Final = 10
_HEADER_ROW: Final = 3
# The newest; a year of quarters.
_MOST_PERIODS: Final = 4
_CHART_WIDTH: Final = 30
_LEAST_CHART_HEIGHT, _MOST_CHART_HEIGHT = 7.0, 20.0
# More bars than this cannot be told apart, and a longer name runs out of the chart.
_MOST_BARS: Final = 40
_LONGEST_NAME: Final = 18
# A spreadsheet keeps no more of a number.
_MOST_DIGITS: Final = 15


class _Cell(NamedTuple):
    """`shown` is a figure as it will be read, "" for words: words wrap, a figure too wide shows as ####."""

    value: Value
    style: CellStyle
    shown: str = ""


def write_indicators(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """Those with a share first, with a bar each. All figures are values; a share is of the target."""
    periods = sorted({period for one in report.indicators for period, _value in one.points})[-_MOST_PERIODS:]
    # A chart needs its bars in neighbouring rows.
    ordered = sorted(report.indicators, key=lambda one: one.share is None)
    header = [_Cell(heading, styles.header) for heading in _headings(periods, gettext)]
    rows = [header, *(_cells(one, periods, styles, gettext) for one in ordered)]
    widths = [
        max(width, *(len(row[column].shown) + 2 for row in rows))
        for column, width in enumerate((*_WIDTHS, *[_PERIOD_WIDTH] * len(periods)))
    ]
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    put(sheet, 1, 1, wording.standing(report, gettext), styles.sentence)
    for number, row in enumerate(rows, start=_HEADER_ROW):
        _write_row(sheet, number, row, widths)
    last = _HEADER_ROW + len(ordered)
    bars = sum(one.share is not None for one in ordered)
    if 0 < bars <= _MOST_BARS:
        names = _write_names(sheet, len(widths) + 1, ordered[:bars], styles)
        sheet.add_chart(_chart(sheet, names, ordered[:bars], gettext), f"A{last + 2}")
    set_up_pages(sheet, report, header_row=_HEADER_ROW, gettext=gettext)
    sheet.freeze_panes = f"C{_HEADER_ROW + 1}"


def _headings(periods: list[str], gettext: Gettext) -> tuple[str, ...]:
    return (
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


def _cells(one: ReportIndicator, periods: list[str], styles: Styles, gettext: Gettext) -> list[_Cell]:
    points = dict(one.points)
    share = "—" if one.share is None else float(one.share)
    return [
        _Cell(number_of(one.task_number), styles.middle),
        _Cell(visible(one.name), styles.left),
        _Cell(visible(one.target_text), styles.left),
        _Cell(date_in_words(one.target_date, gettext), styles.middle),
        _figure(one.target, styles),
        _figure(one.value, styles),
        _Cell(visible(one.unit), styles.middle),
        _Cell(gettext(one.period_label) if one.period_label else None, styles.middle),
        _Cell(_source(one, gettext), styles.middle),
        _Cell(share, styles.rate, "" if isinstance(share, str) else f"{share:.1%}"),
        *(_figure(points.get(period), styles) for period in periods),
    ]


def _figure(number: Decimal | None, styles: Styles) -> _Cell:
    """With as many places as it was reported with; as words where no spreadsheet would keep or show all of it."""
    if number is None:
        return _Cell(None, styles.middle)
    whole, _, fraction = f"{number:,f}".partition(".")
    fraction = fraction.rstrip("0")
    shown = f"{whole}.{fraction}" if fraction else whole
    digits = re.sub(r"\D", "", shown).strip("0")
    if len(digits) > _MOST_DIGITS or len(shown) + 2 > _WIDEST:
        return _Cell(shown, styles.middle)
    return _Cell(float(number), styles.figure(len(fraction)), shown)


def _write_row(sheet: Worksheet, number: int, row: list[_Cell], widths: list[float]) -> None:
    lines = 1
    for column, (cell, width) in enumerate(zip(row, widths, strict=True), start=1):
        put(sheet, number, column, cell.value, cell.style)
        if cell.value and not cell.shown:
            lines = max(lines, count_lines(str(cell.value), line_capacity(width)))
    sheet.row_dimensions[number].height = row_height(lines)


def _write_names(sheet: Worksheet, column: int, barred: list[ReportIndicator], styles: Styles) -> Reference:
    """Names short enough to stand beside bars, in a column that nobody sees."""
    for row, one in enumerate(barred, start=_HEADER_ROW + 1):
        name = visible(" ".join(one.name.split()))
        short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
        put(sheet, row, column, short, styles.plain)
    sheet.column_dimensions[get_column_letter(column)].hidden = True
    return Reference(sheet, min_col=column, min_row=_HEADER_ROW + 1, max_row=_HEADER_ROW + len(barred))


def _source(one: ReportIndicator, gettext: Gettext) -> str:
    """Whose figure it is, or why there is none."""
    if not one.reporters:
        return gettext("未报数据")
    if one.value is None:
        return gettext("{count} 家所报，不能相加").format(count=one.reporters)
    if one.is_of_lead:
        return gettext("牵头单位")
    return gettext("{count} 家合计").format(count=one.reporters)


def _chart(sheet: Worksheet, names: Reference, barred: list[ReportIndicator], gettext: Gettext) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    letter(chart, gettext("指标完成比例"))
    chart.legend = None
    chart.width = _CHART_WIDTH
    chart.height = min(max(_LEAST_CHART_HEIGHT, 0.9 * len(barred) + 3), _MOST_CHART_HEIGHT)
    add_series(chart, sheet, (_SHARE,), _HEADER_ROW, _HEADER_ROW + 1, _HEADER_ROW + len(barred))
    chart.set_categories(names)
    # The names stand in a hidden column.
    chart.visible_cells_only = False
    chart.gapWidth = 60
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.scaling.min = 0
    # Room for what went beyond its target, and for nothing else.
    chart.y_axis.scaling.max = max(1.0, *(float(one.share or 0) for one in barred))
    chart.y_axis.number_format = "0%"
    # The reversed order would carry the percentages to the top.
    chart.y_axis.crosses = "max"
    return chart
