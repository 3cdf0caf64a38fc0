"""The sheets for filtering: every obligation with its text, and what is missing or came late.

They are as long as the round is wide, so their rows are streamed (`sheet_stream`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from openpyxl.utils import get_column_letter

from tracker.domain.states import FILED
from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.sheets.sheet_cells import cut_to_cell
from tracker.reports.sheets.sheet_print import set_up_pages
from tracker.reports.sheets.sheet_stream import Row
from tracker.reports.sheets.text_metrics import MOST_ROW_HEIGHT, count_lines, height_of, line_capacity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import ReportEntry, ReportTask, ReportUnit, RoundReport
    from tracker.reports.sheets.sheet_cells import CellStyle, Styles
    from tracker.reports.sheets.sheet_stream import Value
    from tracker.reports.wording import Gettext

    # A task and what one unit owes of it; all of one task stand together.
    Pairs = Iterable[tuple[ReportTask, ReportEntry]]

# Beside its number a task needs no more to be known again; the annex has it whole.
_LABEL_LENGTH: Final = 40
_HEADER_HEIGHT: Final = 28.5


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: float
    style: CellStyle


class _Words(NamedTuple):
    """Words that come back in many rows, and the lines that the highest of them takes."""

    values: tuple[Value, ...]
    lines: int


def pairs_of(report: RoundReport) -> Pairs:
    """In the order of the annex."""
    return ((task, entry) for task in report.tasks for entry in task.entries)


def texts_rows(
    sheet: Worksheet, head: RoundReport, pairs: Pairs, styles: Styles, gettext: Gettext, *, cut: str
) -> Iterator[Row]:
    """Sets up the sheet and gives its rows, one an obligation. Of `head` neither tasks nor units are asked for.

    `cut` ends a text that is longer than a cell.
    """
    columns = (
        Column(gettext("序号"), 6, styles.flat_middle),
        Column(gettext("板块"), 10, styles.flat),
        Column(gettext("措施"), 18, styles.flat),
        Column(gettext("任务"), 28, styles.flat),
        Column(gettext("单位"), 15, styles.flat),
        Column(gettext("类别"), 11, styles.flat_middle),
        Column(gettext("角色"), 6, styles.flat_middle),
        Column(gettext("状态"), 8, styles.flat_middle),
        Column(gettext("落实进度"), 72, styles.flat),
        Column(gettext("无进展原因"), 16, styles.flat),
        Column(gettext("字数"), 6, styles.flat_middle),
        Column(gettext("首次报送时间"), 16.5, styles.moment),
        Column(gettext("最近报送时间"), 16.5, styles.moment),
        Column(gettext("是否逾期"), 9.5, styles.flat_middle),
        Column(gettext("版本"), 6, styles.flat_middle),
    )
    set_up_table(sheet, head, columns, gettext)
    return _texts_rows(head, pairs, columns, styles, gettext, cut)


def _texts_rows(
    head: RoundReport, pairs: Pairs, columns: Sequence[Column], styles: Styles, gettext: Gettext, cut: str
) -> Iterator[Row]:
    yield header_row(columns, styles)
    looks = [column.style for column in columns]
    rooms = [line_capacity(column.width) for column in columns]
    units: dict[int, _Words] = {}
    labels: dict[str, str] = {}
    known, of_task = None, _Words((), 1)
    for task, entry in pairs:
        if task is not known:
            known, of_task = task, _task_words(task, rooms)
        unit = units.get(entry.unit.id)
        if unit is None:
            unit = units[entry.unit.id] = _unit_words(entry.unit, rooms[4], gettext)
        role = labels.setdefault(entry.role, wording.role_label(entry.role, gettext))
        state = labels.setdefault(entry.state, wording.state_label(entry.state, gettext))
        text = cut_to_cell(visible(entry.text), cut)
        reason = cut_to_cell(visible(entry.nil_reason), cut)
        lines = max(
            of_task.lines,
            unit.lines,
            count_lines(text, rooms[8]) if text else 1,
            count_lines(reason, rooms[9]) if reason else 1,
        )
        values = (
            *of_task.values,
            *unit.values,
            role,
            state,
            text,
            reason,
            len(entry.text),
            local(entry.first_submitted_at),
            local(entry.submitted_at),
            wording.late_label(entry, head, gettext),
            entry.version if entry.state in FILED else None,
        )
        yield Row(row_height(lines), values, looks)


def _task_words(task: ReportTask, rooms: Sequence[int]) -> _Words:
    words = (visible(task.section), label(task.measure), label(task.content))
    lines = max(count_lines(text, room) for text, room in zip(words, rooms[1:4], strict=True))
    return _Words((number_of(task.number), *words), lines)


def _unit_words(unit: ReportUnit, room: int, gettext: Gettext) -> _Words:
    name = visible(unit.name)
    return _Words((name, wording.kind_label(unit.kind, gettext)), count_lines(name, room))


def missing_rows(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> Iterator[Row]:
    """Sets up the sheet and gives its rows: who has not filed, then who filed late; by unit, as the report has them."""
    columns = (
        Column(gettext("情况"), 10, styles.middle),
        Column(gettext("类别"), 14, styles.middle),
        Column(gettext("单位"), 26, styles.left),
        Column(gettext("角色"), 8, styles.middle),
        Column(gettext("序号"), 8, styles.middle),
        Column(gettext("措施"), 34, styles.left),
        Column(gettext("任务"), 50, styles.left),
        Column(gettext("首次报送时间"), 18, styles.moment),
    )
    set_up_table(sheet, report, columns, gettext)
    return _missing_rows(report, columns, styles, gettext)


def _missing_rows(
    report: RoundReport, columns: Sequence[Column], styles: Styles, gettext: Gettext
) -> Iterator[Row]:
    order = {unit.id: index for index, unit in enumerate(report.units)}

    def chosen(is_wanted: Callable[[ReportEntry], bool]) -> list[tuple[ReportTask, ReportEntry]]:
        found = [pair for pair in pairs_of(report) if is_wanted(pair[1])]
        return sorted(found, key=lambda pair: order.get(pair[1].unit.id, len(order)))

    missing = chosen(wording.is_missing)
    late = chosen(lambda entry: entry.state in FILED and entry.is_late)
    yield header_row(columns, styles)
    looks = [column.style for column in columns]
    rooms = [(place, line_capacity(columns[place].width)) for place in (2, 5, 6)]
    for word, pairs in ((gettext("未报送"), missing), (gettext("逾期报送"), late)):
        for task, entry in pairs:
            values = _missing_values(word, task, entry, gettext)
            lines = max(count_lines(str(values[place]), room) for place, room in rooms)
            yield Row(row_height(lines), values, looks)
    if not missing and not late:
        yield Row(_HEADER_HEIGHT, (gettext("没有未报送或逾期报送的事项。"),), (styles.sentence,))


def _missing_values(word: str, task: ReportTask, entry: ReportEntry, gettext: Gettext) -> tuple[Value, ...]:
    return (
        word,
        wording.kind_label(entry.unit.kind, gettext),
        visible(entry.unit.name),
        wording.role_label(entry.role, gettext),
        number_of(task.number),
        label(task.measure),
        label(task.content),
        local(entry.first_submitted_at) if entry.state in FILED else None,
    )


def set_up_table(sheet: Worksheet, report: RoundReport, columns: Sequence[Column], gettext: Gettext) -> None:
    """Widths, the header frozen, filtered by and repeated on each page; the rows are streamed."""
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}1"
    sheet.freeze_panes = "A2"
    set_up_pages(sheet, report, header_row=1, gettext=gettext)


def header_row(columns: Sequence[Column], styles: Styles) -> Row:
    return Row(_HEADER_HEIGHT, [column.heading for column in columns], [styles.header] * len(columns))


def row_height(lines: int) -> float:
    return min(height_of(lines), MOST_ROW_HEIGHT)


def number_of(number: str) -> int | str:
    """As a number where it is one, so that 10 sorts after 9."""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else visible(number)  # noqa: PLR2004


def label(text: str) -> str:
    """The beginning of a measure or task, on one line."""
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= _LABEL_LENGTH else shown[: _LABEL_LENGTH - 1] + "…"


def local(at: datetime | None) -> datetime | None:
    """A cell knows no zones: the local time, to the second."""
    return at.replace(tzinfo=None, microsecond=0) if at else None
