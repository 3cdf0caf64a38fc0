"""Extensions 延期: which unit has a later due moment in which round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.models import Extension, OrgUnit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.models import ReportingRound


def extensions_of(session: Session, reporting_round: ReportingRound) -> dict[int, Extension]:
    """By unit id, the one that counts: the newest that is not revoked."""
    return {
        extension.unit_id: extension
        for extension in session.exec(
            select(Extension)
            .where(Extension.round_id == reporting_round.id, col(Extension.revoked_at).is_(None))
            .order_by(col(Extension.id))
        )
    }


def extension_of(session: Session, reporting_round: ReportingRound, unit_id: int) -> Extension | None:
    """The unit's extension that counts."""
    return session.exec(
        select(Extension)
        .where(
            Extension.round_id == reporting_round.id,
            Extension.unit_id == unit_id,
            col(Extension.revoked_at).is_(None),
        )
        .order_by(col(Extension.id).desc())
    ).first()


def due_at_of(session: Session, reporting_round: ReportingRound, unit_id: int) -> datetime:
    """The unit's own due moment in the round."""
    found = extension_of(session, reporting_round, unit_id)
    return found.due_at if found else reporting_round.due_at


def extension_history(
    session: Session, reporting_round: ReportingRound
) -> Sequence[tuple[Extension, OrgUnit]]:
    """Every extension ever granted in the round, the newest first."""
    return session.exec(
        select(Extension, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(Extension.unit_id))
        .where(Extension.round_id == reporting_round.id)
        .order_by(col(Extension.id).desc())
    ).all()
