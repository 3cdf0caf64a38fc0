"""The due days that travel with reminders as calendar entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.mail.due_event import DueDay, due_event
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.mail.digest import DigestPart
    from tracker.mail.letter import Attachment


def due_events(
    session: Session, settings: Settings, parts: Iterable[DigestPart], now: datetime
) -> dict[tuple[int, int], Attachment]:
    """By round and unit; none for a due day that has passed."""
    calendar = work_calendar(session)
    return {
        (part.round_id, part.unit_id): due_event(
            DueDay(
                round_id=part.round_id,
                unit_id=part.unit_id,
                unit=part.unit,
                list_title=part.list_title,
                period_label=part.period_label,
                due_at=part.due_at,
                link=part.link,
            ),
            calendar,
            now=now,
            remind_at=settings.jobs.remind_at,
            settings=settings,
        )
        for part in parts
        if not part.is_overdue
    }
