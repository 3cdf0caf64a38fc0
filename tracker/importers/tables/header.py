"""The header row of a task table: which column holds what, told by the words in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.importers.plans.lead_rules import read_lead_rule
from tracker.importers.problem import Problem
from tracker.importers.tables.annotated import is_annotated
from tracker.importers.tables.label_kinds import (
    AIM,
    UNIT_LABELS,
    WITH_PERSONS,
    WITHIN_UNIT,
    Kind,
    compact,
    kind_of,
)

if TYPE_CHECKING:
    from tracker.importers.files.grid import Grid, Row
    from tracker.importers.plans.lead_rules import LeadRule


# 主要目标任务和具体落实措施: one label for the column of measures and the column of contents.
_TWO_THINGS: Final = re.compile(r".+[和及与、/].+")
_MEASURE_AND_CONTENT: Final = 2
_WITH_SECTION: Final = 3


@dataclass(frozen=True, slots=True)
class UnitColumn:
    """A column of units, and the label that stands for it in a row's units: 牵头单位, 配合单位, 责任单位.

    `has_persons` where it names persons with them (责任单位及责任人).
    """

    column: int
    label: str
    has_persons: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table; None for those that it does not have."""

    index: int
    labels: tuple[str, ...]
    # Those of the header's second line, where it has one.
    lower: tuple[str, ...]
    # Empty where the contents name the units themselves.
    units: tuple[UnitColumn, ...]
    content: int
    number: int | None = None
    section: int | None = None
    measure: int | None = None
    deadline: int | None = None
    # Columns behind the content that say what is to come of it: 改革目标, 目标值.
    aims: tuple[int, ...] = ()
    # A rule in the label itself: 责任单位（第一个为牵头单位）.
    lead: LeadRule = "unknown"

    def is_header(self, row: Row) -> bool:
        """Whether `row` is a line of this header, or one repeated on the next page."""
        labels = labels_of(row)
        return labels == self.labels or (bool(labels) and labels == self.lower)

    @property
    def task_columns(self) -> tuple[int, ...]:
        """The columns whose cells make a task."""
        units = (unit.column for unit in self.units)
        columns = (self.number, self.section, self.measure, self.content, *units)
        return tuple(column for column in columns if column is not None)


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    kind: Kind
    column: int
    span: int


def labels_of(row: Row) -> tuple[str, ...]:
    """The row's own texts without white space, for telling a header from its repetition on the next page."""
    return tuple("".join(text.split()) for _, text in row.own())


def find_header(grid: Grid) -> Header | Problem | None:
    """The header of `grid`; a Problem when it cannot be used; None when this is no task table."""
    for index, row in enumerate(grid.rows):
        labels = _labels(row)
        kinds = {label.kind for label in labels}
        if Kind.NUMBER in kinds or (kinds & UNIT_LABELS.keys() and Kind.TASK in kinds):
            # A list of something else; a label over several columns may yet hide those of a task table.
            is_other = not kinds & {*UNIT_LABELS, Kind.TASK, Kind.ISSUE}
            if is_other and all(label.span == 1 for label in labels):
                continue
            below = grid.rows[index + 1] if index + 1 < len(grid.rows) else None
            parted = _with_lower(labels, below)
            lower = labels_of(below) if below is not None and parted != labels else ()
            widened = parted if grid.merges_known else _widened(parted, grid.width)
            return _header(grid, index, widened, lower)
    return None


def _labels(row: Row) -> list[_Label]:
    return [_Label(text, kind_of(text), column, row.span(column)) for column, text in row.own()]


def _with_lower(labels: list[_Label], below: Row | None) -> list[_Label]:
    """A label over several columns gives way to those of the next line: 责任单位 over 牵头单位 and 配合单位."""
    if below is None:
        return labels
    if not any(cell.up for cell in below.cells):
        return _with_loose_lower(labels, _labels(below))
    lower = [label for label in _labels(below) if label.kind is not Kind.OTHER]
    parted: list[_Label] = []
    for label in labels:
        inside = [one for one in lower if label.column <= one.column < label.column + label.span]
        covered = sum(one.span for one in inside)
        parted += inside if label.span > 1 and covered == label.span else [label]
    return parted


def _with_loose_lower(labels: list[_Label], lower: list[_Label]) -> list[_Label]:
    """The same where merges are lost: 牵头单位 and 配合单位 alone below 责任单位 and the blank beside it."""

    def above(one: _Label) -> _Label | None:
        return max((up for up in labels if up.column <= one.column), key=lambda up: up.column, default=None)

    over = [above(one) for one in lower]
    if not lower or any(one.kind not in UNIT_LABELS for one in lower):
        return labels
    if any(up is None or up.kind not in UNIT_LABELS for up in over):
        return labels
    return sorted([*(label for label in labels if label not in over), *lower], key=lambda label: label.column)


