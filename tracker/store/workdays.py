"""The working-day calendar as stored."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from tracker.domain.calendar_change import DayMark
from tracker.domain.festivals import festival_name, notice_year
from tracker.domain.workdays import WorkCalendar
from tracker.models import CalendarDay, CalendarYear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session


_CHANGED: Final = "calendar changed"
_KEPT: Final = "calendar kept"


def work_calendar(session: Session) -> WorkCalendar:
    """All the years.

    Nearly every page and every mail asks for it, and it changes once a year: each connection keeps it with the
    history of its years, which grows with every change, and reads it again when that is another one.
    """
    history = session.exec(
        select(CalendarYear.year, CalendarYear.source).order_by(col(CalendarYear.year))
    ).all()
    if session.info.get(_CHANGED):
        return _read(session, history)
    kept = session.connection().info
    if _KEPT not in kept or kept[_KEPT][0] != history:
        kept[_KEPT] = history, _read(session, history)
    calendar: WorkCalendar = kept[_KEPT][1]
    return calendar


def _read(session: Session, history: Sequence[tuple[int, str]]) -> WorkCalendar:
    # Columns and not rows: there are hundreds.
    days = session.exec(select(col(CalendarDay.day), col(CalendarDay.is_workday))).all()
    return WorkCalendar(
        days_off=frozenset(day for day, is_workday in days if not is_workday),
        extra_workdays=frozenset(day for day, is_workday in days if is_workday),
        known_years=frozenset(year for year, _ in history),
    )


def calendar_year(session: Session, year: int) -> CalendarYear | None:
    """None for a year whose notice is not known."""
    return session.get(CalendarYear, year)


def day_marks(session: Session, first: date, last: date) -> dict[date, DayMark]:
    """The days from `first` to `last` that differ from their weekday, in order."""
    found = session.exec(
        select(CalendarDay)
        .where(CalendarDay.day >= first, CalendarDay.day <= last)
        .order_by(col(CalendarDay.day))
    )
    return {mark.day: DayMark(mark.is_workday, festival_name(mark.name)) for mark in found}


def notice_marks(session: Session, year: int) -> dict[date, DayMark]:
    """The days that the notice of `year` speaks of, those in the December before included."""
    marks = day_marks(session, date(year - 1, 12, 1), date(year, 12, 31))
    return {day: mark for day, mark in marks.items() if notice_year(day, mark.name) == year}


def replace_days(session: Session, gone: Mapping[date, DayMark], marks: Mapping[date, DayMark]) -> None:
    """Takes the `gone` days out of the calendar and writes `marks`. The history of their year goes with it."""
    session.info[_CHANGED] = True
    for day in gone:
        if day not in marks and (row := session.get(CalendarDay, day)):
            session.delete(row)
    for day, mark in marks.items():
        session.merge(CalendarDay(day=day, is_workday=mark.is_workday, name=mark.name))


def write_history(session: Session, year: int, entry: str | None) -> None:
    """Adds a line to where the days of `year` come from, and makes it known; None makes it unknown again."""
    known = session.get(CalendarYear, year)
    if entry is None:
        if known:
            session.delete(known)
    elif known:
        known.source = f"{known.source}\n{entry}"
        session.add(known)
    else:
        session.add(CalendarYear(year=year, source=entry))
