"""Two reports of one list side by side: rates, units, places in the ranking, tasks and what was filed and held of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.reports.ranking import rankings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tracker.domain.assessment import Assessment
    from tracker.domain.faults import Fault
    from tracker.domain.rates import Rates
    from tracker.reports.data import ReportEntry, ReportIndicator, ReportTask, ReportUnit, RoundReport
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
class EntryChange:
    """What a unit filed of a task, and what was held against it or struck out, where that is not the same in both.

    `is_filed` where there were no words before, `is_reworded` where there were others. `is_without_substance` is the
    later finding, None where it did not change.
    """

    unit: str
    is_filed: bool
    is_reworded: bool
    is_without_substance: bool | None
    struck_out: tuple[Fault, ...]
    held_again: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class TaskChange:
    """`number` and `content` are the later ones; rates None where the task is not in that round.

    `entries` are those that changed.
    """

    number: str
    content: str
    before: Rates | None
    after: Rates | None
    leads: tuple[LeadChange, ...]
    entries: tuple[EntryChange, ...]

    @property
    def is_changed(self) -> bool:
        return self.before != self.after or bool(self.entries) or any(lead.is_changed for lead in self.leads)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`own_words` are the parts that the office writes itself and that differ, by name; of two editions only."""

    before: RoundReport
    after: RoundReport
    kinds: tuple[KindChange, ...]
    tasks: tuple[TaskChange, ...]
    own_words: tuple[str, ...] = ()

    @property
    def not_due(self) -> tuple[RoundReport, ...]:
        """Those taken before the due moment of their round: what is missing there may still come in time."""
        return tuple(
            report
            for report in (self.before, self.after)
            if report.as_of <= report.due_at and not report.is_closed
        )

    @property
    def indicators(self) -> tuple[tuple[str, str], ...]:
        """Task number and name of the indicators that are not the same in both."""
        earlier, later = _indicators(self.before), _indicators(self.after)
        return tuple(
            found for found in dict.fromkeys([*later, *earlier]) if earlier.get(found) != later.get(found)
        )


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
    then, now = _entries(before), _entries(after)
    changes = (_entry(then.get(unit_id), now.get(unit_id)) for unit_id in dict.fromkeys([*now, *then]))
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
        entries=tuple(change for change in changes if change is not None),
    )


def _leads(task: ReportTask | None) -> dict[int, ReportEntry]:
    return {unit_id: entry for unit_id, entry in _entries(task).items() if entry.role == "lead"}


def _entries(task: ReportTask | None) -> dict[int, ReportEntry]:
    return {entry.unit.id: entry for entry in task.entries} if task else {}


def _entry(before: ReportEntry | None, after: ReportEntry | None) -> EntryChange | None:
    """None where both are the same."""
    shown = after or before
    assert shown is not None  # noqa: S101 - it came out of one of the two
    words, found, struck_out = _held(before)
    new_words, new_found, now_struck_out = _held(after)
    if (words, found, struck_out) == (new_words, new_found, now_struck_out):
        return None
    is_filed = new_words != words and not any(words)
    return EntryChange(
        unit=shown.unit.name,
        is_filed=is_filed,
        is_reworded=new_words != words and not is_filed,
        is_without_substance=new_found if new_found is not found else None,
        struck_out=tuple(fault for fault in now_struck_out if fault not in struck_out),
        held_again=tuple(fault for fault in struck_out if fault not in now_struck_out),
    )


def _held(entry: ReportEntry | None) -> tuple[tuple[str, str], bool, tuple[Fault, ...]]:
    """What was filed, whether it was found to be without substance, and what an appeal struck out."""
    if entry is None:
        return ("", ""), False, ()
    return (entry.text, entry.nil_reason), entry.has_no_substance, entry.struck_out


def _indicators(report: RoundReport) -> dict[tuple[str, str], ReportIndicator]:
    return {(one.task_number, one.name): one for one in report.indicators}
