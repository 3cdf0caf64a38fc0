"""Re-assignments 改派: which task went from which unit to which, and what of it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from tracker.errors import UnknownReassignmentError
from tracker.models import OrgUnit, Reassignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session


def reassignment_by_number(session: Session, number: int) -> Reassignment:
    """Locked until the transaction ends. Raises UnknownReassignmentError."""
    found = session.get(Reassignment, number, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownReassignmentError(number)
    return found


def lasting_reassignments(session: Session, list_id: int) -> Sequence[Reassignment]:
    """Those that rounds opened from now on follow, the oldest first."""
    return session.exec(
        select(Reassignment)
        .where(
            Reassignment.list_id == list_id,
            col(Reassignment.is_lasting).is_(True),
            col(Reassignment.undone_at).is_(None),
        )
        .order_by(col(Reassignment.id))
    ).all()


def standing_in(session: Session, round_id: int, lineage: int) -> Sequence[Reassignment]:
    """Of one task in one round, without those taken back; the newest first."""
    return session.exec(
        select(Reassignment)
        .where(
            Reassignment.round_id == round_id,
            Reassignment.lineage == lineage,
            col(Reassignment.undone_at).is_(None),
        )
        .order_by(col(Reassignment.id).desc())
    ).all()


def reassignment_history(
    session: Session, list_id: int, *, round_id: int | None = None, lineage: int | None = None
) -> Sequence[tuple[Reassignment, OrgUnit, OrgUnit]]:
    """With the unit that it was taken from and the one that it went to, the newest first."""
    giver, taker = aliased(OrgUnit), aliased(OrgUnit)
    query = (
        select(Reassignment, giver, taker)
        .join(giver, col(giver.id) == col(Reassignment.from_unit_id))
        .join(taker, col(taker.id) == col(Reassignment.to_unit_id))
        .where(Reassignment.list_id == list_id)
    )
    if round_id is not None:
        query = query.where(Reassignment.round_id == round_id)
    if lineage is not None:
        query = query.where(Reassignment.lineage == lineage)
    return session.exec(query.order_by(col(Reassignment.id).desc())).all()
