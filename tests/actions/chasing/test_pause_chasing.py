"""Pauses: a unit that is not reminded for a while."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.actions.reminding import EVE, FIRST_AFTER, at, told
from tests.example import COORDINATOR, OPENED_AT, build_example
from tracker.actions.chasing.pause_chasing import end_pause, pause_chasing
from tracker.actions.chasing.remind import plan_by_hand, plan_reminders
from tracker.actions.chasing.unit_chasing import unit_chasing
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Actor, Role
from tracker.errors import (
    ForbiddenError,
    InvalidValueError,
    NothingExpectedError,
    PauseEndedError,
    PauseOverError,
    RoundClosedError,
    UnknownPauseError,
)
from tracker.models import ReportingRound, TaskList, UnitKind, key
from tracker.store.pauses import pause_history
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database


def test_a_paused_unit_is_not_reminded_and_the_plan_says_why(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        pause_chasing(
            session,
            COORDINATOR,
            settings,
            example.county_a,
            "正在换人",
            OPENED_AT,
            reporting_round=example.round,
        )
        plan = plan_reminders(session, settings, EVE)
        by_hand = plan_by_hand(session, settings, example.task_list, example.round, EVE)
    assert sorted(told(plan)) == ["b@example.org", "bureau@example.org"]
    assert [(skip.unit, skip.reason) for skip in plan.skipped] == [("甲县", "已暂停催报：正在换人")]
    # Whoever sends one by hand knows.
    assert "a@example.org" in told(by_hand)


def test_it_ends_by_itself_after_its_last_day(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        pause_chasing(
            session,
            COORDINATOR,
            settings,
            example.county_a,
            "集中培训",
            OPENED_AT,
            last_on=date(2024, 9, 30),
        )
        assert "a@example.org" not in told(plan_reminders(session, settings, EVE))
        assert "a@example.org" in told(plan_reminders(session, settings, at(10, 8, 8)))


def test_it_can_be_ended_and_the_newest_rung_follows(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        pause = pause_chasing(session, COORDINATOR, settings, example.county_a, "换人", OPENED_AT)
        end_pause(session, COORDINATOR, key(pause), EVE)
        session.flush()
        assert told(plan_reminders(session, settings, EVE))["a@example.org"] == [("甲县", "-1", ["1", "2"])]
        with pytest.raises(PauseEndedError, match="统筹人"):
            end_pause(session, COORDINATOR, key(pause), EVE)
        with pytest.raises(UnknownPauseError):
            end_pause(session, COORDINATOR, 999, EVE)
        ((row, unit, found),) = pause_history(session)
    assert (row.paused_by, row.reason, row.ended_by, row.ended_at) == ("统筹人", "换人", "统筹人", EVE)
    assert (unit.name, found) == ("甲县", None)


def test_in_one_round_it_leaves_the_others_alone(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        task_list = session.get_one(TaskList, example.task_list.id)
        other = open_round(
            session, COORDINATOR, settings, task_list, "2024Q4", OPENED_AT, due_on=date(2024, 10, 7)
        )
        pause_chasing(
            session, COORDINATOR, settings, example.county_a, "换人", OPENED_AT, reporting_round=other
        )
        found = told(plan_reminders(session, settings, EVE))
        assert [place[:2] for place in found["a@example.org"]] == [("甲县", "-1")]
        assert [place[:2] for place in found["b@example.org"]] == [("乙县", "-1"), ("乙县", "-1")]


def test_the_unit_page_says_that_there_is_a_pause(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        place = (session, settings, example.task_list, example.round, example.county_a)
        assert unit_chasing(*place, OPENED_AT).next_at == at(9, 18, 8)
        pause_chasing(session, COORDINATOR, settings, example.county_a, "换人", OPENED_AT)
        chasing = unit_chasing(*place, OPENED_AT)
    assert (chasing.next_at, chasing.silence) == (None, "对该单位的催报已暂停。")


def test_what_makes_no_sense_is_refused(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        other = add_unit(session, "示例学校", UnitKind.OTHER)
        session.flush()
        with pytest.raises(InvalidValueError):
            pause_chasing(session, COORDINATOR, settings, example.county_a, " ", EVE)
        with pytest.raises(PauseOverError):
            pause_chasing(
                session, COORDINATOR, settings, example.county_a, "换人", EVE, last_on=date(2024, 9, 29)
            )
        with pytest.raises(NothingExpectedError):
            pause_chasing(session, COORDINATOR, settings, other, "换人", EVE, reporting_round=example.round)
        leader = Actor(Role.LEADER, "领导", "test")
        with pytest.raises(ForbiddenError):
            pause_chasing(session, leader, settings, example.county_a, "换人", EVE)
        close_round(session, COORDINATOR, session.get_one(ReportingRound, example.round.id), FIRST_AFTER)
        with pytest.raises(RoundClosedError):
            pause_chasing(
                session, COORDINATOR, settings, example.county_a, "换人", EVE, reporting_round=example.round
            )
