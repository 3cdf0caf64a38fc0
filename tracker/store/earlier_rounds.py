"""Rounds of a list that were closed before another of it was due, and what the leads of its tasks filed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import and_, col, select

from tracker.models import AssignmentRole, Obligation, OrgUnit, ProgressUpdate, ReportingRound, Task
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session

    from tracker.domain.assessment import Assessment
    from tracker.domain.states import ObligationState


class LeadText(NamedTuple):
    """`lineage` is what the task has in common with the same one in other rounds; the words are None or "" where
    nothing was filed."""

    round_id: int
    lineage: int
    unit: str
    state: ObligationState
    assessment: Assessment | None
    text: str | None
    nil_reason: str | None


def closed_before(session: Session, reporting_round: ReportingRound, limit: int) -> Sequence[ReportingRound]:
    """The newest first."""
    return session.exec(
        select(ReportingRound)
        .where(
            ReportingRound.list_id == reporting_round.list_id,
            ReportingRound.due_at < reporting_round.due_at,
            col(ReportingRound.closed_at).is_not(None),
        )
        .order_by(col(ReportingRound.due_at).desc())
        .limit(limit)
    ).all()


def lead_texts(session: Session, round_ids: Collection[int]) -> list[LeadText]:
    """One for each lead of each task in each of the rounds, by round and unit."""
    newest = and_(
        col(ProgressUpdate.obligation_id) == col(Obligation.id),
        col(ProgressUpdate.version) == col(Obligation.version),
    )
    rows = session.exec(
        select(  # type: ignore[call-overload]
            Obligation.round_id,
            Task.lineage,
            OrgUnit.name,
            Obligation.state,
            ProgressUpdate.assessment,
            ProgressUpdate.text,
            ProgressUpdate.nil_reason,
        )
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .join(ProgressUpdate, newest, isouter=True)
        .where(
            col(Obligation.round_id).in_(sorted(round_ids)),
            Obligation.role == AssignmentRole.LEAD,
            in_force(col(Obligation.unit_id)),
        )
        .order_by(col(Obligation.round_id), col(OrgUnit.position), col(Obligation.id))
    )
    return [LeadText(*row) for row in rows]
