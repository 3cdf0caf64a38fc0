"""Filed versions, drafts and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.models import Draft, Obligation, ProgressUpdate, Receipt, ReportingRound, Review, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

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
