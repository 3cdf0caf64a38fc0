"""Rounds as one unit knows them: those in which it owes something, and its own rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.domain.rates import Rates, Tally, rates_of
from tracker.models import Obligation, ReportingRound, TaskList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session


def rounds_of_unit(session: Session, unit_id: int) -> Sequence[tuple[TaskList, ReportingRound]]:
    """Every round, open or closed, in which the unit owes something; newest first within a list."""
    owed = select(Obligation.round_id).where(Obligation.unit_id == unit_id)
    return session.exec(
        select(TaskList, ReportingRound)
        .join(ReportingRound, col(ReportingRound.list_id) == col(TaskList.id))
        .where(col(ReportingRound.id).in_(owed))
        .order_by(col(TaskList.slug), col(ReportingRound.due_at).desc())
    ).all()


def rates_of_unit(session: Session, reporting_round: ReportingRound, unit_id: int) -> Rates:
    """Of one unit alone: unlike `rates_by_unit` it does not read the whole round."""
    rows = session.exec(
        select(Obligation.state, Obligation.is_on_time, func.count())
        .where(Obligation.round_id == reporting_round.id, Obligation.unit_id == unit_id)
        .group_by(col(Obligation.state), col(Obligation.is_on_time))
    )
    return rates_of(Tally(state, bool(is_on_time), count) for state, is_on_time, count in rows)
