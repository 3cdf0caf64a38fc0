"""Two reports of one list side by side: rates, units, places in the ranking, tasks and their leads' own judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.reports.ranking import rankings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tracker.domain.assessment import Assessment
    from tracker.domain.rates import Rates
    from tracker.reports.data import ReportEntry, ReportTask, ReportUnit, RoundReport
    from tracker.reports.ranking import RankedUnit


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit in one of the two; `place` and `score` are None where it is not ranked."""

    rates: Rates
    place: int | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UnitChange:
    """None where the unit owed nothing."""

    name: str
    before: Standing | None
    after: Standing | None

    @property
    def places_up(self) -> int | None:
        """How many places it gained, lost where negative; None unless it is ranked in both."""
        if not self.before or not self.after or self.before.place is None or self.after.place is None:
            return None
        return self.before.place - self.after.place

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class KindChange:
    """`kind` as in `ReportUnit`; the units by their place afterwards, those without one last."""

    kind: str
    units: tuple[UnitChange, ...]


@dataclass(frozen=True, slots=True)
class LeadChange:
    """What the lead unit of a task said of it; None where it said nothing, or there was no such lead."""

    unit: str
    before: Assessment | None
    after: Assessment | None

    @property
    def is_changed(self) -> bool:
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class TaskChange:
    """`number` and `content` are the later ones; rates None where the task is not in that round."""

    number: str
    content: str
    before: Rates | None
    after: Rates | None
    leads: tuple[LeadChange, ...]

    @property
    def is_changed(self) -> bool:
        return self.before != self.after or any(lead.is_changed for lead in self.leads)


@dataclass(frozen=True, slots=True)
class Comparison:
    before: RoundReport
    after: RoundReport
    kinds: tuple[KindChange, ...]
    tasks: tuple[TaskChange, ...]


def compare(before: RoundReport, after: RoundReport, lineages: Mapping[int, int]) -> Comparison:
    """`lineages` says by a task's id which task it is in all versions of the list; units are known by their ids."""
    return Comparison(before, after, _kinds(before, after), _tasks(before, after, lineages))


def _kinds(before: RoundReport, after: RoundReport) -> tuple[KindChange, ...]:
    earlier, later = _standings(before), _standings(after)
    units: dict[int, ReportUnit] = {unit.id: unit for report in (before, after) for unit in report.units}
    in_order = [unit.id for unit in after.units] + [unit.id for unit in before.units]
    found: dict[str, list[UnitChange]] = {}
    for unit_id in dict.fromkeys(in_order):
        unit = units[unit_id]
        change = UnitChange(unit.name, earlier.get(unit_id), later.get(unit_id))
        found.setdefault(unit.kind, []).append(change)
    return tuple(KindChange(kind, tuple(sorted(changes, key=_place))) for kind, changes in found.items())


def _place(change: UnitChange) -> tuple[bool, int]:
    place = change.after.place if change.after else None
    return place is None, place or 0


def _standings(report: RoundReport) -> dict[int, Standing]:
    ranked: dict[int, RankedUnit] = {
        row.unit.id: row for ranking in rankings_of(report) for row in ranking.rows
    }
    return {
        unit.id: Standing(unit.rates, ranked[unit.id].place, ranked[unit.id].score)
        if unit.id in ranked
        else Standing(unit.rates)
        for unit in report.units
    }


def _tasks(before: RoundReport, after: RoundReport, lineages: Mapping[int, int]) -> tuple[TaskChange, ...]:
    """In the order of the later round; what is only in the earlier one comes last."""

    def by_lineage(report: RoundReport) -> dict[int, ReportTask]:
        return {lineages.get(task.id, -task.id): task for task in report.tasks if task.entries}

    earlier, later = by_lineage(before), by_lineage(after)
    return tuple(
        _task(earlier.get(lineage), later.get(lineage)) for lineage in dict.fromkeys([*later, *earlier])
    )


def _task(before: ReportTask | None, after: ReportTask | None) -> TaskChange:
    shown = after or before
    assert shown is not None  # noqa: S101 - it came out of one of the two
    earlier, later = _leads(before), _leads(after)
    return TaskChange(
        number=shown.number,
        content=shown.content,
        before=before.rates if before else None,
        after=after.rates if after else None,
        leads=tuple(
            LeadChange(
                (later.get(unit_id) or earlier[unit_id]).unit.name,
                earlier[unit_id].assessment if unit_id in earlier else None,
                later[unit_id].assessment if unit_id in later else None,
            )
            for unit_id in dict.fromkeys([*later, *earlier])
        ),
    )


def _leads(task: ReportTask | None) -> dict[int, ReportEntry]:
    return {entry.unit.id: entry for entry in task.entries if entry.role == "lead"} if task else {}
