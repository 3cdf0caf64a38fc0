"""The working-day calendar as stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.domain.workdays import WorkCalendar
from tracker.models import CalendarDay, CalendarYear

if TYPE_CHECKING:
    from sqlmodel import Session


def work_calendar(session: Session) -> WorkCalendar:
    days = session.exec(select(CalendarDay)).all()
    return WorkCalendar(
        days_off=frozenset(day.day for day in days if not day.is_workday),
        extra_workdays=frozenset(day.day for day in days if day.is_workday),
        known_years=frozenset(session.exec(select(CalendarYear.year)).all()),
    )
