"""The round as plain JSON values, for other programs and to be kept."""

from __future__ import annotations

from datetime import timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.reports.data import (
    PastRound,
    PastText,
    ReportEntry,
    ReportIndicator,
    ReportTask,
    ReportUnit,
    RoundReport,
)
from tracker.reports.json_shape import RoundShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal

    from tracker.reports.json_shape import EntryShape, RatesShape, TaskShape


def to_json(report: RoundReport) -> dict[str, Any]:
    """The whole report as a `RoundShape`: docs/data.md describes it. Nothing is lost but the name of the
    time zone, and that a unit has begun a draft.

    Texts are as filed: a reader that shows them as HTML or in a spreadsheet has to escape them itself.
    """
    tasks = [
        task_json(task) | {"entries": [entry_json(entry) for entry in task.entries]} for task in report.tasks
    ]
    return head_json(report) | {"tasks": tasks}


def head_json(report: RoundReport) -> dict[str, Any]:
    """All but the tasks."""
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
        "part": report.part,
        "asks_assessment": report.asks_assessment,
        "scoring": report.scoring.model_dump(mode="json"),
        **rates_json(report.rates),
        "units": [unit_json(unit) for unit in report.units],
        "indicators": [_indicator(found) for found in report.indicators],
        "past_rounds": [
            {"period": past.period, "period_label": past.period_label, **rates_json(past.rates)}
            for past in report.past_rounds
        ],
    }


def unit_json(unit: ReportUnit) -> dict[str, Any]:
    return {
        "id": unit.id,
        "name": unit.name,
        "kind": str(unit.kind),
        "extended_to": _time(unit.extended_to),
        "missed_before": unit.missed_before,
        **rates_json(unit.rates),
    }


def task_json(task: ReportTask) -> dict[str, Any]:
    """All but the entries."""
    return {
        "id": task.id,
        "number": task.number,
        "section": task.section,
        "measure": task.measure,
        "measure_id": task.measure_id,
        "content": task.content,
        "units_text": task.units_text,
        "units_block": task.units_block,
        **rates_json(task.rates),
        "past": [
            {
                "period": past.period,
                "period_label": past.period_label,
                "unit": past.unit,
                "state": _state(past.state),
                "assessment": past.assessment,
                "words": past.words,
            }
            for past in task.past
        ],
    }


def entry_json(entry: ReportEntry) -> dict[str, Any]:
    return {
        "unit_id": entry.unit.id,
        "unit": entry.unit.name,
        "role": entry.role,
        "state": _state(entry.state),
        "text": entry.text,
        "nil_reason": entry.nil_reason,
        "first_submitted_at": _time(entry.first_submitted_at),
        "submitted_at": _time(entry.submitted_at),
        "is_late": entry.is_late,
        "version": entry.version,
        "assessment": entry.assessment,
        "times_returned": entry.times_returned,
        "has_no_substance": entry.has_no_substance,
        "struck_out": list(entry.struck_out),
    }


def rates_json(rates: Rates) -> dict[str, int | float | None]:
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


def _indicator(found: ReportIndicator) -> dict[str, Any]:
    return {
        "task_number": found.task_number,
        "name": found.name,
        "unit": found.unit,
        "target_text": found.target_text,
        "target": _digits(found.target),
        "target_date": found.target_date,
        "value": _digits(found.value),
        "period_label": found.period_label,
        "reporters": found.reporters,
        "is_of_lead": found.is_of_lead,
        "share": _digits(found.share),
        "points": [{"period": period, "value": str(value)} for period, value in found.points],
    }


