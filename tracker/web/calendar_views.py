"""The calendar of working days as a page shows it: months of weeks, and the festivals with their days."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tracker.domain.festivals import festival_in_words
from tracker.domain.workdays import is_weekend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tracker.domain.calendar_change import DayMark

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayCell:
    """`kind` is off, worked, weekend or "" for an ordinary day; `name` the festival."""

    day: date
    kind: str
    name: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class FestivalView:
    """Days off in a row, weekends among them, and the weekends worked in exchange."""

    name: str
    first: date
    last: date
    days: int
    worked: tuple[date, ...]


def month_views(
    year: int, marks: Mapping[date, DayMark], today: date, gettext: Callable[[str], str]
) -> list[tuple[int, list[list[DayCell | None]]]]:
    """Number and weeks of each month, Monday first; None where a week reaches into another month.

    `marks` reach some days into the years around.
    """
    rests = dict(_rests(marks))

    def cell(day: date) -> DayCell:
        mark = marks.get(day)
        if mark and mark.is_workday:
            kind, name = "worked", mark.name
        elif day in rests:
            kind, name = "off", rests[day]
        else:
            kind, name = "weekend" if is_weekend(day) else "", ""
        return DayCell(day, kind, festival_in_words(name, gettext), day == today)

    rows = months.Calendar(months.MONDAY)
    return [
        (
            month,
            [
                [cell(day) if day.month == month else None for day in week]
                for week in rows.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def festival_views(
    year: int, marks: Mapping[date, DayMark], gettext: Callable[[str], str]
) -> list[FestivalView]:
    """The rows of days off that touch `year`, in order."""
    worked: dict[str, list[date]] = {}
    for day, mark in marks.items():
        if mark.is_workday:
            worked.setdefault(mark.name, []).append(day)
    found = []
    for name, days in _rows(_rests(marks)):
        if year in (days[0].year, days[-1].year):
            near = [day for day in worked.get(name, ()) if abs(day - days[0]) < timedelta(days=60)]
            found.append(
                FestivalView(festival_in_words(name, gettext), days[0], days[-1], len(days), tuple(near))
            )
    return found


def _rests(marks: Mapping[date, DayMark]) -> Iterator[tuple[date, str]]:
    """Every day off with its festival, in order: the marked ones and the free weekends that touch them."""
    found: dict[date, str] = {}
    for day, mark in marks.items():
        if mark.is_workday:
            continue
        found[day] = mark.name
        for step in (-_ONE_DAY, _ONE_DAY):
            beside = day + step
            while is_weekend(beside) and beside not in marks:
                found[beside] = mark.name
                beside += step
    yield from sorted(found.items())


def _rows(rests: Iterable[tuple[date, str]]) -> Iterator[tuple[str, list[date]]]:
    """Days one after the other, as one row, called by its first festival."""
    row: list[date] = []
    name = ""
    for day, festival in rests:
        if row and day != row[-1] + _ONE_DAY:
            yield name, row
            row = []
        name = festival if not row else name
        row.append(day)
    if row:
        yield name, row
