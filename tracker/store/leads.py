"""What the leads of a round's tasks filed last, and what the others say of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import and_, col, func, select

from tracker.domain.states import FILED
from tracker.domain.stuck import SLOW
from tracker.models import AssignmentRole, Obligation, OrgUnit, ProgressUpdate
from tracker.store.units import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.models import ReportingRound


class LeadRow(NamedTuple):
    """`update` is the newest version, None before the first."""

    obligation: Obligation
    unit: OrgUnit
    update: ProgressUpdate | None


def lead_rows(session: Session, reporting_round: ReportingRound) -> list[LeadRow]:
    """One for each lead of each task."""
    newest = and_(
        col(ProgressUpdate.obligation_id) == col(Obligation.id),
        col(ProgressUpdate.version) == col(Obligation.version),
    )
    rows = session.exec(
        select(Obligation, OrgUnit, ProgressUpdate)
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .join(ProgressUpdate, newest, isouter=True)
        .where(
            Obligation.round_id == reporting_round.id,
            Obligation.role == AssignmentRole.LEAD,
            in_force(col(Obligation.unit_id)),
        )
        .order_by(col(OrgUnit.position), col(Obligation.id))
    )
    return [LeadRow(*row) for row in rows]


def others_behind(session: Session, reporting_round: ReportingRound) -> dict[int, int]:
    """By task, how many that do not lead it judge themselves late or not started in their newest version."""
    rows = session.exec(
        select(Obligation.task_id, func.count())
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .where(
            Obligation.round_id == reporting_round.id,
            Obligation.role != AssignmentRole.LEAD,
            ProgressUpdate.version == Obligation.version,
            col(ProgressUpdate.assessment).in_(sorted(SLOW)),
            in_force(col(Obligation.unit_id)),
        )
        .group_by(col(Obligation.task_id))
    )
    return dict(rows.all())


def first_filings(session: Session, reporting_round: ReportingRound) -> list[tuple[datetime, int]]:
    """The moments at which something was filed for the first time, with how many were."""
    rows = session.exec(
        select(col(Obligation.first_submitted_at), func.count())
        .where(
            Obligation.round_id == reporting_round.id,
            col(Obligation.state).in_(sorted(FILED)),
            col(Obligation.first_submitted_at).is_not(None),
            in_force(col(Obligation.unit_id)),
        )
        .group_by(col(Obligation.first_submitted_at))
    )
    return [(moment, count) for moment, count in rows if moment is not None]
