"""A part of a round as a report of its own: one unit, one kind of unit, or one measure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.domain.rates import Tally, rates_of
from tracker.domain.states import FILED, ObligationState
from tracker.errors import NotFoundError
from tracker.reports.wording import kind_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.rates import Rates
    from tracker.reports.data import ReportEntry, ReportIndicator, ReportTask, RoundReport


def narrowed(
    report: RoundReport, *, unit_id: int | None = None, kind: str | None = None, measure_id: int | None = None
) -> RoundReport:
    """By all that is given. Raises NotFoundError where nothing is left."""
    if measure_id is not None:
        report = of_measure(report, measure_id)
    if kind is not None:
        report = of_kind(report, kind)
    return report if unit_id is None else of_unit(report, unit_id)


def of_unit(report: RoundReport, unit_id: int) -> RoundReport:
    """What `unit_id` owes and filed, and no word of another unit. Raises NotFoundError where it owes nothing."""
    name = next((unit.name for unit in report.units if unit.id == unit_id), "")
    found = _of_entries(report, name, lambda entry: entry.unit.id == unit_id)
    # Another unit may have led the task before.
    tasks = [
        replace(task, past=tuple(past for past in task.past if past.unit == name)) for task in found.tasks
    ]
    return replace(found, tasks=tuple(tasks))


def of_kind(report: RoundReport, kind: str) -> RoundReport:
    """What units of `kind` owe and filed. Raises NotFoundError where the round has none."""
    return _of_entries(report, kind_label(kind, str), lambda entry: entry.unit.kind == kind)


def of_measure(report: RoundReport, measure_id: int) -> RoundReport:
    """The tasks of one measure with all their units. Raises NotFoundError for one that is not in the list."""
    tasks = [task for task in report.tasks if task.measure_id == measure_id]
    if not tasks:
        raise NotFoundError
    numbers = {task.number for task in tasks}
    indicators = [one for one in report.indicators if one.task_number in numbers]
    return _counted(report, tasks[0].measure, tasks, indicators)


def _of_entries(report: RoundReport, part: str, is_wanted: Callable[[ReportEntry], bool]) -> RoundReport:
    tasks: list[ReportTask] = []
    led: set[str] = set()
    for task in report.tasks:
        entries = tuple(filter(is_wanted, task.entries))
        if not entries:
            continue
        # Who was exempt because the task went to another unit leads it no more.
        leads = any(entry.role == "lead" and entry.state is not ObligationState.EXEMPT for entry in entries)
        if leads:
            led.add(task.number)
        tasks.append(replace(task, entries=entries, past=task.past if leads else ()))
    if not tasks:
        raise NotFoundError
    # A value that other units took part in is not this part's, and no more are those of earlier periods, which may be.
    indicators = [
        replace(one, points=()) for one in report.indicators if one.is_of_lead and one.task_number in led
    ]
    return _counted(report, part, tasks, indicators)


def _counted(
    report: RoundReport, part: str, tasks: list[ReportTask], indicators: list[ReportIndicator]
) -> RoundReport:
    """All counts follow from the entries. Earlier rounds are known as a whole only and fall away."""
    by_unit: dict[int, list[ReportEntry]] = defaultdict(list)
    for task in tasks:
        for entry in task.entries:
            by_unit[entry.unit.id].append(entry)
    units = {
        unit.id: replace(unit, rates=_rates(by_unit[unit.id])) for unit in report.units if unit.id in by_unit
    }
    counted = []
    for task in tasks:
        entries = tuple(replace(entry, unit=units[entry.unit.id]) for entry in task.entries)
        counted.append(replace(task, entries=entries, rates=_rates(entries)))
    return replace(
        report,
        tasks=tuple(counted),
        units=tuple(units.values()),
        rates=_rates([entry for entries in by_unit.values() for entry in entries]),
        indicators=tuple(indicators),
        past_rounds=(),
        part=f"{report.part} {part}".strip(),
    )


def _rates(entries: list[ReportEntry] | tuple[ReportEntry, ...]) -> Rates:
    return rates_of(Tally(entry.state, entry.state in FILED and not entry.is_late) for entry in entries)
