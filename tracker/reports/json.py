"""The round as plain JSON values, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.domain.states import ObligationState

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.domain.rates import Rates
    from tracker.reports.data import ReportEntry, ReportTask, RoundReport


def to_json(report: RoundReport) -> dict[str, Any]:
    """The whole report; keys are only ever added, never renamed.

    ```
    {"list", "title", "note", "period", "period_label", "due_at", "as_of", "is_closed", "character_limit",
     RATES,
     "units": [{"id", "name", "kind", RATES}],
     "tasks": [{"id", "number", "section", "measure", "content", "units_text", RATES,
                "entries": [{"unit_id", "unit", "role", "state", "text", "nil_reason",
                             "first_submitted_at", "submitted_at", "is_late", "version"}]}]}
    ```
    RATES stands for "expected", "filed", "on_time", "late", "missing", "nil", "exempt", "returned",
    "accepted" (counts) and "completeness", "timeliness" (0 to 1, null where nothing is expected).
    Times are ISO 8601 with the site's offset, null for what has not happened. `entries` begins with the lead
    unit. `state` is "pending", "submitted", "returned", "accepted", "nil" or "exempt"; a draft is pending.
    Texts are as filed: a reader that shows them as HTML or in a spreadsheet has to escape them itself.
    """
    return {
        "list": report.list_slug,
        "title": report.list_title,
        "note": report.note,
        "period": report.period,
        "period_label": report.period_label,
        "due_at": _time(report.due_at),
        "as_of": _time(report.as_of),
        "is_closed": report.is_closed,
        "character_limit": report.character_limit,
        **_rates(report.rates),
        "units": [
            {"id": unit.id, "name": unit.name, "kind": unit.kind, **_rates(unit.rates)}
            for unit in report.units
        ],
        "tasks": [_task(task) for task in report.tasks],
    }


def _task(task: ReportTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "number": task.number,
        "section": task.section,
        "measure": task.measure,
        "content": task.content,
        "units_text": task.units_text,
        **_rates(task.rates),
        "entries": [_entry(entry) for entry in task.entries],
    }


def _entry(entry: ReportEntry) -> dict[str, Any]:
    state = ObligationState.PENDING if entry.state is ObligationState.DRAFT else entry.state
    return {
        "unit_id": entry.unit.id,
        "unit": entry.unit.name,
        "role": entry.role,
        "state": state.value,
        "text": entry.text,
        "nil_reason": entry.nil_reason,
        "first_submitted_at": _time(entry.first_submitted_at),
        "submitted_at": _time(entry.submitted_at),
        "is_late": entry.is_late,
        "version": entry.version,
    }


def _rates(rates: Rates) -> dict[str, int | float | None]:
    return {
        "expected": rates.expected,
        "filed": rates.filed,
        "on_time": rates.on_time,
        "late": rates.late,
        "missing": rates.missing,
        "nil": rates.nil,
        "exempt": rates.exempt,
        "returned": rates.returned,
        "accepted": rates.accepted,
        "completeness": rates.completeness,
        "timeliness": rates.timeliness,
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
