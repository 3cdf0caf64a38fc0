"""Filed versions, drafts and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import and_, col, select

from tracker.models import Draft, Obligation, ProgressUpdate, Receipt, ReportingRound, Review, Task
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session


def latest_updates(
    session: Session, reporting_round: ReportingRound, *, unit_id: int | None = None
) -> dict[int, ProgressUpdate]:
    """The newest filed version by obligation id."""
    query = (
        select(ProgressUpdate)
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(Obligation.round_id == reporting_round.id, ProgressUpdate.version == Obligation.version)
    )
    if unit_id is not None:
        query = query.where(Obligation.unit_id == unit_id)
    return {update.obligation_id: update for update in session.exec(query)}


def texts_of_unit(
    session: Session, reporting_round: ReportingRound, unit_id: int, task_ids: Collection[int] | None = None
) -> Sequence[tuple[Task, Obligation, ProgressUpdate | None, Draft | None]]:
    """What the unit owes, in the order of the document, with the newest filed version and the draft of each.

    With `task_ids` of these tasks only.
    """
    query = (
        select(Task, Obligation, ProgressUpdate, Draft)
        .join(Obligation, col(Obligation.task_id) == col(Task.id))
        .join(
            ProgressUpdate,
            and_(
                col(ProgressUpdate.obligation_id) == col(Obligation.id),
                col(ProgressUpdate.version) == col(Obligation.version),
            ),
            isouter=True,
        )
        .join(Draft, col(Draft.obligation_id) == col(Obligation.id), isouter=True)
        .where(
            Obligation.round_id == reporting_round.id,
            Obligation.unit_id == unit_id,
            in_force(col(Obligation.unit_id)),
        )
        .order_by(col(Task.position))
    )
    if task_ids is not None:
        query = query.where(col(Obligation.task_id).in_(task_ids))
    return session.exec(query).all()


def updates_by_lineage(
    session: Session, reporting_round: ReportingRound, unit_id: int
) -> dict[int, ProgressUpdate]:
    """The newest filed versions of a unit, by what a task has in common with the same one in another round, which may
    stand on another version of the list."""
    rows = session.exec(
        select(Task.lineage, ProgressUpdate)
        .join(Obligation, col(Obligation.task_id) == col(Task.id))
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .where(
            Obligation.round_id == reporting_round.id,
            Obligation.unit_id == unit_id,
            ProgressUpdate.version == Obligation.version,
            in_force(col(Obligation.unit_id)),
        )
    )
    return dict(rows.all())


def latest_update(session: Session, obligation: Obligation) -> ProgressUpdate | None:
    return session.exec(
        select(ProgressUpdate).where(
            ProgressUpdate.obligation_id == obligation.id, ProgressUpdate.version == obligation.version
        )
    ).first()


def history_of(session: Session, obligation: Obligation) -> Sequence[ProgressUpdate]:
    """Every version, newest first."""
    return session.exec(
        select(ProgressUpdate)
        .where(ProgressUpdate.obligation_id == obligation.id)
        .order_by(col(ProgressUpdate.version).desc())
    ).all()


def drafts_of(session: Session, reporting_round: ReportingRound, unit_id: int) -> dict[int, Draft]:
    """By obligation id."""
    rows = session.exec(
        select(Draft)
        .join(Obligation, col(Obligation.id) == col(Draft.obligation_id))
        .where(Obligation.round_id == reporting_round.id, Obligation.unit_id == unit_id)
    )
    return {draft.obligation_id: draft for draft in rows}


def reviews_of(
    session: Session, reporting_round: ReportingRound, *, unit_id: int | None = None
) -> dict[int, Review]:
    """The newest review of the newest version, by obligation id."""
    query = (
        select(Obligation.id, Review)
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .join(Review, col(Review.update_id) == col(ProgressUpdate.id))
        .where(Obligation.round_id == reporting_round.id, ProgressUpdate.version == Obligation.version)
        .order_by(col(Review.id))
    )
    if unit_id is not None:
        query = query.where(Obligation.unit_id == unit_id)
    return {
        obligation_id: review for obligation_id, review in session.exec(query) if obligation_id is not None
    }


def receipt_by_request(session: Session, unit_id: int, request_key: str) -> Receipt | None:
    return session.exec(
        select(Receipt).where(Receipt.unit_id == unit_id, Receipt.request_key == request_key)
    ).first()


def receipt_by_number(session: Session, number: str) -> Receipt | None:
    return session.exec(select(Receipt).where(Receipt.number == number)).first()


def receipt_lines(session: Session, receipt: Receipt) -> Sequence[tuple[Task, ProgressUpdate]]:
    """What a receipt confirms, in the order of the tasks."""
    return session.exec(
        select(Task, ProgressUpdate)
        .join(Obligation, col(Obligation.task_id) == col(Task.id))
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .where(ProgressUpdate.receipt_id == receipt.id)
        .order_by(col(Task.position))
    ).all()
