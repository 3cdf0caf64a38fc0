"""What waits for a reviewer in a round: filed, and not yet accepted, returned or exempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, false, func, not_, select

from tracker.domain.states import ObligationState
from tracker.domain.unit_tree import is_below
from tracker.models import Measure, Obligation, OrgUnit, Task, UnitKind, key
from tracker.store.rounds import round_rules
from tracker.store.units import in_force, parents_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

    from tracker.models import ReportingRound

# What may be accepted or returned for the first time since it was filed.
WAITING: Final = (ObligationState.SUBMITTED, ObligationState.NIL)


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What is wanted of what waits; a part that is None does not narrow.

    `is_above` is whether it still waits for the unit above, in a round whose list asks for that. `below` are the
    only units that the reviewer may know of; `ids` are of obligations.
    """

    is_above: bool = False
    measure_id: int | None = None
    unit_id: int | None = None
    kind: UnitKind | None = None
    is_nil: bool | None = None
    below: frozenset[int] | None = None
    ids: tuple[int, ...] | None = None


class WaitingRow(NamedTuple):
    obligation: Obligation
    task: Task
    unit: OrgUnit


def list_waiting(
    session: Session,
    reporting_round: ReportingRound,
    wanted: ReviewFilter,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[WaitingRow]:
    """What has waited longest first."""
    statement = (
        select(Obligation, Task, OrgUnit)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .where(*_conditions(reporting_round, wanted))
        .order_by(col(Obligation.last_submitted_at), col(Obligation.id))
        .offset(offset)
        .limit(limit)
    )
    return [WaitingRow(*row) for row in session.exec(statement)]


def count_waiting(session: Session, reporting_round: ReportingRound, wanted: ReviewFilter) -> int:
    return session.exec(
        select(func.count())
        .select_from(Obligation)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .where(*_conditions(reporting_round, wanted))
    ).one()


def waiting_measures(
    session: Session, reporting_round: ReportingRound, wanted: ReviewFilter
) -> Sequence[Measure]:
    """Those under which something waits, in the document's order."""
    found = _conditions(reporting_round, wanted)
    return session.exec(
        select(Measure)
        .where(
            col(Measure.id).in_(
                select(Task.measure_id)
                .join(Obligation, col(Obligation.task_id) == col(Task.id))
                .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
                .where(*found)
            )
        )
        .order_by(col(Measure.position))
    ).all()


def waiting_units(
    session: Session, reporting_round: ReportingRound, wanted: ReviewFilter
) -> Sequence[OrgUnit]:
    """Those of which something waits."""
    found = (
        select(Obligation.unit_id)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .where(*_conditions(reporting_round, wanted))
    )
    return session.exec(
        select(OrgUnit).where(col(OrgUnit.id).in_(found)).order_by(col(OrgUnit.position), col(OrgUnit.id))
    ).all()


def gathered_units(session: Session, reporting_round: ReportingRound, above_id: int) -> frozenset[int]:
    """The units below `above_id` that owe something in the round; none where its list has no unit read those below."""
    if not round_rules(reporting_round).gathers:
        return frozenset()
    parents = parents_of(session)
    below = [unit_id for unit_id in parents if unit_id != above_id and is_below(parents, unit_id, above_id)]
    found = session.exec(
        select(Obligation.unit_id)
        .where(
            Obligation.round_id == reporting_round.id,
            in_force(col(Obligation.unit_id)),
            col(Obligation.unit_id).in_(sorted(below)),
        )
        .distinct()
    )
    return frozenset(found)


def _conditions(reporting_round: ReportingRound, wanted: ReviewFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        col(Obligation.round_id) == key(reporting_round),
        in_force(col(Obligation.unit_id)),
        col(Obligation.state).in_(WAITING),
    ]
    is_above = waits_above() if round_rules(reporting_round).gathers else false()
    conditions.append(is_above if wanted.is_above else not_(is_above))
    if wanted.measure_id is not None:
        conditions.append(col(Task.measure_id) == wanted.measure_id)
    if wanted.unit_id is not None:
        conditions.append(col(Obligation.unit_id) == wanted.unit_id)
    if wanted.kind is not None:
        conditions.append(col(OrgUnit.kind) == wanted.kind)
    if wanted.is_nil is not None:
        is_nil = col(Obligation.state) == ObligationState.NIL
        conditions.append(is_nil if wanted.is_nil else not_(is_nil))
    if wanted.ids is not None:
        conditions.append(col(Obligation.id).in_(wanted.ids))
    if wanted.below is not None:
        conditions.append(col(Obligation.unit_id).in_(sorted(wanted.below)))
    return conditions


def waits_above() -> ColumnElement[bool]:
    """That a unit above has still to pass the version on. The coordinating office itself is no unit above."""
    above = aliased(OrgUnit)
    has_above = select(OrgUnit.id).join(above, col(above.id) == col(OrgUnit.parent_id))
    return and_(
        col(Obligation.endorsed_version) != col(Obligation.version),
        col(Obligation.unit_id).in_(has_above.where(col(above.kind) != UnitKind.OFFICE)),
    )
