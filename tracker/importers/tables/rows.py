"""What a task table gives: its rows as they say it, and what a person must look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.importers.plans.lead_rules import LeadRule
    from tracker.importers.problem import Problem


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as its row says it. `units_are_inherited`: they stand in a cell that starts in a row above."""

    number: str
    section: str
    measure: str
    content: str
    units: str
    units_are_inherited: bool
    deadline: str
    where: str


@dataclass(frozen=True, slots=True)
class TableReading:
    """A task table: the lines above its header, its tasks, its closing note, what a person must look at."""

    titles: tuple[str, ...]
    rows: tuple[TaskRow, ...]
    note: str
    problems: tuple[Problem, ...]
    lead: LeadRule = "unknown"
    where: str = ""
