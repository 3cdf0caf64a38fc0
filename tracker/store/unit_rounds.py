"""The rounds in which a unit owes something, with its own counts."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam
from sqlmodel import and_, col, func, or_, select

from tracker.domain.faults import Fault
from tracker.domain.rates import Rates, Tally, rates_of
from tracker.domain.states import OUTSTANDING, ObligationState
from tracker.models import Obligation, ReportingRound, Task, TaskList, key
from tracker.store.faults import has_fault

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session
    from sqlmodel.sql.expression import Select

# Nothing was filed of what is missing.
_FILED_FAULTS: Final = tuple(fault for fault in Fault if fault is not Fault.MISSING)


def rounds_of_unit(
    session: Session, unit_id: int, *, limit: int = 24
) -> Sequence[tuple[ReportingRound, TaskList]]:
    """The rounds in which the unit owes something, the newest first."""
    owed = select(Obligation.round_id).where(Obligation.unit_id == unit_id).distinct()
    return session.exec(
        select(ReportingRound, TaskList)
        .join(TaskList, col(TaskList.id) == col(ReportingRound.list_id))
        .where(col(ReportingRound.id).in_(owed))
        .order_by(col(ReportingRound.due_at).desc(), col(TaskList.slug))
        .limit(limit)
    ).all()


def rates_of_unit(session: Session, unit_id: int) -> dict[int, Rates]:
    """By round id."""
    rows = session.exec(
        select(Obligation.round_id, Obligation.state, Obligation.is_on_time, func.count())
        .where(Obligation.unit_id == unit_id)
        .group_by(col(Obligation.round_id), col(Obligation.state), col(Obligation.is_on_time))
    )
    tallies: dict[int, list[Tally]] = defaultdict(list)
    for round_id, state, is_on_time, count in rows:
        tallies[round_id].append(Tally(ObligationState(state), bool(is_on_time), count))
    return {round_id: rates_of(found) for round_id, found in tallies.items()}


def open_obligations(
    session: Session, unit_id: int, round_ids: Collection[int]
) -> dict[int, list[tuple[Obligation, str]]]:
    """What the unit still has to act on, with the task's number, by round id: what came back first, then what was never filed, each in the
    order of the document."""
    rows = session.exec(
        select(Obligation, Task.number)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .where(
            Obligation.unit_id == unit_id,
            col(Obligation.round_id).in_(round_ids),
            col(Obligation.state).in_(OUTSTANDING),
        )
        .order_by(col(Task.position))
    )
    found: dict[int, list[tuple[Obligation, str]]] = defaultdict(list)
    for obligation, number in rows:
        found[obligation.round_id].append((obligation, number))
    for owed in found.values():
        owed.sort(key=lambda pair: pair[0].state is not ObligationState.RETURNED)
    return found


def held_against(
    session: Session, unit_id: int, round_ids: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """What the unit filed and has a fault, by round id: the obligation's id and the task's number, in the order of
    the document."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = session.exec(_held_against(tuple(sorted(round_ids))), params={"unit_id": unit_id})
    for obligation, number in rows:
        found[obligation.round_id].append((key(obligation), number))
    return found


# Putting it together takes longer than running it, and every unit asks for the same few open rounds.
@lru_cache(maxsize=64)
def _held_against(round_ids: tuple[int, ...]) -> Select[Obligation, str]:
    of_round = (
        and_(
            col(Obligation.round_id) == round_id,
            or_(*(and_(*has_fault(fault, round_id, is_struck_out=False)) for fault in _FILED_FAULTS)),
        )
        for round_id in round_ids
    )
    return (
        select(Obligation, Task.number)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .where(col(Obligation.unit_id) == bindparam("unit_id"), or_(*of_round))
        .order_by(col(Task.position))
    )
