"""A parsed document as `tracker parse --json` prints it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tracker.importers.indicators.parsed import indicator_json

if TYPE_CHECKING:
    from tracker.domain.rules import ReportingRules
    from tracker.importers.parsed import ParsedDocument, ParsedTask


def to_json(document: ParsedDocument) -> dict[str, Any]:
    """The stable shape of the command: the same document gives the same text.

    `outline` holds the headings and items that are no tasks, in their order:
    [{"where": "第 7 行", "level": 1, "number": "一、", "title": "总体要求"}, …].
    `cadences` holds rhythms found in the text, proposed as rules and not taken as such:
    [{"where": "第 33 行", "words": "每季", "every": "quarter", "text": "…每季开展一次信息采集"}, …].
    """
    return {
        "title": document.title,
        "rules": _rules(document.rules) if document.rules else None,
        "tasks": [_task(task) for task in document.tasks],
        "indicators": indicator_json(document.indicators, document.indicator_sets),
        "problems": [
            {"where": problem.where, "code": problem.code, "message": problem.message}
            for problem in document.problems
        ],
        "outline": [asdict(item) for item in document.outline],
        "cadences": [asdict(cadence) for cadence in document.cadences],
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
