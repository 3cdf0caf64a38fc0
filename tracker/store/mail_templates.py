"""The office's own words for its mails: newest row counts, all rows stay as history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.models import MailTemplate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session


def newest_templates(session: Session) -> dict[tuple[str, str], MailTemplate]:
    """By kind and part; a row whose text is empty says that the packaged words are meant again."""
    newest = select(func.max(MailTemplate.id)).group_by(MailTemplate.kind, MailTemplate.part)
    found = session.exec(select(MailTemplate).where(col(MailTemplate.id).in_(newest)))
    return {(row.kind, row.part): row for row in found}


def template_history(session: Session, kind: str, part: str, limit: int = 50) -> Sequence[MailTemplate]:
    """Newest first."""
    return session.exec(
        select(MailTemplate)
        .where(MailTemplate.kind == kind, MailTemplate.part == part)
        .order_by(col(MailTemplate.id).desc())
        .limit(limit)
    ).all()


def own_texts(session: Session) -> dict[str, str]:
    """By template name (`mail/reminder/body.txt`); "" where the packaged words are wanted, whatever a file says."""
    return {f"mail/{kind}/{part}": row.text for (kind, part), row in newest_templates(session).items()}
