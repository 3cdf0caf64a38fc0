"""Which documents went out by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.models import DocumentMailing
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


def is_mailed(session: Session, list_id: int, period: str, kind: str) -> bool:
    return (
        session.exec(
            select(DocumentMailing.id).where(
                DocumentMailing.list_id == list_id,
                DocumentMailing.period == period,
                DocumentMailing.kind == kind,
            )
        ).first()
        is not None
    )


def claim_mailing(session: Session, list_id: int, period: str, kind: str, now: datetime) -> bool:
    """True for the one transaction that is to mail it."""
    values = {"list_id": list_id, "period": period, "kind": kind, "mailed_at": now}
    return bool(insert_if_absent(session, DocumentMailing, values))
