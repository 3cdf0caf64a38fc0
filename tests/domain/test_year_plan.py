"""A year of a list before anything is sent: reckoned by the functions that the jobs decide by."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendar_2024 import CALENDAR
from tests.example import SHANGHAI
from tracker.domain.chasing import Chasing, LaterDue
from tracker.domain.ladder import LadderRung
from tracker.domain.periods import Period
from tracker.domain.rules import ReportingRules
from tracker.domain.send_window import SendWindow
from tracker.domain.workdays import WorkCalendar
from tracker.domain.year_plan import EventKind, KnownRound, Standard, Standing, plan_year

if TYPE_CHECKING:
    from tracker.domain.year_plan import PlannedRound

WINDOW = SendWindow(time(8), time(18), CALENDAR, SHANGHAI)
STANDARD = Standard(time(9), WINDOW)
RULES = ReportingRules(period_type="quarter", due_day=6)
QUARTERS = [Period(year, index, "quarter") for year in (2023, 2024, 2025) for index in (1, 2, 3, 4)]
BEFORE = datetime(2023, 6, 1, tzinfo=SHANGHAI)
THIRD = Period(2024, 3, "quarter")


def at(month: int, day: int, hour: int = 9, minute: int = 0, *, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def of(plan: tuple[PlannedRound, ...], period: Period) -> PlannedRound:
    return next(planned for planned in plan if planned.period == period)


def told(planned: PlannedRound, kind: EventKind, unit: str = "") -> list[datetime]:
    return [event.at for event in planned.events if event.kind is kind and event.unit == unit]


def known(**changes: object) -> KnownRound:
    """The third quarter, opened at noon of its opening day."""
    values = {
        "ladder": RULES.ladder,
        "opened_at": at(9, 13, 12),
        "due_at": at(10, 6, 23, 59),
        "closes_at": at(10, 12, 23, 59),
        "off_since": None,
        "remind_at": time(9),
        "window": WINDOW,
        "moved_to": {},
        "later": {},
        "quiet": {},
    } | changes
    chasing = Chasing(**values)  # type: ignore[arg-type]
    return KnownRound(chasing, at(10, 12, 23, 59), None, {})


def test_the_third_quarter_of_2024_around_the_holiday_week() -> None:
    planned = of(plan_year(RULES, QUARTERS, {}, STANDARD, 2024, BEFORE), THIRD)
    assert planned.is_due_day_off
    assert not planned.is_provisional
    assert planned.standing is Standing.PLANNED
    assert told(planned, EventKind.OPENING) == [at(9, 13, 0)]
    # The first is the opening mail.
    rungs = [at(9, 13), at(9, 18), at(9, 25), at(9, 30), at(10, 8), at(10, 10)]
    assert told(planned, EventKind.REMINDER) == rungs
    assert told(planned, EventKind.MISSING) == [at(10, 8)]
    assert told(planned, EventKind.INTERVIEWS) == [at(10, 10)]
    # Closed at the end of a worked Saturday; the workbook waits for Monday morning.
    assert told(planned, EventKind.CLOSING) == [datetime(2024, 10, 12, 23, 59, 59, tzinfo=SHANGHAI)]
    assert told(planned, EventKind.REPORT) == [at(10, 14, 8)]
    last = planned.last_before_due()
    assert last is not None
    assert last.at == at(9, 30)


def test_a_year_holds_every_round_of_which_anything_happens_in_it() -> None:
    plan = plan_year(RULES, QUARTERS, {}, STANDARD, 2024, BEFORE)
    # The quarter before is due in January, the last one is opened in December and due in January 2025.
    assert [planned.period.key for planned in plan] == ["2023Q4", "2024Q1", "2024Q2", "2024Q3", "2024Q4"]


def test_what_is_counted_through_an_unpublished_year_is_provisional() -> None:
    calendar = WorkCalendar(CALENDAR.days_off, CALENDAR.extra_workdays, frozenset({2024}))
    window = SendWindow(time(8), time(18), calendar, SHANGHAI)
    plan = plan_year(RULES, QUARTERS, {}, Standard(time(9), window), 2024, BEFORE)
    assert [planned.period.key for planned in plan if planned.is_provisional] == ["2023Q4", "2024Q4"]
    # Due on 6 January 2025: the reminders of December are counted back from there.
    assert all(event.is_provisional for event in of(plan, Period(2024, 4, "quarter")).events)


def test_a_list_on_demand_shows_only_what_was_opened() -> None:
    rules = ReportingRules(period_type="on_demand")
    period = Period(2024, 1, "on_demand")
    assert plan_year(rules, [period], {}, STANDARD, 2024, BEFORE) == ()
    (planned,) = plan_year(rules, [period], {period: known()}, STANDARD, 2024, BEFORE)
    assert told(planned, EventKind.OPENING) == [at(9, 13, 12)]


def test_an_open_round_stands_as_it_was_opened_with_its_moves_and_extensions() -> None:
    later = {7: LaterDue(at(10, 18, 23, 59), at(10, 5, 10))}
    moved = known(later=later, moved_to={"-1": date(2024, 9, 27)})
    standing = KnownRound(moved.chasing, moved.locks_at, None, {7: "甲县"})
    planned = of(plan_year(RULES, QUARTERS, {THIRD: standing}, STANDARD, 2024, at(10, 5, 11)), THIRD)
    assert planned.standing is Standing.OPEN
    assert told(planned, EventKind.REMINDER)[3] == at(9, 27)
    assert [event.at for event in planned.events if event.is_moved] == [at(9, 27)]
    assert told(planned, EventKind.DUE, "甲县") == [at(10, 18, 23, 59)]
    # After the grant, and not beyond the closing of the round.
    assert told(planned, EventKind.REMINDER, "甲县") == [at(10, 12)]


def test_a_closed_round_says_when_it_was_closed_by_hand() -> None:
    closed = KnownRound(known(closes_at=at(10, 9, 20)).chasing, at(10, 12), at(10, 9, 20), {})
    planned = of(plan_year(RULES, QUARTERS, {THIRD: closed}, STANDARD, 2024, at(11, 1)), THIRD)
    assert planned.standing is Standing.CLOSED
    assert told(planned, EventKind.CLOSING) == [at(10, 9, 20)]
    assert told(planned, EventKind.REPORT) == [at(10, 10, 8)]
    assert told(planned, EventKind.REMINDER)[-1] == at(10, 8)


def test_a_round_opened_by_hand_after_its_due_day_has_no_closing() -> None:
    late = KnownRound(
        known(opened_at=at(10, 20), closes_at=None, off_since=at(10, 20)).chasing, None, None, {}
    )
    planned = of(plan_year(RULES, QUARTERS, {THIRD: late}, STANDARD, 2024, at(11, 1)), THIRD)
    assert not planned.is_chased
    assert told(planned, EventKind.REMINDER) == told(planned, EventKind.CLOSING) == []


def test_what_was_not_opened_in_time_is_said_to_be_missed() -> None:
    plan = plan_year(RULES, QUARTERS, {}, STANDARD, 2024, at(9, 20))
    assert [(planned.period.key, planned.standing) for planned in plan] == [
        ("2023Q4", Standing.MISSED),
        ("2024Q1", Standing.MISSED),
        ("2024Q2", Standing.MISSED),
        ("2024Q3", Standing.PLANNED),
        ("2024Q4", Standing.PLANNED),
    ]
    # What it would have been is shown all the same: a year can be looked at afterwards.
    first = of(plan, Period(2024, 1, "quarter"))
    assert told(first, EventKind.OPENING) == [at(3, 19, 0)]
    assert [event.at for event in first.events] == sorted(event.at for event in first.events)
    assert len(told(first, EventKind.REMINDER)) >= 5
    # Its opening day has passed: it opens with the next sweep, and the rung that passed comes with it.
    third = of(plan, THIRD)
    assert told(third, EventKind.OPENING) == [at(9, 20)]
    assert told(third, EventKind.REMINDER)[:2] == [at(9, 20), at(9, 25)]


@given(
    st.sets(st.integers(-40, 15), min_size=1, max_size=8),
    st.integers(0, 30),
    st.integers(1, 20),
    st.integers(1, 28),
    st.times(time(0), time(23, 59)),
)
@pytest.mark.parametrize("year", [2024, 2025])
def test_whatever_the_rules_mails_leave_within_hours_and_each_rung_once(
    year: int, offsets: set[int], open_before: int, close_after: int, due_day: int, remind_at: time
) -> None:
    rules = ReportingRules(
        period_type="month",
        due_day=due_day,
        ladder=tuple(LadderRung(offset=offset) for offset in offsets),
        open_before=open_before,
        close_after=close_after,
        remind_at=remind_at,
    )
    months = [Period(year, month, "month") for month in range(1, 12)]
    plan = plan_year(rules, months, {}, STANDARD, year, BEFORE)
    assert len(plan) >= 10
    for planned in plan:
        (opened_at,), (closes_at,) = told(planned, EventKind.OPENING), told(planned, EventKind.CLOSING)
        mails = [event for event in planned.events if event.kind is not EventKind.DUE and event.rung]
        assert all(WINDOW.is_open(event.at) for event in mails)
        assert all(opened_at <= event.at <= closes_at for event in mails)
        names = [event.rung.name for event in mails if event.rung]
        assert len(set(names)) == len(names)
        assert all(one.at <= other.at for one, other in pairwise(planned.events))
        assert opened_at <= planned.due_at <= closes_at + timedelta(days=1)
