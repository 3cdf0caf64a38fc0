"""A database made ready: migrated, and seeded with the published calendars."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlmodel import delete, select

from tests.domain.calendar_2024 import CALENDAR
from tracker.actions.site.prepare_database import prepare_database, seed_calendar
from tracker.db import open_database
from tracker.migrations import head
from tracker.models import CalendarDay, CalendarYear
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database


def test_an_empty_database_becomes_ready_and_stays_so(settings: Settings) -> None:
    database = open_database(settings)
    try:
        assert database.revision() is None
        for _ in range(2):
            prepare_database(database)
            database.require_revision(head())
            with database.reading() as session:
                years = session.exec(select(CalendarYear.year)).all()
                days = session.exec(select(CalendarDay)).all()
            assert {2022, 2023, 2024, 2025, 2026} <= set(years)
            assert len(set(years)) == len(years)
            assert len({day.day for day in days}) == len(days)
    finally:
        database.close()


def test_the_seeded_days_are_those_of_the_state_councils_notices(database: Database) -> None:
    with database.transaction() as session:
        seed_calendar(session)
    with database.reading() as session:
        seeded = work_calendar(session)
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(731)]
    assert days[-1] == date(2025, 12, 31)
    assert [day for day in days if seeded.is_workday(day) is not CALENDAR.is_workday(day)] == []
    assert not seeded.is_provisional(date(2026, 1, 1))


def test_a_year_that_is_not_published_is_not_guessed(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        years = seed_calendar(session)
        session.flush()
        seeded = work_calendar(session)
    assert seeded.is_provisional(date(max(years) + 1, 1, 1))
    assert all(day.year in years for day in seeded.days_off | seeded.extra_workdays)


def test_a_year_that_an_administrator_keeps_is_left_as_it_is(database: Database) -> None:
    with database.transaction() as session:
        seed_calendar(session)
        session.exec(delete(CalendarDay).where(CalendarDay.day == date(2024, 10, 7)))  # type: ignore[arg-type]
        session.exec(delete(CalendarYear).where(CalendarYear.year == 2026))  # type: ignore[arg-type]
        session.exec(delete(CalendarDay).where(CalendarDay.day >= date(2026, 1, 1)))  # type: ignore[arg-type]
    with database.transaction() as session:
        assert seed_calendar(session) == (2026,)
    with database.reading() as session:
        assert work_calendar(session).is_workday(date(2024, 10, 7))
        assert not work_calendar(session).is_workday(date(2026, 10, 1))
