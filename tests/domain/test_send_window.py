"""When mail may leave by itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendar_2024 import CALENDAR
from tracker.domain.send_window import SendWindow

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOW = SendWindow(time(8), time(18), CALENDAR, SHANGHAI)


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "opens_at"),
    [
        (at(9, 30, 8), at(9, 30, 8)),
        (at(9, 30, 17, 59, 59), at(9, 30, 17, 59, 59)),
        (at(9, 30, 7, 59, 59), at(9, 30, 8)),
        # The whole holiday week lies between, and the Sunday before it is worked.
        (at(9, 30, 18), at(10, 8, 8)),
        (at(9, 28, 12), at(9, 29, 8)),
        (at(9, 29, 12), at(9, 29, 12)),
        # The Saturday is worked, the Sunday is not.
        (at(10, 12, 23, 59), at(10, 14, 8)),
        (at(10, 13), at(10, 14, 8)),
    ],
)
def test_what_comes_outside_waits_for_the_next_working_hours(moment: datetime, opens_at: datetime) -> None:
    assert WINDOW.next_open(moment) == opens_at
    assert WINDOW.is_open(moment) == (moment == opens_at)


def test_the_hours_are_those_of_the_site() -> None:
    assert WINDOW.is_open(at(9, 30, 9).astimezone(ZoneInfo("America/New_York")))


@given(
    st.datetimes(datetime(2024, 1, 2), datetime(2025, 12, 20), timezones=st.just(SHANGHAI)),  # noqa: DTZ001
    st.integers(0, 22),
    st.integers(1, 23),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime, opens: int, hours: int) -> None:
    window = SendWindow(time(opens), time(min(opens + hours, 23)), CALENDAR, SHANGHAI)
    found = window.next_open(moment)
    assert window.is_open(found)
    assert found >= moment
    step = (found - moment) / 7
    assert not any(window.is_open(moment + step * n) for n in range(7) if step > timedelta(0))
    assert CALENDAR.is_workday(found.astimezone(SHANGHAI).date())
    assert date(2024, 1, 1) < found.date()
