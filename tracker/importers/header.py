"""The header row of a task table: which column holds what, told by the words in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tracker.importers.parsed import Problem

if TYPE_CHECKING:
    from tracker.importers.grid import Grid, Row


class _Kind(StrEnum):
    UNITS = "units"
    PROGRESS = "progress"
    DEADLINE = "deadline"
    SECTION = "section"
    NUMBER = "number"
    TASK = "task"
    OTHER = "other"


# The first that fits: 工作进展 is progress although it says 工作.
_WORDS: Final = (
    (
        _Kind.UNITS,
        re.compile(
            r".{0,4}(?:责任|承办|落实|实施|负责|主办|主管|牵头|配合|参与).{0,6}(?:单位|部门|主体).{0,8}"
        ),
    ),
    (_Kind.PROGRESS, re.compile(r".*(?:进度|进展|(?:落实|完成|推进)情况).*")),
    (_Kind.DEADLINE, re.compile(r".*(?:时限|期限|时间).*")),
    (_Kind.SECTION, re.compile(r".*(?:板块|领域|类别|分类).*")),
    (_Kind.NUMBER, re.compile(r"序号?|编号|任务(?:序号|编号)|no\.?", re.IGNORECASE)),
    (_Kind.TASK, re.compile(r".*(?:任务|措施|内容|举措|事项|工作|项目|目标).*")),
)
_LONGEST_LABEL: Final = 25
# 主要目标任务和具体落实措施: one label for the column of measures and the column of contents.
_TWO_THINGS: Final = re.compile(r".+[和及与、/].+")
_MEASURE_AND_CONTENT: Final = 2
_WITH_SECTION: Final = 3


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table; None for those that it does not have."""

    index: int
    labels: tuple[str, ...]
    units: int
    content: int
    number: int | None = None
    section: int | None = None
    measure: int | None = None
    deadline: int | None = None

    @property
    def task_columns(self) -> tuple[int, ...]:
        """The columns whose cells make a task."""
        columns = (self.number, self.section, self.measure, self.content, self.units)
        return tuple(column for column in columns if column is not None)


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    kind: _Kind
    column: int
    span: int


def labels_of(row: Row) -> tuple[str, ...]:
    """The row's own texts without white space, for telling a header from its repetition on the next page."""
    return tuple("".join(text.split()) for _, text in row.own())


def is_label(text: str) -> bool:
    """Whether `text` could name a column."""
    return _kind(text) is not _Kind.OTHER


def find_header(grid: Grid) -> Header | Problem | None:
    """The header of `grid`; a Problem when it cannot be used; None when this is no task table."""
    for index, row in enumerate(grid.rows):
        labels = _labels(row)
        kinds = {label.kind for label in labels}
        if _Kind.NUMBER in kinds or {_Kind.UNITS, _Kind.TASK} <= kinds:
            widened = labels if grid.merges_known else _widened(labels, grid.width)
            return _header(index, row, widened)
    return None


def _kind(text: str) -> _Kind:
    compact = "".join(unicodedata.normalize("NFKC", text).split())
    if len(compact) > _LONGEST_LABEL:
        return _Kind.OTHER
    return next((kind for kind, words in _WORDS if words.fullmatch(compact)), _Kind.OTHER)


def _labels(row: Row) -> list[_Label]:
    return [_Label(text, _kind(text), column, row.span(column)) for column, text in row.own()]


def _widened(labels: list[_Label], width: int) -> list[_Label]:
    """Where merges are lost a header can be narrower than its rows: the label of two columns is widened."""
    missing = width - len(labels)
    tasks = [label for label in labels if label.kind is _Kind.TASK]
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


def _header(index: int, row: Row, labels: list[_Label]) -> Header | Problem:
    def of(kind: _Kind) -> list[_Label]:
        return [label for label in labels if label.kind is kind]

    units, numbers, tasks = of(_Kind.UNITS), of(_Kind.NUMBER), of(_Kind.TASK)
    for label in labels:
        # A label over measure and content is usual; over anything else the columns under it have no names.
        allowed = _MEASURE_AND_CONTENT if label.kind is _Kind.TASK else 1
        matters = label.kind in (_Kind.UNITS, _Kind.NUMBER, _Kind.TASK) or not units
        if matters and label.span > allowed:
            return Problem(
                row.where,
                "merged_header",
                f"表头“{label.text}”合并了 {label.span} 栏，分不清各栏内容。请取消合并，为每栏写明名称。",
            )
    seen = "、".join(label.text for label in labels)
    if not units:
        return Problem(
            row.where,
            "no_unit_column",
            f"表头中没有责任单位一栏（现有：{seen}）。请增加“责任单位”栏并逐行填写。",
        )
    if len(units) > 1:
        names = "”“".join(label.text for label in units)
        return Problem(
            row.where,
            "several_unit_columns",
            f"表头中有 {len(units)} 栏都写单位：“{names}”。请并为一栏“责任单位”，牵头单位写在第一位。",
        )
    columns = [label.column + offset for label in tasks for offset in range(label.span)]
    if not 1 <= len(columns) <= _WITH_SECTION:
        return Problem(
            row.where,
            "no_content_column",
            f"分不清哪一栏是任务内容（现有：{seen}）。请保留“任务”和“具体措施”两栏，其余改用别的名称。",
        )
    sections = [label.column for label in of(_Kind.SECTION)] + columns[:-_MEASURE_AND_CONTENT]
    deadlines = of(_Kind.DEADLINE)
    return Header(
        index=index,
        labels=labels_of(row),
        units=units[0].column,
        content=columns[-1],
        number=numbers[0].column if numbers else None,
        section=sections[0] if sections else None,
        measure=columns[-2] if len(columns) > 1 else None,
        deadline=deadlines[0].column if deadlines else None,
    )
