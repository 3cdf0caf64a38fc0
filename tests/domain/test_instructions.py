"""When an instruction is overdue, and when its unit is reminded of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.domain.calendar_2024 import CALENDAR
from tracker.domain.instructions import InstructionState, instruction_rungs, instruction_state, rung_due
from tracker.domain.send_window import SendWindow

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOW = SendWindow(time(8), time(18), CALENDAR, SHANGHAI)
DUE_ON = date(2024, 10, 6)


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("is_closed", "last_via", "days", "state"),
    [
        (False, None, 0, "open"),
        (False, None, 1, "overdue"),
        (False, "further", 0, "open"),
        (False, "further", 1, "overdue"),
        (False, "web", 1, "answered"),
        (True, "web", 1, "closed"),
    ],
)
def test_it_is_overdue_from_the_day_after_while_it_is_not_answered(
    is_closed: bool, last_via: str | None, days: int, state: str
) -> None:
    found = instruction_state(
        is_closed=is_closed, last_via=last_via, due_on=DUE_ON, today=DUE_ON + timedelta(days)
    )
    assert found is InstructionState(state)


def test_reminders_stand_on_the_working_days_around_a_holiday() -> None:
    rungs = instruction_rungs(DUE_ON, time(9), WINDOW)
    assert [(rung.name, rung.at) for rung in rungs] == [("-1", at(9, 30)), ("1", at(10, 8))]


def test_only_the_newest_that_came_after_the_asking_is_due() -> None:
    rungs = instruction_rungs(DUE_ON, time(9), WINDOW)

    def due(asked_at: datetime, now: datetime) -> str | None:
        rung = rung_due(rungs, asked_at, now)
        return rung.name if rung else None

    assert due(at(9, 20), at(9, 30, 8)) is None
    assert due(at(9, 20), at(9, 30)) == "-1"
    assert due(at(9, 20), at(10, 9)) == "1"
    # Asked on the very eve: that mail said it.
    assert due(at(9, 30, 10), at(9, 30, 11)) is None
    assert due(at(10, 8, 10), at(10, 9)) is None
