"""Working days of 2024 and 2025 as the State Council's notices have them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendar_2024 import CALENDAR

DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        (date(2024, 9, 14), True),  # Saturday, worked for the Mid-Autumn Festival
        (date(2024, 9, 15), False),
        (date(2024, 9, 16), False),  # Monday
        (date(2024, 9, 17), False),
        (date(2024, 9, 18), True),
        (date(2024, 9, 28), False),  # a plain Saturday
        (date(2024, 9, 29), True),  # Sunday, worked for the National Day
        (date(2024, 9, 30), True),
        (date(2024, 10, 1), False),
        (date(2024, 10, 4), False),  # Friday
        (date(2024, 10, 6), False),
        (date(2024, 10, 7), False),  # Monday
        (date(2024, 10, 8), True),
        (date(2024, 10, 12), True),  # Saturday, worked for the National Day
        (date(2024, 10, 13), False),
        (date(2025, 1, 1), False),
    ],
)
def test_holidays_are_off_and_adjusted_weekends_are_worked(day: date, is_workday: bool) -> None:
    assert CALENDAR.is_workday(day) is is_workday


def test_a_year_without_a_notice_is_provisional_and_counts_weekdays() -> None:
    national_day = date(2027, 10, 1)
    assert CALENDAR.is_provisional(national_day)
    assert CALENDAR.is_workday(national_day)
    assert not CALENDAR.is_workday(date(2027, 10, 2))
    assert not CALENDAR.is_provisional(date(2024, 10, 1))


@pytest.mark.parametrize(
    ("steps", "day"),
    [
        (-12, date(2024, 9, 13)),
        (-11, date(2024, 9, 14)),
        (-10, date(2024, 9, 18)),
        (-5, date(2024, 9, 25)),
        (-2, date(2024, 9, 29)),
        (-1, date(2024, 9, 30)),
        (0, date(2024, 10, 6)),
        (1, date(2024, 10, 8)),
        (3, date(2024, 10, 10)),
        (5, date(2024, 10, 12)),
    ],
)
def test_shifting_from_the_sixth_of_october_steps_over_the_holiday_week(steps: int, day: date) -> None:
    assert CALENDAR.shift(date(2024, 10, 6), steps) == day


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_a_shifted_day_is_a_working_day_that_many_working_days_away(day: date, steps: int) -> None:
    shifted = CALENDAR.shift(day, steps)
    assert CALENDAR.is_workday(shifted)
    first, last = sorted((day, shifted))
    between = [first + timedelta(days=n) for n in range(1, (last - first).days)]
    assert sum(CALENDAR.is_workday(found) for found in between) == abs(steps) - 1


@given(DAYS, DAYS, DAYS)
def test_working_days_add_up(first: date, second: date, third: date) -> None:
    whole = CALENDAR.workdays_until(first, third)
    assert whole == CALENDAR.workdays_until(first, second) + CALENDAR.workdays_until(second, third)


def test_working_days_until_a_day_count_that_day_and_not_the_first() -> None:
    assert CALENDAR.workdays_until(date(2024, 9, 29), date(2024, 9, 30)) == 1
    assert CALENDAR.workdays_until(date(2024, 9, 30), date(2024, 10, 7)) == 0
    assert CALENDAR.workdays_until(date(2024, 9, 30), date(2024, 10, 8)) == 1
    assert CALENDAR.workdays_until(date(2024, 10, 10), date(2024, 10, 6)) == -3
