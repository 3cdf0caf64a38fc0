"""What the label of a column says that the column holds: units, tasks, deadlines, numbers, progress."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a column holds. ISSUE counts as a task only in front of the tasks, or alone."""

    UNITS = "units"
    LEADS = "leads"
    SUPPORTS = "supports"
    PROGRESS = "progress"
    DEADLINE = "deadline"
    SECTION = "section"
    NUMBER = "number"
    TASK = "task"
    ISSUE = "issue"
    OTHER = "other"


# The first that fits: 工作进展 is progress although it says 工作.
_BODY: Final = "(?:单位|部门|主体|处室|科室|股室)"
# 牵头单位责任人 and 责任单位联系电话 name persons.
WITH_PERSONS: Final = re.compile(
    r"(?P<unit>.*(?:单位|部门|主体|处室|科室))(?:[及和与、/]|[（(])(?:具体)?(?:责任人|负责人|联系人)[）)]?"
)
AIM: Final = re.compile(r".*(?:目标值?|成效|成果|标志性成果|完成标准|评价标准|计量单位)")
WITHIN_UNIT: Final = re.compile(r".*(?:处室|科室|股室)")
_NO_PERSON: Final = r"(?!.*(?:责任人|负责人|联系人|领导|电话|方式|意见|签字)$)"
_WORDS: Final = (
    # 工作任务及责任单位: the units stand in the cell of the task.
    (
        Kind.TASK,
        re.compile(
            rf".*(?:任务|措施|内容|举措|事项)(?:[和及与、/]|[（(]含?)其?(?:牵头|责任).{{0,6}}{_BODY}[）)]?"
        ),
    ),
    (
        Kind.LEADS,
        re.compile(
            rf"{_NO_PERSON}(?:[省市县区镇州]级|总|第一)?(?:牵头|主办|主责).{{0,6}}{_BODY}.{{0,8}}|牵头"
        ),
    ),
    (
        Kind.SUPPORTS,
        re.compile(
            rf"{_NO_PERSON}(?:[省市县区镇州]级|主要)?(?:配合|参与|参加|协办|协同|协作|协助|支持|会办).{{0,6}}{_BODY}.{{0,8}}|配合|参与|协办"
        ),
    ),
    (
        Kind.UNITS,
        re.compile(
            rf"{_NO_PERSON}.{{0,4}}(?:责任|承办|落实|实施|负责|主办|主管|牵头|配合|参与|承担|分工).{{0,6}}{_BODY}.{{0,14}}"
        ),
    ),
    (Kind.DEADLINE, re.compile(r".*(?:时间进度|进度安排|进度要求|进度计划|推进计划).*")),
    (Kind.PROGRESS, re.compile(r".*(?:进度|进展|(?:落实|完成|推进)情况|下一?步|打算).*")),
    (Kind.DEADLINE, re.compile(r".*(?:时限|期限|时间|完成日期|节点).*")),
    (Kind.SECTION, re.compile(r".*(?:板块|领域|类别|分类).*")),
    (
        Kind.NUMBER,
        re.compile(r"序号?|序次|编号|条目|(?:任务|项目|清单|措施)(?:序号|编号)|no\.?", re.IGNORECASE),
    ),
    (Kind.TASK, re.compile(r".*(?:任务|措施|内容|举措|事项|工作|项目|目标).*")),
    (Kind.ISSUE, re.compile(r".*(?:问题|要求)(?:描述|表述|清单)?")),
)
UNIT_LABELS: Final = {Kind.LEADS: "牵头单位", Kind.SUPPORTS: "配合单位", Kind.UNITS: "责任单位"}
_LONGEST_LABEL: Final = 25


def is_label(text: str) -> bool:
    """Whether `text` could name a column."""
    return kind_of(text) is not Kind.OTHER


def kind_of(text: str) -> Kind:
    """What a column with this label holds; OTHER for any text that is no label."""
    label = compact(text)
    if len(label) > _LONGEST_LABEL:
        return Kind.OTHER
    if found := WITH_PERSONS.fullmatch(label):
        label = found["unit"]
    return next((kind for kind, words in _WORDS if words.fullmatch(label)), Kind.OTHER)


def compact(text: str) -> str:
    """`text` without white space and in half-width forms, as labels are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())
