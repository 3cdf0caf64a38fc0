"""The list behind a number: which obligations a count of a round means.

One table of words says which states each word covers; the list and its length are selected by it, and a
property test holds it equal to `domain.rates` (DESIGN: rule 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlmodel import col, func, select

from tracker.domain.states import FILED, ObligationState
from tracker.models import Obligation, OrgUnit, Task, UnitKind
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

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


@dataclass(frozen=True, slots=True)
class ObligationFilter:
    """What is wanted of a round; a part that is None does not narrow."""

    state: StateWord = StateWord.EXPECTED
    timing: TimingWord | None = None
    unit_id: int | None = None
    task_id: int | None = None
    kind: UnitKind | None = None

    def states(self) -> frozenset[ObligationState]:
        return STATES[self.state] & FILED if self.timing else STATES[self.state]


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
    """In the order of the tasks, and of the units within one."""
    statement = (
        select(Obligation, Task, OrgUnit)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .where(*_conditions(reporting_round, wanted))
        .order_by(col(Task.position), col(Obligation.role), col(OrgUnit.position), col(Obligation.id))
        .offset(offset)
    )
    if limit is not None:
        statement = statement.limit(limit)
    return [ObligationRow(*row) for row in session.exec(statement)]


def count_obligations(session: Session, reporting_round: ReportingRound, wanted: ObligationFilter) -> int:
    return session.exec(
        select(func.count())
        .select_from(Obligation)
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .where(*_conditions(reporting_round, wanted))
    ).one()


def _conditions(reporting_round: ReportingRound, wanted: ObligationFilter) -> Sequence[ColumnElement[bool]]:
    conditions = [
        col(Obligation.round_id) == reporting_round.id,
        in_force(col(Obligation.unit_id)),
        col(Obligation.state).in_(sorted(wanted.states())),
    ]
    if wanted.timing is TimingWord.ON_TIME:
        conditions.append(col(Obligation.is_on_time).is_(True))
    elif wanted.timing is TimingWord.LATE:
        # What is filed and not known to have been on time counts as late, as in `rates_of`.
        conditions.append(col(Obligation.is_on_time).is_not(True))
    if wanted.unit_id is not None:
        conditions.append(col(Obligation.unit_id) == wanted.unit_id)
    if wanted.task_id is not None:
        conditions.append(col(Obligation.task_id) == wanted.task_id)
    if wanted.kind is not None:
        conditions.append(col(OrgUnit.kind) == wanted.kind)
    return conditions
