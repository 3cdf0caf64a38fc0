"""What a coordinator changed about the chasing of a round: pauses of units, rungs on other days."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, or_, select

from tracker.models import ChasePause, OrgUnit, ReportingRound, RungMove

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlmodel import Session


def pauses_in(session: Session, reporting_round: ReportingRound) -> dict[int, list[ChasePause]]:
    """By unit id, those of the round and of all rounds that nobody has ended."""
    found: dict[int, list[ChasePause]] = defaultdict(list)
    for pause in session.exec(
        select(ChasePause)
        .where(_concerns(reporting_round), col(ChasePause.ended_at).is_(None))
        .order_by(col(ChasePause.id))
    ):
        found[pause.unit_id].append(pause)
    return found


def paused_everywhere(session: Session, today: date) -> set[int]:
    """The units that nobody reminds of anything on `today`."""
    return set(
        session.exec(
            select(ChasePause.unit_id).where(
                col(ChasePause.round_id).is_(None),
                col(ChasePause.ended_at).is_(None),
                or_(col(ChasePause.last_on).is_(None), col(ChasePause.last_on) >= today),
            )
        )
    )


def pause_history(
    session: Session, reporting_round: ReportingRound | None = None
) -> Sequence[tuple[ChasePause, OrgUnit, ReportingRound | None]]:
    """Every pause that concerns the round (of any, where none is given), the newest first."""
    query = (
        select(ChasePause, OrgUnit, ReportingRound)
        .join(OrgUnit, col(OrgUnit.id) == col(ChasePause.unit_id))
        .join(ReportingRound, col(ReportingRound.id) == col(ChasePause.round_id), isouter=True)
        .order_by(col(ChasePause.id).desc())
    )
    if reporting_round is not None:
        query = query.where(_concerns(reporting_round))
    return session.exec(query).all()


def _concerns(reporting_round: ReportingRound) -> ColumnElement[bool]:
    return or_(ChasePause.round_id == reporting_round.id, col(ChasePause.round_id).is_(None))


def moved_rungs(session: Session, reporting_round: ReportingRound) -> dict[str, date]:
    """The day by the rung's name: the newest move of each counts."""
    return {move.rung: move.planned_on for move in reversed(move_history(session, reporting_round))}


def move_history(session: Session, reporting_round: ReportingRound) -> Sequence[RungMove]:
    """The newest first."""
    return session.exec(
        select(RungMove).where(RungMove.round_id == reporting_round.id).order_by(col(RungMove.id).desc())
    ).all()
