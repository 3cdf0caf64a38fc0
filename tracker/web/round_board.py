"""The coordinator's board of a round: counts by unit and by task, and the matrix of both, as plain rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.rates import Rates
from tracker.domain.states import FILED, ObligationState
from tracker.models import Extension, Obligation, OrgUnit, ReportingRound, Task, UnitKind, key
from tracker.store.contacts import contacts_by_unit
from tracker.store.extensions import extensions_of
from tracker.store.lists import measures_of, tasks_of
from tracker.store.rounds import obligations_of, rates_by_task, rates_by_unit
from tracker.store.units import all_units
from tracker.web.words import kind_in_words, shown_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class UnitLine:
    unit: OrgUnit
    rates: Rates
    has_contact: bool
    extension: Extension | None


@dataclass(frozen=True, slots=True)
class KindTable:
    """Units of one kind: departments and counties are never ranked together."""

    kind: str
    label: str
    lines: tuple[UnitLine, ...]
    total: Rates


@dataclass(frozen=True, slots=True)
class TaskLine:
    task: Task
    measure: str
    is_new_measure: bool
    rates: Rates


@dataclass(frozen=True, slots=True)
class Cell:
    """One obligation in the matrix; a draft shows as pending to everybody but its unit."""

    obligation_id: int
    unit: str
    state: ObligationState
    is_late: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    task: Task
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are tasks, columns units; a cell is None where the unit does not owe the task.

    `groups` gives each kind of unit with how many columns it takes.
    """

    groups: tuple[tuple[str, int], ...]
    units: tuple[OrgUnit, ...]
    rows: tuple[MatrixRow, ...]


def unit_tables(
    session: Session, reporting_round: ReportingRound, gettext: Callable[[str], str]
) -> list[KindTable]:
    """Missing first: the unit that owes most stands on top of its kind."""
    rates = rates_by_unit(session, reporting_round)
    contacts = contacts_by_unit(session)
    extensions = extensions_of(session, reporting_round)
    by_kind: dict[UnitKind, list[UnitLine]] = defaultdict(list)
    for unit in all_units(session):
        if (found := rates.get(key(unit))) is not None:
            by_kind[unit.kind].append(
                UnitLine(unit, found, bool(contacts.get(key(unit))), extensions.get(key(unit)))
            )
    return [
        KindTable(
            kind=kind.value,
            label=kind_in_words(kind, gettext),
            lines=tuple(sorted(lines, key=lambda line: -line.rates.missing)),
            total=_total(line.rates for line in lines),
        )
        for kind, lines in sorted(by_kind.items(), key=_departments_first)
    ]


def task_lines(session: Session, reporting_round: ReportingRound) -> list[TaskLine]:
    rates = rates_by_task(session, reporting_round)
    measures = measures_of(session, reporting_round.version_id)
    lines: list[TaskLine] = []
    before: int | None = None
    for task in tasks_of(session, reporting_round.version_id):
        if key(task) not in rates:
            continue
        measure = measures.get(task.measure_id or 0)
        title = measure.title if measure else ""
        lines.append(TaskLine(task, title, bool(title) and task.measure_id != before, rates[key(task)]))
        before = task.measure_id
    return lines


def matrix_of(session: Session, reporting_round: ReportingRound, gettext: Callable[[str], str]) -> Matrix:
    obligations = obligations_of(session, reporting_round)
    owing = {obligation.unit_id for obligation in obligations}
    by_kind: dict[UnitKind, list[OrgUnit]] = defaultdict(list)
    for unit in all_units(session):
        if key(unit) in owing:
            by_kind[unit.kind].append(unit)
    ordered = sorted(by_kind.items(), key=_departments_first)
    units = [unit for _, found in ordered for unit in found]
    by_place = {(obligation.task_id, obligation.unit_id): obligation for obligation in obligations}
    owed_tasks = {obligation.task_id for obligation in obligations}
    return Matrix(
        groups=tuple((kind_in_words(kind, gettext), len(found)) for kind, found in ordered),
        units=tuple(units),
        rows=tuple(
            MatrixRow(task, tuple(_cell(by_place.get((key(task), key(unit))), unit) for unit in units))
            for task in tasks_of(session, reporting_round.version_id)
            if key(task) in owed_tasks
        ),
    )


def _cell(obligation: Obligation | None, unit: OrgUnit) -> Cell | None:
    if obligation is None:
        return None
    is_late = obligation.state in FILED and not obligation.is_on_time
    return Cell(key(obligation), unit.name, shown_state(obligation.state), is_late)


def _departments_first(entry: tuple[UnitKind, object]) -> int:
    return list(UnitKind).index(entry[0])


def _total(all_rates: Iterable[Rates]) -> Rates:
    counted = list(all_rates)
    return Rates(
        expected=sum(rates.expected for rates in counted),
        filed=sum(rates.filed for rates in counted),
        on_time=sum(rates.on_time for rates in counted),
        late=sum(rates.late for rates in counted),
        nil=sum(rates.nil for rates in counted),
        exempt=sum(rates.exempt for rates in counted),
        returned=sum(rates.returned for rates in counted),
        accepted=sum(rates.accepted for rates in counted),
    )
