"""Corrects a published account: a new edition of the same number with a reason; the old one stays as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.documents.draft_circular import LONGEST_TITLE
from tracker.domain.texts import clean_text
from tracker.errors import (
    CircularSupersededError,
    CircularUnpublishedError,
    DraftWaitsError,
    InvalidValueError,
    ValueTooLongError,
)
from tracker.i18n import mark
from tracker.models import Circular
from tracker.store.circulars import editions_of, lock_circular, open_draft

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor


def correct_circular(
    session: Session, actor: Actor, circular_id: int, reason: str, now: datetime
) -> Circular:
    """The draft of the next edition, with the words of the one before. It counts once it is published.

    Raises CircularUnpublishedError, CircularSupersededError unless it is the newest edition, DraftWaitsError where a
    draft of the same period and kind is open, InvalidValueError without a reason.
    """
    actor.require_coordinating()
    before = lock_circular(session, circular_id)
    if before.published_at is None or before.number is None:
        raise CircularUnpublishedError(title=before.title)
    newest = editions_of(session, before)[0]
    if newest.id != before.id:
        raise CircularSupersededError(title=before.title, edition=newest.edition)
    if waiting := open_draft(session, before.list_id, before.period, before.kind):
        raise DraftWaitsError(title=waiting.title)
    reason = clean_text(reason)
    if not reason:
        raise InvalidValueError(field=mark("更正原因"), value="", reason=mark("请写明更正了什么，读者会看到"))
    if len(reason) > LONGEST_TITLE:
        raise ValueTooLongError(field=mark("更正原因"), value=reason[:20], limit=LONGEST_TITLE)
    draft = Circular(
        list_id=before.list_id,
        round_id=before.round_id,
        period=before.period,
        kind=before.kind,
        year=before.year,
        number=before.number,
        edition=before.edition + 1,
        title=before.title,
        words=before.words,
        correction=reason,
        cut_off_at=now,
        created_at=now,
        created_by=actor.label,
    )
    session.add(draft)
    session.flush()
    return draft


def edition_before(session: Session, circular: Circular) -> Circular | None:
    """The published edition that this one corrects; None for a first edition."""
    return next((one for one in editions_of(session, circular) if one.edition == circular.edition - 1), None)
