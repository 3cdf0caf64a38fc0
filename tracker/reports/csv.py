"""The flat table as CSV: one line an obligation, for spreadsheets and statistics programs."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final

from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.faults import FAULT_LABELS
from tracker.domain.states import FILED
from tracker.domain.texts import visible
from tracker.i18n import mark
from tracker.reports import wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tracker.reports.data import ReportEntry, ReportTask, RoundReport
    from tracker.reports.wording import Gettext

HEADINGS: Final = (
    mark("序号"),
    mark("板块"),
    mark("措施"),
    mark("任务"),
    mark("单位"),
    mark("类别"),
    mark("角色"),
    mark("状态"),
    mark("落实进度"),
    mark("无进展原因"),
    mark("字数"),
    mark("首次报送时间"),
    mark("最近报送时间"),
    mark("是否逾期"),
    mark("版本"),
    mark("自评"),
    mark("退回次数"),
    mark("无实质内容"),
    mark("申诉成立"),
)
# What a spreadsheet takes for a formula, in a Chinese or Japanese one its full-width forms too. The apostrophe is among
# them so that taking one away always gives back what was typed.
_DANGEROUS: Final = frozenset("=+-@\t\r\n'＝＋－＠")
# Without it Excel reads UTF-8 as the machine's own code page.
_MARK: Final = "\ufeff"


def csv_lines(report: RoundReport, gettext: Gettext) -> Iterator[str]:
    """The file line by line, with CRLF ends and a byte order mark: as Excel reads it.

    A cell that a spreadsheet would take for a formula begins with an apostrophe more.
    """
    yield _MARK + _line(*map(gettext, HEADINGS))
    for task in report.tasks:
        for entry in task.entries:
            yield _line(*_cells(task, entry, report, gettext))


def _cells(
    task: ReportTask, entry: ReportEntry, report: RoundReport, gettext: Gettext
) -> tuple[str | int, ...]:
    is_filed = entry.state in FILED
    return (
        task.number,
        task.section,
        task.measure,
        task.content,
        entry.unit.name,
        wording.kind_label(entry.unit.kind, gettext),
        wording.role_label(entry.role, gettext),
        wording.state_label(entry.state, gettext),
        entry.text,
        entry.nil_reason,
        len(entry.text),
        _moment(entry.first_submitted_at),
        _moment(entry.submitted_at),
        wording.late_label(entry, report, gettext),
        entry.version if is_filed else "",
        gettext(ASSESSMENT_LABELS[entry.assessment]) if entry.assessment else "",
        entry.times_returned,
        gettext("是") if entry.has_no_substance else gettext("否"),
        wording.names((gettext(FAULT_LABELS[fault]) for fault in entry.struck_out), gettext),
    )


def _line(*cells: str | int) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow([cell if isinstance(cell, int) else _safe(cell) for cell in cells])
    return buffer.getvalue()


def _safe(text: str) -> str:
    shown = visible(text)
    return f"'{shown}" if shown[:1] in _DANGEROUS else shown


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
