"""One reminder of one round on another day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.actions.reminding import EVE, FIRST_AFTER, at, remind, told
from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.chasing.move_rung import move_rung
from tracker.actions.chasing.remind import plan_reminders
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.errors import (
    ForbiddenError,
    InvalidValueError,
    NotAWorkdayError,
    RoundClosedError,
    RungSentError,
    UnknownRungError,
)
from tracker.models import ReportingRound
from tracker.store.pauses import move_history, moved_rungs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database


def move(
    session: Session,
    settings: Settings,
    example: Example,
    rung: str,
    day: date,
    now: datetime = OPENED_AT,
    reason: str = "领导出差",
) -> None:
    found = session.get_one(ReportingRound, example.round.id)
    move_rung(session, COORDINATOR, settings, found, rung, day, reason, now)


def test_it_goes_out_on_its_new_day_and_not_on_the_old_one(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        assert remind(session, settings, at(9, 18, 9)) == 3
        move(session, settings, example, "-5", date(2024, 9, 27), at(9, 19))
        assert remind(session, settings, at(9, 25, 9)) == 0
        assert remind(session, settings, at(9, 27, 8, 59)) == 0
        plan = plan_reminders(session, settings, at(9, 27, 9))
    assert told(plan)["a@example.org"] == [("甲县", "-5", ["1", "2"])]
    part = plan.digests[0].parts[0]
    assert part.reason == "距截止还有 3 个工作日（第 -5 档）"
    assert part.next_at == EVE


def test_the_newest_move_counts_and_all_are_kept(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        move(session, settings, example, "-5", date(2024, 9, 27), reason="一")
        move(session, settings, example, "-5", date(2024, 9, 26), reason="二")
        found = session.get_one(ReportingRound, example.round.id)
        assert moved_rungs(session, found) == {"-5": date(2024, 9, 26)}
        rows = [(row.rung, row.reason, row.moved_by) for row in move_history(session, found)]
    assert rows == [("-5", "二", "统筹人"), ("-5", "一", "统筹人")]


def test_the_rung_that_a_holiday_left_out_can_be_put_on_a_working_day(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        assert remind(session, settings, EVE) == 3
        move(session, settings, example, "0", date(2024, 10, 9), EVE)
        assert remind(session, settings, FIRST_AFTER) == 3
        found = told(plan_reminders(session, settings, at(10, 9, 9)))
    assert found["a@example.org"] == [("甲县", "0", ["1", "2"])]


def test_an_extended_unit_keeps_its_own_days(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        found = session.get_one(ReportingRound, example.round.id)
        grant_extension(
            session,
            COORDINATOR,
            settings,
            found,
            example.county_a,
            date(2024, 10, 10),
            "防汛",
            OPENED_AT,
        )
        move(session, settings, example, "-1", date(2024, 9, 27))
        assert "a@example.org" in told(plan_reminders(session, settings, at(10, 9, 9)))


@pytest.mark.parametrize(
    ("rung", "day", "now", "error"),
    [
        ("-5", date(2024, 9, 28), OPENED_AT, NotAWorkdayError),
        ("-5", date(2024, 10, 1), OPENED_AT, NotAWorkdayError),
        ("-5", date(2024, 9, 13), OPENED_AT, InvalidValueError),
        ("-4", date(2024, 9, 27), OPENED_AT, UnknownRungError),
        ("5", date(2024, 9, 27), OPENED_AT, UnknownRungError),
        ("-10", date(2024, 9, 27), at(9, 19), RungSentError),
    ],
)
def test_what_makes_no_sense_is_refused(
    sqlite_database: Database,
    settings: Settings,
    rung: str,
    day: date,
    now: datetime,
    error: type[Exception],
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        remind(session, settings, at(9, 18, 9))
        with pytest.raises(error):
            move(session, settings, example, rung, day, now)


def test_only_coordinators_move_and_only_in_an_open_round(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        found = session.get_one(ReportingRound, example.round.id)
        actor = example.filer(example.county_a)
        with pytest.raises(ForbiddenError):
            move_rung(session, actor, settings, found, "-5", date(2024, 9, 27), "理由", OPENED_AT)
        with pytest.raises(InvalidValueError):
            move(session, settings, example, "-5", date(2024, 9, 27), reason="")
        close_round(session, COORDINATOR, found, OPENED_AT)
        with pytest.raises(RoundClosedError):
            move(session, settings, example, "-5", date(2024, 9, 27))
