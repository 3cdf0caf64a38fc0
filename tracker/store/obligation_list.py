"""The list behind a number: which obligations a count of a round means.

One table of words says which states each word covers; the list and its length are selected by it, and a
property test holds it equal to `domain.rates` (DESIGN: rule 9).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import case
from sqlmodel import col, func, select

from tracker.domain.states import FILED, ObligationState
from tracker.models import Obligation, OrgUnit, Task, UnitKind
from tracker.store.faults import has_fault
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

    from tracker.domain.faults import Fault
    from tracker.models import ReportingRound


class StateWord(StrEnum):
    """A count by state, named as in `domain.rates.Rates`."""

    EXPECTED = "expected"
    FILED = "filed"
    MISSING = "missing"
    NIL = "nil"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXEMPT = "exempt"


class TimingWord(StrEnum):
    """A count by the first submission; only of what is filed."""

    ON_TIME = "on_time"
    LATE = "late"


_EXPECTED: Final = frozenset(ObligationState) - {ObligationState.EXEMPT}
STATES: Final[dict[StateWord, frozenset[ObligationState]]] = {
    StateWord.EXPECTED: _EXPECTED,
    StateWord.FILED: FILED,
    StateWord.MISSING: _EXPECTED - FILED,
    StateWord.NIL: frozenset({ObligationState.NIL}),
    StateWord.RETURNED: frozenset({ObligationState.RETURNED}),
    StateWord.ACCEPTED: frozenset({ObligationState.ACCEPTED}),
    StateWord.EXEMPT: frozenset({ObligationState.EXEMPT}),
}


# Words of a count in the order in which boards show them.
WORDS: Final[tuple[StateWord | TimingWord, ...]] = (
    StateWord.EXPECTED,
    StateWord.FILED,
    StateWord.MISSING,
    TimingWord.ON_TIME,
    TimingWord.LATE,
    StateWord.NIL,
    StateWord.RETURNED,
    StateWord.ACCEPTED,
    StateWord.EXEMPT,
)


@dataclass(frozen=True, slots=True)
class ObligationFilter:
    """What is wanted of a round; a part that is None does not narrow.

    `fault` is what is held against the unit, or with `is_struck_out` what an upheld appeal took away.
    """

    state: StateWord | None = None
    timing: TimingWord | None = None
    unit_id: int | None = None
    task_id: int | None = None
    measure_id: int | None = None
    kind: UnitKind | None = None
    fault: Fault | None = None
    is_struck_out: bool = False

    def states(self) -> frozenset[ObligationState]:
        found = STATES[self.state] if self.state else frozenset(ObligationState)
        return found & FILED if self.timing else found

    def narrowed(self, word: StateWord | TimingWord) -> ObligationFilter:
        """What is both wanted and counted by `word`, one of `words()`."""
        if isinstance(word, TimingWord):
            return replace(self, timing=word)
        return replace(self, state=word)

    def words(self) -> tuple[StateWord | TimingWord, ...]:
        """The counts that still say something: what is narrower than this filter, and its own words."""
        own = {self.state, self.timing}
        states = self.states()
        return tuple(word for word in WORDS if word in own or self._is_narrower(word, states))

    def _is_narrower(self, word: StateWord | TimingWord, states: frozenset[ObligationState]) -> bool:
        if isinstance(word, TimingWord):
            return self.timing is None and bool(states & FILED)
        return STATES[word] < states


class ObligationRow(NamedTuple):
    obligation: Obligation
    task: Task
    unit: OrgUnit


def list_obligations(
    session: Session,
    reporting_round: ReportingRound,
    wanted: ObligationFilter,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[ObligationRow]:
    """What is missing first; then in the order of the tasks, and of the units within one."""
    statement = (
        select(Obligation, Task, OrgUnit)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .where(*conditions(reporting_round, wanted))
        .order_by(
            case((col(Obligation.state).in_(sorted(STATES[StateWord.MISSING])), 0), else_=1),
            col(Task.position),
            col(Obligation.role),
            col(OrgUnit.position),
            col(Obligation.id),
        )
        .offset(offset)
    )
    if limit is not None:
        statement = statement.limit(limit)
    return [ObligationRow(*row) for row in session.exec(statement)]


class MatrixCell(NamedTuple):
    obligation_id: int
    task_id: int
    unit_id: int
    state: ObligationState
    is_on_time: bool | None


def matrix_cells(
    session: Session, reporting_round: ReportingRound, wanted: ObligationFilter, unit_ids: Collection[int]
) -> list[MatrixCell]:
    """What these units owe, in no order."""
    rows = session.exec(
        select(  # type: ignore[call-overload]
            Obligation.id,
            Obligation.task_id,
            Obligation.unit_id,
            Obligation.state,
            Obligation.is_on_time,
        ).where(*conditions(reporting_round, wanted), col(Obligation.unit_id).in_(sorted(unit_ids)))
    )
    return [MatrixCell(*row) for row in rows]


def count_obligations(session: Session, reporting_round: ReportingRound, wanted: ObligationFilter) -> int:
    return session.exec(
        select(func.count()).select_from(Obligation).where(*conditions(reporting_round, wanted))
    ).one()


def conditions(reporting_round: ReportingRound, wanted: ObligationFilter) -> list[ColumnElement[bool]]:
    """Of rows of Obligation, without a join."""
    found = [col(Obligation.round_id) == reporting_round.id, in_force(col(Obligation.unit_id))]
    if (states := wanted.states()) != frozenset(ObligationState):
        found.append(col(Obligation.state).in_(sorted(states)))
    if wanted.timing is TimingWord.ON_TIME:
        found.append(col(Obligation.is_on_time).is_(True))
    elif wanted.timing is TimingWord.LATE:
        # What is filed and not known to have been on time counts as late, as in `rates_of`.
        found.append(col(Obligation.is_on_time).is_not(True))
    if wanted.unit_id is not None:
        found.append(col(Obligation.unit_id) == wanted.unit_id)
    if wanted.task_id is not None:
        found.append(col(Obligation.task_id) == wanted.task_id)
    if wanted.measure_id is not None:
        of_measure = select(Task.id).where(Task.measure_id == wanted.measure_id)
        found.append(col(Obligation.task_id).in_(of_measure))
    if wanted.kind is not None:
        of_kind = select(OrgUnit.id).where(OrgUnit.kind == wanted.kind)
        found.append(col(Obligation.unit_id).in_(of_kind))
    if wanted.fault is not None:
        found += has_fault(wanted.fault, reporting_round.id, is_struck_out=wanted.is_struck_out)
    return found
