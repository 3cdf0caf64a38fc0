"""A parsed document as `tracker parse --json` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.domain.rules import ReportingRules
    from tracker.importers.parsed import ParsedDocument, ParsedTask


def to_json(document: ParsedDocument) -> dict[str, Any]:
    """The stable shape of the command: the same document gives the same text."""
    return {
        "title": document.title,
        "rules": _rules(document.rules) if document.rules else None,
        "tasks": [_task(task) for task in document.tasks],
        "indicators": list(document.indicators),
        "problems": [
            {"where": problem.where, "code": problem.code, "message": problem.message}
            for problem in document.problems
        ],
    }


def _rules(rules: ReportingRules) -> dict[str, Any]:
    # A set has no order of its own.
    return rules.model_dump(mode="json") | {"filers": sorted(rules.filers)}


def _task(task: ParsedTask) -> dict[str, Any]:
    return {
        "number": task.number,
        "section": task.section,
        "measure": task.measure,
        "title": task.title,
        "content": task.content,
        "units": [
            {"text": unit.text, "name": unit.name, "role": unit.role, "inherited": unit.inherited}
            for unit in task.units
        ],
        "deadline": task.deadline,
        "lead_certain": task.lead_certain,
        "where": task.where,
    }