def _state(state: ObligationState) -> str:
    """A draft is nobody's business yet."""
    return (ObligationState.PENDING if state is ObligationState.DRAFT else state).value


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def from_json(values: Mapping[str, Any]) -> RoundReport:
    """What `to_json` was given, also where an earlier release of the program wrote it.

    Raises ValueError for what is no such round.
    """
    shape = RoundShape.model_validate(values)
    units = {
        found.id: ReportUnit(
            id=found.id,
            name=found.name,
            kind=found.kind,
            rates=_rates(found),
            extended_to=_moment(found.extended_to),
            missed_before=found.missed_before,
        )
        for found in shape.units
    }
    unknown = {entry.unit_id for task in shape.tasks for entry in task.entries} - units.keys()
    if unknown:
        raise ValueError(f"entries of units that are not listed: {sorted(unknown)}")
    measures = _numbered((task.measure_id, task.measure) for task in shape.tasks)
    blocks = _numbered((task.units_block, task.units_text) for task in shape.tasks)
    return RoundReport(
        list_slug=shape.list,
        list_title=shape.title,
        note=shape.note,
        period=shape.period,
        period_label=shape.period_label,
        due_at=_aware(shape.due_at),
        as_of=_aware(shape.as_of),
        is_closed=shape.is_closed,
        character_limit=shape.character_limit,
        rates=_rates(shape),
        tasks=tuple(
            _task(task, measure, block, units)
            for task, measure, block in zip(shape.tasks, measures, blocks, strict=True)
        ),
        units=tuple(units.values()),
        asks_assessment=shape.asks_assessment,
        scoring=shape.scoring,
        indicators=tuple(
            ReportIndicator(
                **{name: getattr(found, name) for name in _ALIKE},
                points=tuple((point.period, point.value) for point in found.points),
            )
            for found in shape.indicators
        ),
        past_rounds=tuple(
            PastRound(found.period, found.period_label, _rates(found)) for found in shape.past_rounds
        ),
        part=shape.part,
    )


_ALIKE = tuple(name for name in ReportIndicator.__dataclass_fields__ if name != "points")


def _task(task: TaskShape, measure: int, block: int, units: Mapping[int, ReportUnit]) -> ReportTask:
    return ReportTask(
        id=task.id,
        number=task.number,
        section=task.section,
        measure=task.measure,
        measure_id=measure,
        content=task.content,
        units_text=task.units_text,
        units_block=block,
        entries=tuple(_entry(entry, units[entry.unit_id]) for entry in task.entries),
        rates=_rates(task),
        past=tuple(
            PastText(
                past.period,
                past.period_label,
                past.unit,
                ObligationState(past.state),
                past.assessment,
                past.words,
            )
            for past in task.past
        ),
    )


def _entry(entry: EntryShape, unit: ReportUnit) -> ReportEntry:
    return ReportEntry(
        unit=unit,
        role=entry.role,
        state=ObligationState(entry.state),
        text=entry.text,
        nil_reason=entry.nil_reason,
        first_submitted_at=_moment(entry.first_submitted_at),
        submitted_at=_moment(entry.submitted_at),
        is_late=entry.is_late,
        version=entry.version,
        assessment=entry.assessment,
        times_returned=entry.times_returned,
        has_no_substance=entry.has_no_substance,
        struck_out=entry.struck_out,
    )


def _numbered(found: Iterable[tuple[int | None, str]]) -> list[int]:
    """The numbers as written; where there are none, neighbours of the same words have one."""
    pairs = list(found)
    if all(number is not None for number, _words in pairs):
        return [number for number, _words in pairs if number is not None]
    numbers = [1] * len(pairs)
    for place, ((_, before), (_, words)) in enumerate(pairwise(pairs), start=1):
        numbers[place] = numbers[place - 1] + (words != before)
    return numbers


def _rates(found: RatesShape) -> Rates:
    return Rates(
        expected=found.expected,
        filed=found.filed,
        on_time=found.on_time,
        late=found.late,
        nil=found.nil,
        exempt=found.exempt,
        returned=found.returned,
        accepted=found.accepted,
    )


def _moment(at: datetime | None) -> datetime | None:
    return _aware(at) if at else None


def _aware(at: datetime) -> datetime:
    """With an offset of the standard library, as every other moment has."""
    return at.replace(tzinfo=timezone(at.utcoffset() or timedelta()))
