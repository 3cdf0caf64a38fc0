"""From a task row to a task: its short title, and its units with their roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.importers.parsed import ParsedTask, ParsedUnit
from tracker.importers.plans.annotation_units import read_annotation
from tracker.importers.plans.leads import deadline_of, lead_and_roles
from tracker.importers.plans.numbering import without_number
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.unit_names import UnitMention
    from tracker.importers.plans.annotation_units import AnnotationReading
    from tracker.importers.plans.lead_rules import LeadRule
    from tracker.importers.tables.rows import TaskRow

TITLE_LENGTH: Final = 30
# 到2024年，… says when, not what.
_DATE_ALONE: Final = re.compile(r"(?:到|自|从|在)?\d{4}年(?:\d{1,2}月)?(?:底|末|起|以来)?前?")
_CLAUSE_END: Final = re.compile(r"[，。；：！？,;:!?\n]")
_OPENING, _CLOSING = "（(“‘《〈【〔", "）)”’》〉】〕"


@dataclass(frozen=True, slots=True)
class TaskReading:
    task: ParsedTask
    problems: tuple[Problem, ...]


def read_task(row: TaskRow, lead: LeadRule) -> TaskReading:
    """The task of `row`. Without a rule the first unit named is a guess at the lead (DESIGN rule 1)."""
    reading = read_annotation(row.units)
    rule = reading.rule.lead if reading.rule else lead
    found = task_of(row, reading, rule)
    if row.units and not reading.units:
        message = f"序号 {row.number} 的责任单位写的是“{row.units}”，没有读到单位。请填写。"
        problem = Problem(row.where, "units_missing", message, is_blocking=False)
        return replace(found, problems=(*found.problems, problem))
    return found


def task_of(
    row: TaskRow, reading: AnnotationReading, lead: LeadRule, carried: Sequence[UnitMention] = ()
) -> TaskReading:
    """The task of `row` with the units of `reading`, and those `carried` from an annotation above."""
    roles, is_certain = lead_and_roles(reading, lead)
    units = [ParsedUnit(mention.text, mention.name, role, row.units_are_inherited) for mention, role in roles]
    named = {unit.name for unit in units}
    units += [
        ParsedUnit(mention.text, mention.name, "group" if mention.is_group else "support", inherited=True)
        for mention in carried
        if mention.name not in named
    ]
    task = ParsedTask(
        number=row.number,
        section=row.section,
        measure=row.measure,
        title=short_title(without_number(row.content)),
        content=row.content,
        units=tuple(units),
        deadline=row.deadline or deadline_of(reading.deadline, row.content),
        lead_certain=is_certain,
        where=row.where,
    )
    return TaskReading(task, _lead_problems(row, task))


def _lead_problems(row: TaskRow, task: ParsedTask) -> tuple[Problem, ...]:
    if not row.units or not task.units or any(unit.role == "lead" for unit in task.units):
        return ()
    message = f"序号 {row.number} 的责任单位“{row.units}”中看不出牵头单位。请在第一位写明具体单位。"
    return (Problem(row.where, "lead_missing", message, is_blocking=False),)


def short_title(content: str) -> str:
    """The first clause of `content`, at most 30 characters; one that is a date takes the next along."""
    depth = 0
    end = len(content)
    for index, char in enumerate(content):
        depth = max(depth + (char in _OPENING) - (char in _CLOSING), 0)
        if depth == 0 and _CLAUSE_END.match(char) and not _DATE_ALONE.fullmatch(content[:index]):
            end = index
            break
    clause = " ".join(content[:end].split())
    return clause if len(clause) <= TITLE_LENGTH else clause[: TITLE_LENGTH - 1] + "…"
