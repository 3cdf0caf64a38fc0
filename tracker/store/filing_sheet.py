"""What one unit has to file: its tasks in a round, the receipts it was given, and its rounds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.domain.rates import Rates, Tally, rates_of
from tracker.models import Obligation, Receipt, ReportingRound, Task, TaskList, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session


def sheet_rows(
    session: Session, reporting_round: ReportingRound, unit_id: int
) -> Sequence[tuple[Obligation, Task]]:
    """In the document's order."""
    return session.exec(
        select(Obligation, Task)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .where(Obligation.round_id == reporting_round.id, Obligation.unit_id == unit_id)
        .order_by(col(Task.position))
    ).all()


def receipt_numbers(session: Session, reporting_round: ReportingRound, unit_id: int) -> dict[int, str]:
    """Numbers by receipt id."""
    receipts = session.exec(
        select(Receipt).where(Receipt.round_id == reporting_round.id, Receipt.unit_id == unit_id)
    )
    return {key(receipt): receipt.number for receipt in receipts}


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
        tallies[round_id].append(Tally(state, bool(is_on_time), count))
    return {round_id: rates_of(found) for round_id, found in tallies.items()}
