"""The sheets for filtering: every obligation with its text, and what is missing or came late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from tracker.domain.states import FILED
from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.sheet_cells import put
from tracker.reports.sheet_print import set_up_pages
from tracker.reports.text_metrics import MOST_ROW_HEIGHT, count_lines, height_of, line_capacity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import ReportEntry, ReportTask, RoundReport
    from tracker.reports.sheet_cells import CellStyle, Styles
    from tracker.reports.wording import Gettext

    Value = str | int | datetime | None

# Beside its number a task needs no more to be known again; the annex has it whole.
_LABEL_LENGTH: Final = 40
_HEADER_HEIGHT: Final = 28.5


@dataclass(frozen=True, slots=True)
class _Column:
    """`is_long` marks the texts that row heights are measured by."""

    heading: str
    width: float
    style: CellStyle
    is_long: bool = False


def write_texts(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """One row an obligation, in the order of the annex."""
    columns = (
        _Column(gettext("序号"), 6, styles.flat_middle),
        _Column(gettext("板块"), 10, styles.flat, is_long=True),
        _Column(gettext("措施"), 18, styles.flat, is_long=True),
        _Column(gettext("任务"), 28, styles.flat, is_long=True),
        _Column(gettext("单位"), 15, styles.flat, is_long=True),
        _Column(gettext("类别"), 11, styles.flat_middle),
        _Column(gettext("角色"), 6, styles.flat_middle),
        _Column(gettext("状态"), 8, styles.flat_middle),
        _Column(gettext("落实进度"), 72, styles.flat, is_long=True),
        _Column(gettext("无进展原因"), 16, styles.flat, is_long=True),
        _Column(gettext("字数"), 6, styles.flat_middle),
        _Column(gettext("首次报送时间"), 16.5, styles.moment),
        _Column(gettext("最近报送时间"), 16.5, styles.moment),
        _Column(gettext("是否逾期"), 9.5, styles.flat_middle),
        _Column(gettext("版本"), 6, styles.flat_middle),
    )
    rows = (_text_row(task, entry, report, gettext) for task in report.tasks for entry in task.entries)
    _write(sheet, columns, rows, styles)
    set_up_pages(sheet, report, header_row=1, gettext=gettext)


def _text_row(
    task: ReportTask, entry: ReportEntry, report: RoundReport, gettext: Gettext
) -> tuple[Value, ...]:
    return (
        _number(task.number),
        visible(task.section),
        _label(task.measure),
        _label(task.content),
        visible(entry.unit.name),
        wording.kind_label(entry.unit.kind, gettext),
        wording.role_label(entry.role, gettext),
        wording.state_label(entry.state, gettext),
        visible(entry.text),
        visible(entry.nil_reason),
        len(entry.text),
        _local(entry.first_submitted_at),
        _local(entry.submitted_at),
        wording.late_label(entry, report, gettext),
        entry.version if entry.state in FILED else None,
    )


def write_missing(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """Who has not filed, then who filed late; by unit, in the report's order of units."""
    columns = (
        _Column(gettext("情况"), 10, styles.middle),
        _Column(gettext("类别"), 14, styles.middle),
        _Column(gettext("单位"), 26, styles.left, is_long=True),
        _Column(gettext("角色"), 8, styles.middle),
        _Column(gettext("序号"), 8, styles.middle),
        _Column(gettext("措施"), 34, styles.left, is_long=True),
        _Column(gettext("任务"), 50, styles.left, is_long=True),
        _Column(gettext("首次报送时间"), 18, styles.moment),
    )
    order = {unit.id: index for index, unit in enumerate(report.units)}

    def chosen(is_wanted: Callable[[ReportEntry], bool]) -> list[tuple[ReportTask, ReportEntry]]:
        found = [(task, entry) for task in report.tasks for entry in task.entries if is_wanted(entry)]
        return sorted(found, key=lambda pair: order.get(pair[1].unit.id, len(order)))

    def rows() -> Iterator[tuple[Value, ...]]:
        missing = gettext("未报送")
        late = gettext("逾期报送")
        for task, entry in chosen(wording.is_missing):
            yield _missing_row(missing, task, entry, gettext)
        for task, entry in chosen(lambda entry: entry.state in FILED and entry.is_late):
            yield _missing_row(late, task, entry, gettext)

    if not _write(sheet, columns, rows(), styles):
        put(sheet, 2, 1, gettext("没有未报送或逾期报送的事项。"), styles.sentence)
    set_up_pages(sheet, report, header_row=1, gettext=gettext)


def _missing_row(label: str, task: ReportTask, entry: ReportEntry, gettext: Gettext) -> tuple[Value, ...]:
    return (
        label,
        wording.kind_label(entry.unit.kind, gettext),
        visible(entry.unit.name),
        wording.role_label(entry.role, gettext),
        _number(task.number),
        _label(task.measure),
        _label(task.content),
        _local(entry.first_submitted_at) if entry.state in FILED else None,
    )


def _write(
    sheet: Worksheet, columns: Sequence[_Column], rows: Iterable[Sequence[Value]], styles: Styles
) -> int:
    """Header, rows, filter and frozen header; the number of rows."""
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
        put(sheet, 1, index, column.heading, styles.header)
    sheet.row_dimensions[1].height = _HEADER_HEIGHT
    looks = [column.style for column in columns]
    measured = [(i, line_capacity(column.width)) for i, column in enumerate(columns) if column.is_long]
    number = 1
    for number, values in enumerate(rows, start=2):
        for index, value in enumerate(values):
            put(sheet, number, index + 1, value, looks[index])
        lines = max(count_lines(str(values[i] or ""), capacity) for i, capacity in measured)
        sheet.row_dimensions[number].height = min(height_of(lines), MOST_ROW_HEIGHT)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{number}"
    sheet.freeze_panes = "A2"
    return number - 1


def _number(number: str) -> int | str:
    """As a number where it is one, so that 10 sorts after 9."""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else visible(number)  # noqa: PLR2004


def _label(text: str) -> str:
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= _LABEL_LENGTH else shown[: _LABEL_LENGTH - 1] + "…"


def _local(at: datetime | None) -> datetime | None:
    """A cell knows no zones: the local time, to the second."""
    return at.replace(tzinfo=None, microsecond=0) if at else None
