"""What the lead of each task said round after round, this one first: how a task went on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.states import ObligationState
from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.sheets.flat_sheets import Column, header_row, label, number_of, row_height, set_up_table
from tracker.reports.sheets.sheet_cells import cut_to_cell
from tracker.reports.sheets.sheet_stream import Row
from tracker.reports.sheets.text_metrics import count_lines, line_capacity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import PastText, ReportTask, RoundReport
    from tracker.reports.sheets.sheet_cells import Styles
    from tracker.reports.wording import Gettext

# Period, unit, state, assessment and words.
_Said = tuple[str, str, str, str, str]


def has_history(report: RoundReport) -> bool:
    return any(task.past for task in report.tasks)


def history_rows(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> Iterator[Row]:
    """Sets up the sheet and gives its rows, one a task and period; only tasks with something before this round."""
    columns = (
        Column(gettext("序号"), 6, styles.flat_middle),
        Column(gettext("任务"), 30, styles.flat),
        Column(gettext("报送期"), 16, styles.flat),
        Column(gettext("牵头单位"), 18, styles.flat),
        Column(gettext("状态"), 8, styles.flat_middle),
        Column(gettext("自评"), 8, styles.flat_middle),
        Column(gettext("落实进度"), 80, styles.flat),
    )
    set_up_table(sheet, report, columns, gettext)
    return _rows(report, columns, styles, gettext)


def _rows(report: RoundReport, columns: Sequence[Column], styles: Styles, gettext: Gettext) -> Iterator[Row]:
    yield header_row(columns, styles)
    cut = gettext("……（全文见当期附件）")
    looks = [column.style for column in columns]
    rooms = [line_capacity(column.width) for column in columns]
    for task in report.tasks:
        if not task.past:
            continue
        left = (number_of(task.number), label(task.content))
        for *about, words in (*_now(task, report, gettext), *(_then(past, gettext) for past in task.past)):
            values = (*left, *about, cut_to_cell(words, cut))
            lines = max(
                count_lines(str(value), room) for value, room in zip(values, rooms, strict=True) if value
            )
            yield Row(row_height(lines), values, looks)


def _now(task: ReportTask, report: RoundReport, gettext: Gettext) -> Iterator[_Said]:
    for entry in task.entries:
        # One that was exempted when the task went to another said nothing of it.
        if entry.role != "lead" or wording.is_excused(entry, gettext):
            continue
        yield (
            gettext(report.period_label),
            visible(entry.unit.name),
            wording.state_label(entry.state, gettext),
            gettext(ASSESSMENT_LABELS[entry.assessment]) if entry.assessment else "",
            visible(wording.filed_words(entry, gettext)),
        )


def _then(past: PastText, gettext: Gettext) -> _Said:
    is_nil = past.state is ObligationState.NIL
    return (
        gettext(past.period_label),
        visible(past.unit),
        wording.state_label(past.state, gettext),
        gettext(ASSESSMENT_LABELS[past.assessment]) if past.assessment else "",
        visible(wording.nil_words(past.words, gettext) if is_nil and past.words else past.words),
    )
