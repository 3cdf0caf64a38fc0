"""The office's own Word templates: the newest row of a kind counts, all rows stay as history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import defer
from sqlmodel import col, select

from tracker.models import DocumentTemplate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.models import CircularKind


def newest_row(session: Session, kind: CircularKind) -> DocumentTemplate | None:
    """One without content says that the packaged template is meant again."""
    return session.exec(
        select(DocumentTemplate)
        .where(DocumentTemplate.kind == kind)
        .order_by(col(DocumentTemplate.id).desc())
        .limit(1)
    ).first()


def template_history(session: Session, kind: CircularKind, limit: int = 50) -> Sequence[DocumentTemplate]:
    """Newest first; what is in them is not read until it is asked for."""
    return session.exec(
        select(DocumentTemplate)
        .where(DocumentTemplate.kind == kind)
        .order_by(col(DocumentTemplate.id).desc())
        .limit(limit)
        .options(defer(DocumentTemplate.content))  # type: ignore[arg-type]
    ).all()
