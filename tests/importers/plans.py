"""Reads a plan written in a test, and shows its tasks in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.importers.document import read_source
from tracker.importers.files.source import SourceFile

if TYPE_CHECKING:
    from tracker.importers.document import DocumentReading
    from tracker.importers.parsed import ParsedTask


def read(text: str, name: str = "方案.txt") -> DocumentReading:
    return read_source(SourceFile(name, text.encode()))


def tasks(text: str) -> tuple[ParsedTask, ...]:
    return read(text).document.tasks


def named(task: ParsedTask, role: str) -> list[str]:
    return [unit.name for unit in task.units if unit.role == role]


def one(annotation: str) -> ParsedTask:
    """The only task of a plan whose one item ends with `annotation`."""
    (task,) = tasks(f"某市行动方案\n一、重点任务\n（一）加强供给。扩大覆盖面，提高质量。{annotation}\n")
    return task


def shape(task: ParsedTask) -> tuple[list[str], list[str], list[str], bool]:
    """Leads, supports, groups, and whether the lead is certain."""
    return named(task, "lead"), named(task, "support"), named(task, "group"), task.lead_certain
