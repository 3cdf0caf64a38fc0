"""Brings a database up to this version: tables first, then the published working-day calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.migrations import upgrade
from tracker.models import CalendarDay, CalendarYear

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.db import Database


def prepare_database(database: Database) -> None:
    """Migrates and seeds. Repeating it changes nothing."""
    upgrade(database)
    with database.transaction() as session:
        seed_calendar(session)


def seed_calendar(session: Session) -> tuple[int, ...]:
    """Adds the years that are missing and returns them; one that is there stays as the administrator has it.

    The days are those of the State Council's yearly notices, as packaged by chinesecalendar.
    """
    from chinese_calendar.constants import holidays, workdays  # noqa: PLC0415 - only needed here

    known = set(session.exec(select(CalendarYear.year)))
    days = {day: (False, name) for day, name in holidays.items() if day.weekday() < 5}  # noqa: PLR2004
    days |= {day: (True, name) for day, name in workdays.items()}
    years = sorted({day.year for day in holidays} - known)
    for year in years:
        session.add(CalendarYear(year=year, source="chinesecalendar"))
    for day, (is_workday, name) in days.items():
        if day.year in years:
            session.add(CalendarDay(day=day, is_workday=is_workday, name=name))
    return tuple(years)
