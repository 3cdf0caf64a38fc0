"""Working days of the Chinese calendar: weekdays, less the holidays, plus the adjusted weekends (调休)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WEEKDAYS: Final = (
    mark("星期一"),
    mark("星期二"),
    mark("星期三"),
    mark("星期四"),
    mark("星期五"),
    mark("星期六"),
    mark("星期日"),
)
_SATURDAY: Final = 5


def is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`days_off` are weekdays that are free, `extra_workdays` weekends that are not.

    A year outside `known_years` has no published notice: its weekdays are taken as working days, and whoever
    shows a date in it says that the date is provisional (DESIGN: rule 7).
    """

    days_off: frozenset[date]
    extra_workdays: frozenset[date]
    known_years: frozenset[int]

    def with_days(
        self, forgotten: Iterable[date], days: Mapping[date, bool], known_years: frozenset[int]
    ) -> WorkCalendar:
        """Another calendar: without what was said of the `forgotten` days, with `days` (worked or not)."""
        gone = {*forgotten, *days}
        return WorkCalendar(
            (self.days_off - gone) | {day for day, is_worked in days.items() if not is_worked},
            (self.extra_workdays - gone) | {day for day, is_worked in days.items() if is_worked},
            known_years,
        )

    def is_workday(self, day: date) -> bool:
        if is_weekend(day):
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
