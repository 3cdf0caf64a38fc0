"""Rates by unit, departments and counties apart, each with a chart beside its table."""

from __future__ import annotations

import math
from dataclasses import astuple
from typing import TYPE_CHECKING, Final

from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from tracker.domain.rates import Rates
from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.sheets.sheet_cells import merge, put
from tracker.reports.sheets.sheet_charts import add_series, letter
from tracker.reports.sheets.sheet_print import set_up_pages

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import ReportUnit, RoundReport
    from tracker.reports.sheets.sheet_cells import CellStyle, Styles
    from tracker.reports.wording import Gettext

_WIDTHS: Final = (24.0, 6.5, 6.5, 6.5, 6.5, 6.5, 7.5, 6.5, 6.5, 6.5, 9.0, 9.0, 1.5)
_COLUMNS: Final = 12
_CHART_COLUMN: Final = "N"
_HEADER_ROW: Final = 5
_ROW_HEIGHT: Final = 19.5
_DEFAULT_ROW_HEIGHT: Final = 13.5
_POINTS_PER_CENTIMETRE: Final = 72 / 2.54
# More bars than this cannot be told apart on one page.
_MOST_BARS: Final = 40
# Centimetres; what the page leaves beside the table and below the header.
_CHART_WIDTH: Final = 12
_LEAST_CHART_HEIGHT: Final = 8.0
_MOST_CHART_HEIGHT: Final = 20.5


def write_rates(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """A sentence for the whole, then the units kind by kind. All figures are values, none is a formula."""
    for index, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    put(sheet, 1, 1, visible(report.list_title), styles.corner)
    put(sheet, 2, 1, wording.standing(report, gettext), styles.sentence)
    put(sheet, 3, 1, wording.counts_sentence(report.rates, gettext), styles.sentence)
    _write_header(sheet, styles, gettext)
    row = _HEADER_ROW + 1
    kinds = dict.fromkeys(unit.kind for unit in report.units)
    if len(kinds) != 1:
        looks = (styles.header, styles.total, styles.total_rate)
        _write_rates(sheet, row, gettext("总计"), report.rates, looks)
        row += 1
    for position, kind in enumerate(kinds):
        if position:
            # Each kind on pages of its own, with its chart.
            sheet.row_breaks.append(Break(id=row - 1))
        units = [unit for unit in report.units if unit.kind == kind]
        row = _write_kind(sheet, row, kind, units, styles, gettext)
    set_up_pages(sheet, report, header_row=_HEADER_ROW, scale=100, gettext=gettext)
    sheet.freeze_panes = f"B{_HEADER_ROW + 1}"


def _write_header(sheet: Worksheet, styles: Styles, gettext: Gettext) -> None:
    headings = (
        gettext("单位"),
        gettext("应报"),
        gettext("已报"),
        gettext("按时"),
        gettext("逾期"),
        gettext("未报"),
        gettext("无进展"),
        gettext("退回"),
        gettext("通过"),
        gettext("免报"),
        gettext("报送率"),
        gettext("及时率"),
    )
    for column, heading in enumerate(headings, start=1):
        put(sheet, _HEADER_ROW, column, heading, styles.header)
    sheet.row_dimensions[_HEADER_ROW].height = 24


def _write_kind(
    sheet: Worksheet, top: int, kind: str, units: list[ReportUnit], styles: Styles, gettext: Gettext
) -> int:
    """Heading, units, their sum and the chart from row `top` on; the row after them."""
    label = wording.kind_label(kind, gettext)
    put(sheet, top, 1, label, styles.section)
    for column in range(2, _COLUMNS + 1):
        put(sheet, top, column, None, styles.section)
    merge(sheet, top, top, 1, _COLUMNS)
    sheet.row_dimensions[top].height = _ROW_HEIGHT
    for row, unit in enumerate(units, start=top + 1):
        _write_rates(sheet, row, visible(unit.name), unit.rates, (styles.left, styles.count, styles.rate))
    last = top + len(units)
    total = Rates(*map(sum, zip(*(astuple(unit.rates) for unit in units), strict=True)))
    subtotal = gettext("{kind}合计").format(kind=label)
    _write_rates(sheet, last + 1, subtotal, total, (styles.header, styles.total, styles.total_rate))
    if len(units) > _MOST_BARS:
        note = gettext("单位超过 {most} 个，不绘图。").format(most=_MOST_BARS)
        put(sheet, top, _COLUMNS + 2, note, styles.sentence)
        return last + 2
    height = min(max(_LEAST_CHART_HEIGHT, 0.8 * len(units) + 3), _MOST_CHART_HEIGHT)
    sheet.add_chart(_chart(sheet, top, last, height, label, gettext), f"{_CHART_COLUMN}{top + 1}")
    # One row down, or the page before would show its upper edge. What follows begins under the chart where
    # it reaches below a short table.
    below = height * _POINTS_PER_CENTIMETRE - (len(units) + 1) * _ROW_HEIGHT
    return last + 2 + max(0, math.ceil(below / _DEFAULT_ROW_HEIGHT))


def _write_rates(
    sheet: Worksheet, row: int, name: str, rates: Rates, looks: tuple[CellStyle, CellStyle, CellStyle]
) -> None:
    of_name, of_count, of_rate = looks
    put(sheet, row, 1, name, of_name)
    counts = (
        rates.expected, rates.filed, rates.on_time, rates.late, rates.missing,
        rates.nil, rates.returned, rates.accepted, rates.exempt,
    )  # fmt: skip
    for column, count in enumerate(counts, start=2):
        put(sheet, row, column, count, of_count)
    for column, rate in enumerate((rates.completeness, rates.timeliness), start=11):
        put(sheet, row, column, "—" if rate is None else rate, of_rate)
    sheet.row_dimensions[row].height = _ROW_HEIGHT


def _chart(sheet: Worksheet, top: int, last: int, height: float, kind: str, gettext: Gettext) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    letter(chart, gettext("{kind}报送率和及时率").format(kind=kind))
    chart.width = _CHART_WIDTH
    chart.height = height
    add_series(chart, sheet, (11, 12), _HEADER_ROW, top + 1, last)
    chart.set_categories(Reference(sheet, min_col=1, min_row=top + 1, max_row=last))
    chart.gapWidth, chart.overlap = 40, 0
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.number_format = "0%"
    chart.y_axis.majorUnit = 0.2
    # The reversed order of units would carry the percentages to the top.
    chart.y_axis.crosses = "max"
    return chart
