"""The ladder around the sixth of October 2024, a Sunday in the holiday week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendar_2024 import CALENDAR
from tracker.domain.ladder import LadderRung, Rung, newest_rung, rungs_of

if TYPE_CHECKING:
    from collections.abc import Iterable

SHANGHAI = ZoneInfo("Asia/Shanghai")
LADDER = (-10, -5, -1, 0, 1, 3)
NINE = time(9)
NATIONAL_DAY_RUNGS = (
    (-10, datetime(2024, 9, 18, 9, tzinfo=SHANGHAI)),
    (-5, datetime(2024, 9, 25, 9, tzinfo=SHANGHAI)),
    (-1, datetime(2024, 9, 30, 9, tzinfo=SHANGHAI)),
    (1, datetime(2024, 10, 8, 9, tzinfo=SHANGHAI)),
    (3, datetime(2024, 10, 10, 9, tzinfo=SHANGHAI)),
)


def rungs(due_on: date) -> tuple[Rung, ...]:
    return placed(LADDER, due_on)


def placed(ladder: Iterable[int], due_on: date) -> tuple[Rung, ...]:
    return rungs_of([LadderRung(offset=offset) for offset in ladder], due_on, NINE, CALENDAR, SHANGHAI)


def test_rungs_stand_on_working_days_and_the_due_day_off_has_none() -> None:
    assert [(rung.offset, rung.at) for rung in rungs(date(2024, 10, 6))] == list(NATIONAL_DAY_RUNGS)


def test_a_due_day_that_is_worked_has_its_rung() -> None:
    found = {rung.offset: rung.at.date() for rung in rungs(date(2025, 1, 6))}
    assert found == {
        -10: date(2024, 12, 20),
        -5: date(2024, 12, 27),
        -1: date(2025, 1, 3),
        0: date(2025, 1, 6),
        1: date(2025, 1, 7),
        3: date(2025, 1, 9),
    }


@pytest.mark.parametrize(
    ("now", "offset"),
    [
        (datetime(2024, 9, 18, 8, 59, 59, tzinfo=SHANGHAI), None),
        (datetime(2024, 9, 18, 9, tzinfo=SHANGHAI), -10),
        (datetime(2024, 9, 30, 8, 59, tzinfo=SHANGHAI), -5),
        (datetime(2024, 9, 30, 9, tzinfo=SHANGHAI), -1),
        (datetime(2024, 9, 30, 1, tzinfo=ZoneInfo("UTC")), -1),
        (datetime(2024, 10, 8, 8, 59, tzinfo=SHANGHAI), -1),
        (datetime(2024, 10, 8, 9, tzinfo=SHANGHAI), 1),
        (datetime(2025, 3, 1, tzinfo=SHANGHAI), 3),
    ],
)
def test_the_newest_rung_is_the_last_one_whose_moment_has_come(now: datetime, offset: int | None) -> None:
    newest = newest_rung(rungs(date(2024, 10, 6)), now)
    assert (newest.offset if newest else None) == offset


@given(
    st.dates(date(2024, 3, 1), date(2025, 11, 30)),
    st.frozensets(st.integers(-12, 12), max_size=6),
)
def test_every_rung_is_on_a_working_day_and_they_climb(due_on: date, ladder: frozenset[int]) -> None:
    found = placed(sorted(ladder), due_on)
    assert all(CALENDAR.is_workday(rung.at.date()) and rung.at.time() == NINE for rung in found)
    assert {rung.offset for rung in found} == ladder - ({0} if not CALENDAR.is_workday(due_on) else set())
    assert [rung.at for rung in found] == sorted(rung.at for rung in found)
    assert [int(rung.offset) for rung in found] == sorted(int(rung.offset) for rung in found)
    assert all((rung.at.date() > due_on) == (int(rung.offset) > 0) for rung in found)


@given(st.datetimes(datetime(2024, 9, 1), datetime(2024, 10, 20)))  # noqa: DTZ001 - the zone is set below
def test_a_later_moment_never_has_an_earlier_rung(moment: datetime) -> None:
    now = moment.replace(tzinfo=SHANGHAI)
    found = rungs(date(2024, 10, 6))
    before, after = newest_rung(found, now), newest_rung(found, now + timedelta(hours=1))
    if before is not None:
        assert after is not None
        assert after.at >= before.at
        assert before.at <= now


def offsets(found: Iterable[Rung]) -> dict[str, set[str]]:
    return {rung.name: set(rung.audience) for rung in found}


def test_escalation_climbs_from_filler_to_leader_to_coordinator() -> None:
    assert offsets(placed(LADDER, date(2025, 1, 6))) == {
        "-10": {"filler"},
        "-5": {"filler"},
        "-1": {"filler"},
        "0": {"filler"},
        "1": {"filler", "leader"},
        "3": {"filler", "leader", "coordinator"},
    }
    # A single rung after the due day has nowhere to climb from.
    assert offsets(placed((-5, 2), date(2025, 1, 6)))["2"] == {"filler", "leader"}


def test_a_rung_with_an_audience_of_its_own_keeps_it() -> None:
    own = LadderRung(offset=1, audience=("coordinator", "filler"), text="请即报送")
    (rung,) = rungs_of([own], date(2025, 1, 6), NINE, CALENDAR, SHANGHAI)
    assert set(rung.audience) == {"filler", "coordinator"}
    assert (rung.text, rung.is_for_units) == ("请即报送", True)
    (quiet,) = rungs_of(
        [LadderRung(offset=5, audience=("coordinator",))], date(2025, 1, 6), NINE, CALENDAR, SHANGHAI
    )
    assert not quiet.is_for_units


@pytest.mark.parametrize(
    ("opened_at", "at"),
    [
        (datetime(2024, 9, 13, tzinfo=SHANGHAI), datetime(2024, 9, 13, 9, tzinfo=SHANGHAI)),
        (datetime(2024, 9, 13, 15, 20, tzinfo=SHANGHAI), datetime(2024, 9, 13, 15, 20, tzinfo=SHANGHAI)),
    ],
)
def test_the_opening_is_told_on_the_day_the_round_opens(opened_at: datetime, at: datetime) -> None:
    rungs = rungs_of(
        [LadderRung(offset=3), LadderRung(offset="open")],
        date(2024, 10, 6),
        NINE,
        CALENDAR,
        SHANGHAI,
        opened_at=opened_at,
    )
    assert [(rung.name, rung.is_opening) for rung in rungs] == [("open", True), ("3", False)]
    assert rungs[0].at == at


def test_a_moved_rung_stands_on_its_new_day_also_where_it_was_left_out() -> None:
    moved = {"-5": date(2024, 9, 27), "0": date(2024, 10, 8)}
    found = rungs_of(
        [LadderRung(offset=offset) for offset in LADDER],
        date(2024, 10, 6),
        NINE,
        CALENDAR,
        SHANGHAI,
        moved_to=moved,
    )
    days = {rung.name: rung.at.date() for rung in found}
    assert days["-5"] == date(2024, 9, 27)
    assert days["0"] == date(2024, 10, 8)
    assert days["-1"] == date(2024, 9, 30)
    # On one day the rung that is later in the ladder is the newest.
    eighth = datetime(2024, 10, 8, 9, tzinfo=SHANGHAI)
    newest = newest_rung(found, eighth)
    assert newest is not None
    assert newest.name == "1"
