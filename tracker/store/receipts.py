"""Receipts of a unit in a round, and of one obligation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.models import ProgressUpdate, Receipt, Review, key

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.models import Obligation, ReportingRound


def receipt_numbers(session: Session, reporting_round: ReportingRound, unit_id: int) -> dict[int, str]:
    """Numbers by receipt id."""
    receipts = session.exec(
        select(Receipt).where(Receipt.round_id == reporting_round.id, Receipt.unit_id == unit_id)
    )
    return {key(receipt): receipt.number for receipt in receipts}


def numbers_of_versions(session: Session, obligation: Obligation) -> dict[int, str]:
    """The receipt's number by version."""
    rows = session.exec(
        select(ProgressUpdate.version, Receipt.number)
        .join(Receipt, col(Receipt.id) == col(ProgressUpdate.receipt_id))
        .where(ProgressUpdate.obligation_id == obligation.id)
    )
    return dict(rows.all())


def reviews_of_versions(session: Session, obligation: Obligation) -> dict[int, list[Review]]:
    """By version, in the order in which they were given."""
    found: dict[int, list[Review]] = {}
    for version, review in session.exec(
        select(ProgressUpdate.version, Review)
        .join(Review, col(Review.update_id) == col(ProgressUpdate.id))
        .where(ProgressUpdate.obligation_id == obligation.id)
        .order_by(col(Review.id))
    ):
        found.setdefault(version, []).append(review)
    return found
