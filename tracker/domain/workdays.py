"""Working days of the Chinese calendar: weekdays, less the holidays, plus the adjusted weekends (调休)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`days_off` are weekdays that are free, `extra_workdays` weekends that are not.

    A year outside `known_years` has no published notice: its weekdays are taken as working days, and whoever
    shows a date in it says that the date is provisional (DESIGN: rule 7).
    """

    days_off: frozenset[date]
    extra_workdays: frozenset[date]
    known_years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        if day.weekday() >= _SATURDAY:
            return day in self.extra_workdays
        return day not in self.days_off

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.known_years

    def shift(self, day: date, workdays: int) -> date:
        """The working day that lies `workdays` after `day` (before it when negative).

        `day` itself may be a day off and is never counted; with 0 it is returned as it is.
        """
        step = timedelta(days=1 if workdays > 0 else -1)
        left = abs(workdays)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def workdays_until(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.workdays_until(end, start)
        days = (end - start).days
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, days + 1))
