"""The coordinator's board of a round: counts by unit and by task, and the matrix of both, as plain rows.

Everything is counted from the obligations: no text, draft or review is read, however many there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tracker.domain.rates import Rates
from tracker.domain.states import FILED, ObligationState
from tracker.models import Extension, Task, key
from tracker.store.contacts import units_with_contacts
from tracker.store.extensions import extensions_of
from tracker.store.lists import tasks_of
from tracker.store.obligation_list import STATES, StateWord, matrix_cells
from tracker.store.rounds import rates_by_task, rates_by_unit
from tracker.store.units import UnitHead, unit_heads
from tracker.web.pager import pager_of
from tracker.web.words import kind_in_words, shown_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlmodel import Session

    from tracker.models import ReportingRound
    from tracker.store.obligation_list import MatrixCell, ObligationFilter
    from tracker.web.pager import Pager

    Gettext = Callable[[str], str]

# Rows of a table on one page, and cells of a matrix; of a matrix at least so many units.
_ROWS: Final = 100
_CELLS: Final = 3000
_COLUMNS: Final = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """What is asked of the board: the filter, and the address of a page of it."""

    wanted: ObligationFilter
    query: Mapping[str, str]
    address: Callable[[int], str]

    def pager(self, total: int, size: int) -> Pager:
        return pager_of(self.query, total, size, self.address)


@dataclass(frozen=True, slots=True)
class UnitLine:
    unit: UnitHead
    rates: Rates
    has_contact: bool
    extension: Extension | None


@dataclass(frozen=True, slots=True)
class KindTable:
    """Units of one kind: departments and counties are never ranked together. `total` is of the whole kind."""

    kind: str
    label: str
    lines: tuple[UnitLine, ...]
    total: Rates


@dataclass(frozen=True, slots=True)
class UnitBoard:
    total: Rates
    tables: tuple[KindTable, ...]
    pager: Pager
    count: int


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """`lines` are tasks with their rates."""

    total: Rates
    lines: tuple[tuple[Task, Rates], ...]
    pager: Pager
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One obligation in the matrix; a draft shows as pending to everybody but its unit."""

    obligation_id: int
    state: ObligationState
    is_late: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are tasks, columns units; a cell is None where the unit does not owe the task.

    `groups` gives each kind of unit with how many columns it takes.
    """

    total: Rates
    groups: tuple[tuple[str, int], ...]
    units: tuple[UnitHead, ...]
    rows: tuple[tuple[Task, tuple[Cell | None, ...]], ...]
    pager: Pager
    count: int


def unit_board(
    session: Session, reporting_round: ReportingRound, shown: Shown, gettext: Gettext
) -> UnitBoard:
    """Missing first: the unit that owes most stands on top of its kind."""
    rates = rates_by_unit(session, reporting_round, shown.wanted)
    units = _missing_first(session, rates)
    pager = shown.pager(len(units), _ROWS)
    page = units[pager.offset : pager.offset + _ROWS]
    reached = units_with_contacts(session, [unit.id for unit in page])
    extensions = extensions_of(session, reporting_round)
    totals: dict[str, list[Rates]] = defaultdict(list)
    for unit in units:
        totals[unit.kind].append(rates[unit.id])
    return UnitBoard(
        total=_total(rates.values()),
        tables=tuple(
            KindTable(
                kind=kind.value,
                label=kind_in_words(kind, gettext),
                lines=tuple(
                    UnitLine(unit, rates[unit.id], unit.id in reached, extensions.get(unit.id))
                    for unit in found
                ),
                total=_total(totals[kind]),
            )
            for kind, found in groupby(page, key=lambda unit: unit.kind)
        ),
        pager=pager,
        count=len(units),
    )


def task_board(session: Session, reporting_round: ReportingRound, shown: Shown) -> TaskBoard:
    """Missing first, then in the order of the document."""
    rates = rates_by_task(session, reporting_round, shown.wanted)
    tasks = [task for task in tasks_of(session, reporting_round.version_id) if key(task) in rates]
    tasks.sort(key=lambda task: -rates[key(task)].missing)
    pager = shown.pager(len(tasks), _ROWS)
    page = tasks[pager.offset : pager.offset + _ROWS]
    lines = tuple((task, rates[key(task)]) for task in page)
    return TaskBoard(_total(rates.values()), lines, pager, len(tasks))


def matrix_board(session: Session, reporting_round: ReportingRound, shown: Shown, gettext: Gettext) -> Matrix:
    """Missing first, in rows and columns; so many units a page that it stays readable."""
    rates = rates_by_unit(session, reporting_round, shown.wanted)
    units = _missing_first(session, rates)
    tasks = tasks_of(session, reporting_round.version_id)
    size = max(_CELLS // max(len(tasks), 1), _COLUMNS)
    pager = shown.pager(len(units), size)
    page = units[pager.offset : pager.offset + size]
    found = matrix_cells(session, reporting_round, shown.wanted, [unit.id for unit in page])
    by_place = {(cell.task_id, cell.unit_id): _cell(cell) for cell in found}
    missing = Counter(cell.task_id for cell in found if cell.state in STATES[StateWord.MISSING])
    owed = {cell.task_id for cell in found}
    return Matrix(
        total=_total(rates.values()),
        groups=tuple(
            (kind_in_words(kind, gettext), len(list(columns)))
            for kind, columns in groupby(page, key=lambda unit: unit.kind)
        ),
        units=tuple(page),
        rows=tuple(
            (task, tuple(by_place.get((key(task), unit.id)) for unit in page))
            for task in sorted(tasks, key=lambda task: -missing[key(task)])
            if key(task) in owed
        ),
        pager=pager,
        count=len(units),
    )


def _missing_first(session: Session, rates: Mapping[int, Rates]) -> list[UnitHead]:
    """The units of `rates`, kind by kind."""
    units = [unit for unit in unit_heads(session) if unit.id in rates]
    rank = {kind: place for place, kind in enumerate(dict.fromkeys(unit.kind for unit in units))}
    return sorted(units, key=lambda unit: (rank[unit.kind], -rates[unit.id].missing))


def _cell(found: MatrixCell) -> Cell:
    is_late = found.state in FILED and not found.is_on_time
    return Cell(found.obligation_id, shown_state(found.state), is_late)


def _total(all_rates: Iterable[Rates]) -> Rates:
    counted = list(all_rates)
    return Rates(**{one.name: sum(getattr(rates, one.name) for rates in counted) for one in fields(Rates)})