def _widened(labels: list[_Label], width: int) -> list[_Label]:
    """Where merges are lost a header can be narrower than its rows: the label of two columns is widened."""
    missing = width - len(labels)
    tasks = [label for label in labels if label.kind is Kind.TASK]
    double = [label for label in tasks if _TWO_THINGS.fullmatch(label.text)] or tasks
    if missing <= 0 or len(double) != 1:
        return labels
    placed: list[_Label] = []
    column = 0
    for label in labels:
        span = label.span + (missing if label is double[0] else 0)
        placed.append(_Label(label.text, label.kind, column, span))
        column += span
    return placed


def _header(grid: Grid, index: int, labels: list[_Label], lower: tuple[str, ...]) -> Header | Problem:
    row = grid.rows[index]

    def of(kind: Kind) -> list[_Label]:
        return [label for label in labels if label.kind is kind]

    units = _units(labels)
    numbers, tasks = of(Kind.NUMBER), _tasks(labels)
    for label in labels:
        # A label over measure and content is usual; over anything else the columns under it have no names.
        allowed = _MEASURE_AND_CONTENT if label.kind is Kind.TASK else 1
        matters = label.kind in (*UNIT_LABELS, Kind.NUMBER, Kind.TASK) or not units
        if matters and label.span > allowed:
            return Problem(
                row.where,
                "merged_header",
                f"表头“{label.text}”合并了 {label.span} 栏，分不清各栏内容。请取消合并，为每栏写明名称。",
            )
    columns = [label.column + offset for label in tasks for offset in range(label.span)]
    aims = _aims(tasks)
    columns = [column for column in columns if column not in aims]
    seen = "、".join(label.text for label in labels)
    # 责任科室 alone gives way to units that the contents name.
    has_annotations = (
        bool(columns)
        and all(_is_within_unit(label) for label in units)
        and is_annotated(grid, index + 1, columns[-_MEASURE_AND_CONTENT:])
    )
    units = [] if has_annotations else units
    if not units and not has_annotations:
        return Problem(
            row.where,
            "no_unit_column",
            f"表头中没有责任单位一栏（现有：{seen}）。请增加“责任单位”栏并逐行填写。",
        )
    leads = [label for label in units if label.kind is Kind.LEADS]
    if len(leads) > 1:
        names = "”“".join(label.text for label in leads)
        return Problem(
            row.where,
            "several_unit_columns",
            f"表头中有 {len(leads)} 栏都写牵头单位：“{names}”，分不清谁牵头。请改为“牵头单位”和“配合单位”，或并为一栏。",
        )
    if not 1 <= len(columns) <= _WITH_SECTION:
        return Problem(
            row.where,
            "no_content_column",
            f"分不清哪一栏是任务内容（现有：{seen}）。请保留“任务”和“具体措施”两栏，其余改用别的名称。",
        )
    sections = [label.column for label in of(Kind.SECTION)] + columns[:-_MEASURE_AND_CONTENT]
    deadlines = of(Kind.DEADLINE)
    stated = next((rule for label in units if (rule := read_lead_rule(label.text))), None)
    return Header(
        index=index,
        labels=labels_of(row),
        lower=lower,
        units=tuple(
            UnitColumn(
                label.column, UNIT_LABELS[label.kind], bool(WITH_PERSONS.fullmatch(compact(label.text)))
            )
            for label in units
        ),
        content=columns[-1],
        number=numbers[0].column if numbers else None,
        section=sections[0] if sections else None,
        measure=columns[-2] if len(columns) > 1 else None,
        deadline=deadlines[0].column if deadlines else None,
        aims=aims,
        lead=stated.lead if stated else "unknown",
    )


def _units(labels: list[_Label]) -> list[_Label]:
    """The columns of units. Beside 责任单位 the column 责任科室 names offices within them, and no units."""
    units = [label for label in labels if label.kind in UNIT_LABELS]
    return [label for label in units if not _is_within_unit(label)] or units


def _is_within_unit(label: _Label) -> bool:
    return label.kind is Kind.UNITS and bool(WITHIN_UNIT.fullmatch(compact(label.text)))


def _tasks(labels: list[_Label]) -> list[_Label]:
    """The columns of what is to be done; an issue (存在问题) in front of them, or alone, is one of them."""
    tasks = [label for label in labels if label.kind is Kind.TASK]
    issues = [label for label in labels if label.kind is Kind.ISSUE]
    if not tasks:
        return issues[:1]
    return [*(label for label in issues if label.column < tasks[0].column), *tasks]


def _aims(tasks: list[_Label]) -> tuple[int, ...]:
    """The columns of aims behind the last one that says what is to be done."""
    doing = [label.column for label in tasks if label.span > 1 or not AIM.fullmatch(compact(label.text))]
    return tuple(label.column for label in tasks if doing and label.column > doing[-1])
