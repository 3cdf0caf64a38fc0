"""Brings a database up to this version: tables first, then the published working-day calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from tracker.domain.festivals import festival_name, notice_year
from tracker.domain.workdays import is_weekend
from tracker.migrations import upgrade
from tracker.models import CalendarDay, CalendarYear

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.db import Database

# The source of a year that came with the program.
PACKAGED: Final = "chinesecalendar"


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
    # The New Year's days of a notice that an administrator loaded may lie in a year that is missing.
    taken = set(session.exec(select(col(CalendarDay.day))))
    days = {day: (False, name) for day, name in holidays.items() if not is_weekend(day)}
    days |= {day: (True, name) for day, name in workdays.items()}
    years = sorted({day.year for day in holidays} - known)
    for year in years:
        session.add(CalendarYear(year=year, source=PACKAGED))
    for day, (is_workday, name) in days.items():
        if notice_year(day, name) in years and day not in taken:
            session.add(CalendarDay(day=day, is_workday=is_workday, name=festival_name(name)))
    return tuple(years)
