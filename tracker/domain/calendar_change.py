"""A change to the days of one year's notice: what stood, what would stand, and where that differs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping  # noqa: TC003 - a field of a dataclass
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.festivals import festival_name
from tracker.domain.workdays import is_weekend

if TYPE_CHECKING:
    from datetime import date

    from tracker.domain.notice import Notice
    from tracker.domain.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class DayMark:
    """A day that differs from its weekday: a weekday off, or a weekend worked (调休)."""

    is_workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class DayDifference:
    """A day that is worked and would be off, or the other way round; `name` is the festival that says so."""

    day: date
    is_workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """Of the notice of `year`; `entry` is what its history will say. With `is_known` False it is taken away."""

    year: int
    before: Mapping[date, DayMark]
    after: Mapping[date, DayMark]
    was_known: bool
    is_known: bool
    entry: str

    @property
    def differences(self) -> tuple[DayDifference, ...]:
        """In the order of the days; a festival that only has another name is none."""
        found = []
        for day in sorted({*self.before, *self.after}):
            before, after = self.before.get(day), self.after.get(day)
            if (before is None) != (after is None):
                mark = after or before
                assert mark is not None  # noqa: S101 - one of them is there
                is_workday = mark.is_workday if after else not mark.is_workday
                found.append(DayDifference(day, is_workday, mark.name))
        return tuple(found)

    @property
    def fingerprint(self) -> str:
        """The same for the same change of the same state: what was previewed is what is stored."""
        said = (self.year, self.was_known, self.is_known, sorted(self.before), self.differences)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def applied_to(self, calendar: WorkCalendar) -> WorkCalendar:
        years = calendar.known_years - {self.year} | ({self.year} if self.is_known else set())
        return calendar.with_days(
            self.before, {day: mark.is_workday for day, mark in self.after.items()}, frozenset(years)
        )


def marks_of(notice: Notice, before: Mapping[date, DayMark]) -> dict[date, DayMark]:
    """The days of `notice`; an amendment leaves those of the other festivals as they are `before`."""
    found: dict[date, DayMark] = {}
    if notice.is_amendment:
        amended = {festival.name for festival in notice.festivals}
        found = {day: mark for day, mark in before.items() if festival_name(mark.name) not in amended}
    for festival in notice.festivals:
        for day in festival.days_off:
            if not is_weekend(day):
                found[day] = DayMark(is_workday=False, name=festival.name)
        for day in festival.worked:
            found[day] = DayMark(is_workday=True, name=festival.name)
    return found
