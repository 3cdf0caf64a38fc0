"""The header row of a task table: which column holds what, told by the words in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tracker.importers.parsed import Problem
from tracker.importers.plans.lead_rules import read_lead_rule

if TYPE_CHECKING:
    from tracker.importers.files.grid import Grid, Row
    from tracker.importers.plans.lead_rules import LeadRule


class _Kind(StrEnum):
    UNITS = "units"
    LEADS = "leads"
    SUPPORTS = "supports"
    PROGRESS = "progress"
    DEADLINE = "deadline"
    SECTION = "section"
    NUMBER = "number"
    TASK = "task"
    OTHER = "other"


# The first that fits: 工作进展 is progress although it says 工作.
_BODY: Final = "(?:单位|部门|主体|处室|科室|股室)"
# 牵头单位责任人 and 责任单位联系电话 name persons.
_WITH_PERSONS: Final = re.compile(
    r"(?P<unit>.*(?:单位|部门|主体|处室|科室))(?:[及和与、/]|[（(])(?:具体)?(?:责任人|负责人|联系人)[）)]?"
)
_AIM: Final = re.compile(r".*(?:目标值?|成效|成果|标志性成果|完成标准|评价标准|计量单位)")
_NO_PERSON: Final = r"(?!.*(?:责任人|负责人|联系人|领导|电话|方式|意见|签字)$)"
_WORDS: Final = (
    (
        _Kind.LEADS,
        re.compile(
            rf"{_NO_PERSON}(?:[省市县区镇州]级|总|第一)?(?:牵头|主办|主责).{{0,6}}{_BODY}.{{0,8}}|牵头"
        ),
    ),
    (
        _Kind.SUPPORTS,
        re.compile(
            rf"{_NO_PERSON}(?:[省市县区镇州]级|主要)?(?:配合|参与|参加|协办|协同|协作|协助|支持|会办).{{0,6}}{_BODY}.{{0,8}}|配合|参与|协办"
        ),
    ),
    (
        _Kind.UNITS,
        re.compile(
            rf"{_NO_PERSON}.{{0,4}}(?:责任|承办|落实|实施|负责|主办|主管|牵头|配合|参与|承担|分工).{{0,6}}{_BODY}.{{0,14}}"
        ),
    ),
    (_Kind.DEADLINE, re.compile(r".*(?:时间进度|进度安排|进度要求|进度计划|推进计划).*")),
    (_Kind.PROGRESS, re.compile(r".*(?:进度|进展|(?:落实|完成|推进)情况).*")),
    (_Kind.DEADLINE, re.compile(r".*(?:时限|期限|时间|完成日期|节点).*")),
    (_Kind.SECTION, re.compile(r".*(?:板块|领域|类别|分类).*")),
    (
        _Kind.NUMBER,
        re.compile(r"序号?|序次|编号|条目|(?:任务|项目|清单|措施)(?:序号|编号)|no\.?", re.IGNORECASE),
    ),
    (_Kind.TASK, re.compile(r".*(?:任务|措施|内容|举措|事项|工作|项目|目标).*")),
)
_UNIT_LABELS: Final = {_Kind.LEADS: "牵头单位", _Kind.SUPPORTS: "配合单位", _Kind.UNITS: "责任单位"}
_LONGEST_LABEL: Final = 25
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

    @property
    def task_columns(self) -> tuple[int, ...]:
        """The columns whose cells make a task."""
        units = (unit.column for unit in self.units)
        columns = (self.number, self.section, self.measure, self.content, *units)
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
        if _Kind.NUMBER in kinds or (kinds & _UNIT_LABELS.keys() and _Kind.TASK in kinds):
            below = grid.rows[index + 1] if index + 1 < len(grid.rows) else None
            labels = _with_lower(labels, below)
            widened = labels if grid.merges_known else _widened(labels, grid.width)
            return _header(index, row, widened)
    return None


def _kind(text: str) -> _Kind:
    compact = _compact(text)
    if len(compact) > _LONGEST_LABEL:
        return _Kind.OTHER
    if found := _WITH_PERSONS.fullmatch(compact):
        compact = found["unit"]
    return next((kind for kind, words in _WORDS if words.fullmatch(compact)), _Kind.OTHER)


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _labels(row: Row) -> list[_Label]:
    return [_Label(text, _kind(text), column, row.span(column)) for column, text in row.own()]


def _with_lower(labels: list[_Label], below: Row | None) -> list[_Label]:
    """A label over several columns gives way to those of the next line: 责任单位 over 牵头单位 and 配合单位."""
    if below is None or not any(cell.up for cell in below.cells):
        return labels
    lower = [label for label in _labels(below) if label.kind is not _Kind.OTHER]
    parted: list[_Label] = []
    for label in labels:
        inside = [one for one in lower if label.column <= one.column < label.column + label.span]
        covered = sum(one.span for one in inside)
        parted += inside if label.span > 1 and covered == label.span else [label]
    return parted


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

    units = [label for label in labels if label.kind in _UNIT_LABELS]
    numbers, tasks = of(_Kind.NUMBER), of(_Kind.TASK)
    for label in labels:
        # A label over measure and content is usual; over anything else the columns under it have no names.
        allowed = _MEASURE_AND_CONTENT if label.kind is _Kind.TASK else 1
        matters = label.kind in (*_UNIT_LABELS, _Kind.NUMBER, _Kind.TASK) or not units
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
    if _is_unclear([label.kind for label in units]):
        names = "”“".join(label.text for label in units)
        return Problem(
            row.where,
            "several_unit_columns",
            f"表头中有 {len(units)} 栏都写单位：“{names}”，分不清谁牵头。请改为“牵头单位”和“配合单位”，或并为一栏。",
        )
    columns = [label.column + offset for label in tasks for offset in range(label.span)]
    aims = _aims(tasks)
    columns = [column for column in columns if column not in aims]
    if not 1 <= len(columns) <= _WITH_SECTION:
        return Problem(
            row.where,
            "no_content_column",
            f"分不清哪一栏是任务内容（现有：{seen}）。请保留“任务”和“具体措施”两栏，其余改用别的名称。",
        )
    sections = [label.column for label in of(_Kind.SECTION)] + columns[:-_MEASURE_AND_CONTENT]
    deadlines = of(_Kind.DEADLINE)
    stated = next((rule for label in units if (rule := read_lead_rule(label.text))), None)
    return Header(
        index=index,
        labels=labels_of(row),
        units=tuple(
            UnitColumn(
                label.column, _UNIT_LABELS[label.kind], bool(_WITH_PERSONS.fullmatch(_compact(label.text)))
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


def _is_unclear(kinds: list[_Kind]) -> bool:
    """Whether nobody can tell who leads: beside one column of leads the others may be many."""
    if kinds.count(_Kind.LEADS) == 1:
        return False
    return len(set(kinds)) < len(kinds)


def _aims(tasks: list[_Label]) -> tuple[int, ...]:
    """The columns of aims behind the last one that says what is to be done."""
    doing = [label.column for label in tasks if label.span > 1 or not _AIM.fullmatch(_compact(label.text))]
    return tuple(label.column for label in tasks if doing and label.column > doing[-1])
