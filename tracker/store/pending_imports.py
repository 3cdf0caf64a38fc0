"""Uploaded documents that wait for a person's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, delete, select

from tracker.errors import NotFoundError
from tracker.models import PendingImport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session


def pending_import(session: Session, import_id: int) -> PendingImport:
    """Raises NotFoundError: it may have been stored or discarded meanwhile."""
    found = session.get(PendingImport, import_id)
    if found is None:
        raise NotFoundError
    return found


def pending_imports(session: Session) -> Sequence[tuple[int, str, datetime, str]]:
    """Id, file, moment and person of each, the newest first; without the files themselves."""
    rows = session.exec(
        select(
            col(PendingImport.id),
            PendingImport.file_name,
            PendingImport.uploaded_at,
            PendingImport.uploaded_by,
        ).order_by(col(PendingImport.id).desc())
    )
    return [(number or 0, name, at, by) for number, name, at, by in rows]


def remove_pending_before(session: Session, moment: datetime) -> None:
    """Removes those uploaded before `moment`."""
    session.exec(delete(PendingImport).where(col(PendingImport.uploaded_at) < moment))
