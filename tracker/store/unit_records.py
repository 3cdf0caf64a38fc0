"""How units did in the earlier rounds of a list: repeated lateness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import case, col, func, select

from tracker.domain.states import FILED, ObligationState
from tracker.models import Obligation, ReportingRound

if TYPE_CHECKING:
    from sqlmodel import Session

_SILENT = (ObligationState.PENDING, ObligationState.DRAFT)


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """Rounds in which the unit owed something; those of them with something late, and with something never filed."""

    rounds: int = 0
    late: int = 0
    missing: int = 0


def unit_records(
    session: Session, reporting_round: ReportingRound, *, limit: int = 4
) -> dict[int, UnitRecord]:
    """By unit id, over up to `limit` rounds of the same list that were due before this one."""
    earlier = session.exec(
        select(ReportingRound.id)
        .where(
            ReportingRound.list_id == reporting_round.list_id,
            ReportingRound.due_at < reporting_round.due_at,
        )
        .order_by(col(ReportingRound.due_at).desc())
        .limit(limit)
    ).all()
    is_late = col(Obligation.state).in_(sorted(FILED)) & col(Obligation.is_on_time).is_(False)
    rows = session.exec(
        select(
            Obligation.unit_id,
            func.sum(case((is_late, 1), else_=0)),
            func.sum(case((col(Obligation.state).in_(_SILENT), 1), else_=0)),
        )
        .where(col(Obligation.round_id).in_(earlier), Obligation.state != ObligationState.EXEMPT)
        .group_by(col(Obligation.round_id), col(Obligation.unit_id))
    )
    found: dict[int, UnitRecord] = {}
    for unit_id, late, missing in rows:
        before = found.get(unit_id, UnitRecord())
        found[unit_id] = UnitRecord(
            before.rounds + 1, before.late + (late > 0), before.missing + (missing > 0)
        )
    return found
