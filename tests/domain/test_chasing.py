"""Each unit's rungs in one round: extensions, pauses, moved days, and when the next reminder would come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendar_2024 import CALENDAR
from tracker.domain.chasing import Chasing, LaterDue, Quiet
from tracker.domain.ladder import LadderRung
from tracker.domain.send_window import SendWindow

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNIT, OTHER = 1, 2


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, second, tzinfo=SHANGHAI)


OPENED_AT, DUE_AT, CLOSES_AT = at(9, 13), at(10, 6, 23, 59, 59), at(10, 12, 23, 59, 59)


def chasing(*offsets: int | str, **changes: Any) -> Chasing:
    whole = Chasing(
        ladder=tuple(LadderRung(offset=offset) for offset in offsets or (-10, -5, -1, 0, 1, 3)),
        opened_at=OPENED_AT,
        due_at=DUE_AT,
        closes_at=CLOSES_AT,
        off_since=None,
        remind_at=time(9),
        window=SendWindow(time(8), time(18), CALENDAR, SHANGHAI),
        moved_to={},
        later={},
        quiet={},
    )
    return replace(whole, **changes)


def next_of(found: Chasing, now: datetime, *told: str, owed_since: datetime | None = None) -> datetime | None:
    return found.next_of(UNIT, told, now, owed_since)


def test_an_extended_unit_has_rungs_around_its_own_day_from_the_grant_on() -> None:
    later = LaterDue(at(10, 10, 23, 59, 59), granted_at=at(9, 30, 15))
    found = chasing(later={UNIT: later})
    assert found.due_of(UNIT) == later.due_at
    assert [(rung.name, rung.at) for rung in found.rungs_of(UNIT)] == [
        ("-1@2024-10-10", at(10, 9, 9)),
        ("0@2024-10-10", at(10, 10, 9)),
        ("1@2024-10-10", at(10, 11, 9)),
        ("3@2024-10-10", at(10, 14, 9)),
    ]
    assert found.due_of(OTHER) == DUE_AT
    assert [rung.name for rung in found.rungs_of(OTHER)] == ["-10", "-5", "-1", "1", "3"]


def test_a_grant_is_not_followed_by_a_reminder_of_the_past() -> None:
    found = chasing(later={UNIT: LaterDue(at(10, 10, 23, 59, 59), granted_at=at(9, 30, 15))})
    assert found.newest_of(UNIT, at(10, 8, 9)) is None
    assert next_of(found, at(9, 30, 15)) == at(10, 9, 9)


def test_the_opening_is_told_once_whatever_is_extended() -> None:
    found = chasing("open", -1, later={UNIT: LaterDue(at(10, 10, 23, 59, 59), granted_at=at(9, 13, 16))})
    assert [rung.name for rung in found.rungs_of(UNIT)] == ["open", "-1@2024-10-10"]


def test_rungs_for_coordinators_alone_tell_units_nothing() -> None:
    lonely = (LadderRung(offset=1), LadderRung(offset=3, audience=("coordinator",)))
    found = chasing(ladder=lonely)
    assert [rung.name for rung in found.rungs_of(UNIT)] == ["1"]
    assert [rung.name for rung in found.all_rungs()] == ["1", "3"]


@pytest.mark.parametrize(
    ("now", "told", "expected"),
    [
        (at(9, 14), [], at(9, 18, 9)),
        (at(9, 18, 9), ["-10"], at(9, 25, 9)),
        # Not told though its moment has come: at once, where mail may leave.
        (at(9, 18, 12), [], at(9, 18, 12)),
        (at(9, 18, 19), [], at(9, 19, 8)),
        (at(9, 30, 9), ["-1"], at(10, 8, 9)),
        (at(10, 10, 9), ["3"], None),
    ],
)
def test_the_next_reminder_is_the_next_rung_that_was_not_told(
    now: datetime, told: list[str], expected: datetime | None
) -> None:
    assert next_of(chasing(), now, *told) == expected


def test_a_pause_puts_off_the_newest_rung_until_it_ends() -> None:
    quiet = Quiet(at(9, 20), date(2024, 9, 26), "换人")
    found = chasing(quiet={UNIT: (quiet,)})
    assert found.pause_of(UNIT, at(9, 26, 23, 59)) == quiet
    assert found.pause_of(UNIT, at(9, 27)) is None
    assert found.pause_of(UNIT, at(9, 19)) is None
    assert found.pause_of(OTHER, at(9, 25)) is None
    assert next_of(found, at(9, 25), "-10") == at(9, 27, 8)
    assert next_of(chasing(quiet={UNIT: (replace(quiet, last_on=None),)}), at(9, 25)) is None


def test_two_pauses_that_meet_are_one() -> None:
    pauses = (Quiet(at(9, 20), date(2024, 9, 26), "一"), Quiet(at(9, 20), date(2024, 10, 8), "二"))
    assert next_of(chasing(quiet={UNIT: pauses}), at(9, 25)) == at(10, 9, 8)


def test_nothing_is_next_once_chasing_is_off_or_the_round_closes_first() -> None:
    assert next_of(chasing(off_since=at(9, 20)), at(9, 21)) is None
    assert next_of(chasing(closes_at=at(9, 20)), at(9, 19), "-10") is None


def test_what_came_back_after_a_rung_waits_for_the_next_one() -> None:
    found = chasing()
    newest = found.newest_of(UNIT, at(9, 25, 12))
    assert newest is not None
    assert found.is_before(newest, at(9, 25, 9, 0, 1))
    assert not found.is_before(newest, at(9, 25, 9))
    assert not found.is_before(newest, None)
    assert next_of(found, at(9, 25, 12), "-10", owed_since=at(9, 25, 9, 30)) == at(9, 30, 9)


def test_a_rung_planned_outside_hours_is_judged_when_they_begin() -> None:
    found = chasing(-5, remind_at=time(19))
    newest = found.newest_of(UNIT, at(9, 26, 8))
    assert newest is not None
    assert newest.at == at(9, 25, 19)
    # Returned in the evening, before the mail could leave: it is owed when the rung is judged.
    assert not found.is_before(newest, at(9, 25, 21))
    assert found.is_before(newest, at(9, 26, 8, 1))


moments = st.datetimes(datetime(2024, 9, 13), datetime(2024, 10, 20), timezones=st.just(SHANGHAI))  # noqa: DTZ001


@given(
    st.frozensets(st.integers(-14, 10), max_size=6),
    st.booleans(),
    moments,
    st.times(time(0), time(23, 59)),
    st.none() | st.tuples(st.integers(1, 15), moments),
    st.none() | st.tuples(moments, st.none() | st.integers(0, 20)),
)
def test_what_is_announced_as_next_is_what_comes_next(
    offsets: frozenset[int],
    has_opening: bool,
    now: datetime,
    remind_at: time,
    later: tuple[int, datetime] | None,
    quiet: tuple[datetime, int | None] | None,
) -> None:
    ladder: tuple[int | str, ...] = (*(("open",) if has_opening else ()), *sorted(offsets))
    changes: dict[str, Any] = {"remind_at": remind_at}
    if later:
        changes["later"] = {UNIT: LaterDue(DUE_AT + timedelta(days=later[0]), granted_at=later[1])}
    if quiet:
        last_on = None if quiet[1] is None else (quiet[0] + timedelta(days=quiet[1])).date()
        changes["quiet"] = {UNIT: (Quiet(quiet[0], last_on, "理由"),)}
    found = chasing(*ladder, **changes) if ladder else chasing(1, **changes)
    told: set[str] = set()
    moment, mails = now, 0
    while (following := found.next_of(UNIT, told, moment, None)) is not None:
        assert moment <= following <= CLOSES_AT
        assert found.window.is_open(following)
        assert found.pause_of(UNIT, following) is None
        newest = found.newest_of(UNIT, following)
        assert newest is not None
        assert newest.name not in told
        # Nothing else would have gone out before.
        for n in range(1, 5):
            between = moment + (following - moment) * n / 5
            rung = found.newest_of(UNIT, between)
            is_silent = rung is None or rung.name in told or found.pause_of(UNIT, between) is not None
            assert between == following or is_silent or not found.window.is_open(between)
        told.add(newest.name)
        moment, mails = following, mails + 1
    assert mails <= len(found.ladder)
