"""Who stands where with which task: tasks down, counties across, a letter and a colour for each state."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from tracker.domain.states import FILED, STATE_LETTERS, ObligationState
from tracker.domain.texts import visible
from tracker.i18n import mark
from tracker.reports import wording
from tracker.reports.sheets.flat_sheets import label, number_of, row_height
from tracker.reports.sheets.sheet_cells import merge
from tracker.reports.sheets.sheet_print import set_up_pages
from tracker.reports.sheets.sheet_stream import Row
from tracker.reports.sheets.text_metrics import count_lines, line_capacity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import ReportEntry, ReportUnit, RoundReport
    from tracker.reports.sheets.sheet_cells import CellStyle, Styles
    from tracker.reports.wording import Gettext

_S = ObligationState
# In the order of the legend; a draft is nobody's business yet.
_SHOWN: Final = (_S.ACCEPTED, _S.SUBMITTED, _S.RETURNED, _S.NIL, _S.PENDING, _S.EXEMPT)
_LATE: Final = mark("逾")
# Departments owe few tasks of many: a table of them would be empty.
_KINDS: Final = frozenset({"county", "town", "village"})
_NUMBER_WIDTH, _TASK_WIDTH, _UNIT_WIDTH, _COUNT_WIDTH = 6.0, 44.0, 7.0, 6.0
_LEFT: Final = 2
_HEADER_ROW: Final = 3
_LINE: Final = 21.0
# So many units stand beside their tasks on one page.
_UNITS_A_PAGE: Final = 24


def matrix_units(report: RoundReport) -> list[ReportUnit]:
    """Those that the table has a column for; none, and there is no table."""
    return [unit for unit in report.units if unit.kind in _KINDS]


def matrix_rows(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> Iterator[Row]:
    """Sets up the sheet and gives its rows."""
    units = matrix_units(report)
    last = _LEFT + len(units) + 1
    widths = [_NUMBER_WIDTH, _TASK_WIDTH, *[_UNIT_WIDTH] * len(units), _COUNT_WIDTH]
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row in (1, 2):
        merge(sheet, row, row, 1, min(last, _LEFT + _UNITS_A_PAGE))
    sheet.freeze_panes = f"{get_column_letter(_LEFT + 1)}{_HEADER_ROW + 1}"
    set_up_pages(sheet, report, header_row=_HEADER_ROW, gettext=gettext)
    sheet.print_title_cols = f"A:{get_column_letter(_LEFT)}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = math.ceil(len(units) / _UNITS_A_PAGE)
    return _rows(report, units, styles, gettext)


def _rows(
    report: RoundReport, units: Sequence[ReportUnit], styles: Styles, gettext: Gettext
) -> Iterator[Row]:
    yield Row(_LINE, (wording.standing(report, gettext),), (styles.sentence,))
    yield Row(_LINE, (_legend(gettext),), (styles.sentence,))
    names = [visible(unit.name) for unit in units]
    room = line_capacity(_UNIT_WIDTH)
    lines = max(2, *(count_lines(name, room) for name in names))
    headings = [gettext("序号"), gettext("任务"), *names, gettext("未报")]
    yield Row(row_height(lines), headings, [styles.header] * len(headings))
    room = line_capacity(_TASK_WIDTH)
    for task in report.tasks:
        by_unit = {entry.unit.id: entry for entry in task.entries}
        found = [by_unit.get(unit.id) for unit in units]
        if not any(found):
            continue
        missing = sum(1 for entry in found if entry and wording.is_missing(entry))
        words = label(task.content)
        yield Row(
            row_height(count_lines(words, room)),
            (
                number_of(task.number),
                words,
                *[_letter(entry, gettext) if entry else None for entry in found],
                missing,
            ),
            (styles.middle, styles.left, *[_look(entry, styles) for entry in found], styles.count),
        )
    yield from _sums(units, styles, gettext)


def _sums(units: Sequence[ReportUnit], styles: Styles, gettext: Gettext) -> Iterator[Row]:
    """What each unit has missing and filed late, of all that it owes."""
    looks = [styles.header, styles.header, *[styles.total] * (len(units) + 1)]
    for word, counts in (
        (gettext("未报合计"), [unit.rates.missing for unit in units]),
        (gettext("逾期合计"), [unit.rates.late for unit in units]),
    ):
        yield Row(_LINE, (None, word, *counts, sum(counts)), looks)


def _letter(entry: ReportEntry, gettext: Gettext) -> str:
    state = _S.PENDING if entry.state is _S.DRAFT else entry.state
    word = gettext(STATE_LETTERS[state])
    return f"{word} {gettext(_LATE)}" if _is_late(entry) else word


def _look(entry: ReportEntry | None, styles: Styles) -> CellStyle:
    if entry is None:
        return styles.middle
    if _is_late(entry) and entry.state is not _S.RETURNED:
        return styles.late
    return styles.state[_S.PENDING if entry.state is _S.DRAFT else entry.state]


def _is_late(entry: ReportEntry) -> bool:
    return entry.state in FILED and entry.is_late


def _legend(gettext: Gettext) -> str:
    said = [f"{gettext(STATE_LETTERS[state])} {wording.state_label(state, gettext)}" for state in _SHOWN]
    return gettext("、").join([*said, f"{gettext(_LATE)} {gettext('逾期')}"])
