"""From a task row to a task: its short title, and its units with their roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_names import split_units
from tracker.importers.parsed import ParsedTask, ParsedUnit, Problem

if TYPE_CHECKING:
    from tracker.domain.unit_names import UnitMention
    from tracker.importers.closing_note import LeadRule
    from tracker.importers.parsed import UnitRole
    from tracker.importers.table import TaskRow

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
    mentions = split_units(row.units)
    leader = _leader(mentions, lead)
    units = tuple(
        ParsedUnit(mention.text, mention.name, _role(mention, leader), row.units_are_inherited)
        for mention in mentions
    )
    task = ParsedTask(
        number=row.number,
        section=row.section,
        measure=row.measure,
        title=short_title(row.content),
        content=row.content,
        units=units,
        deadline=row.deadline,
        lead_certain=lead == "first" and leader is not None,
        where=row.where,
    )
    problems = []
    if row.units and leader is None:
        problems.append(
            Problem(
                row.where,
                "lead_missing",
                f"序号 {row.number} 的责任单位“{row.units}”中看不出牵头单位。请在第一位写明具体单位。",
                is_blocking=False,
            )
        )
    return TaskReading(task, tuple(problems))


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


def _leader(mentions: tuple[UnitMention, ...], lead: LeadRule) -> UnitMention | None:
    """The first unit; where the document says that the first one leads, a collective there leads nobody."""
    candidates = mentions[:1] if lead == "first" else mentions
    return next((mention for mention in candidates if not mention.is_group), None)


def _role(mention: UnitMention, leader: UnitMention | None) -> UnitRole:
    if mention.is_group:
        return "group"
    return "lead" if mention is leader else "support"
