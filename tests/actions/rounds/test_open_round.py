"""Opening a round: who is expected, by when, and what a late opening means."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import OPENED_AT, SHANGHAI, build_example
from tracker.actions.rounds.open_round import open_round, open_scheduled_rounds
from tracker.domain.actors import system
from tracker.domain.rules import ReportingRules
from tracker.errors import (
    DueDayNeededError,
    ForbiddenError,
    PeriodNotCoveredError,
    RoundExistsError,
    UnknownPeriodError,
)
from tracker.models import AssignmentRole, Obligation, ReportingRound

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database

ACTOR = system("test")


def test_expects_the_lead_and_every_county_that_the_task_names(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        rows = session.exec(select(Obligation)).all()
    units = {example.bureau.id: "局", example.county_a.id: "甲", example.county_b.id: "乙"}
    numbers = {task.id: task.number for task in example.tasks}
    assert sorted((numbers[row.task_id], units[row.unit_id], row.role) for row in rows) == sorted(
        [(number, "局", AssignmentRole.LEAD) for number in "123"]
        + [(number, "甲", AssignmentRole.LOCAL) for number in "12"]
        + [(number, "乙", AssignmentRole.LOCAL) for number in "123"]
    )


def test_is_due_at_the_last_second_of_the_due_day_in_the_sites_zone(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        opened = build_example(session, settings).round
    assert opened.due_at == datetime(2024, 10, 6, 23, 59, 59, tzinfo=SHANGHAI)
    # Five working days after the holiday week: 8, 9, 10, 11 October and the adjusted Saturday, the 12th.
    assert opened.locks_at == datetime(2024, 10, 12, 23, 59, 59, tzinfo=SHANGHAI)
    assert opened.is_chasing


def test_opened_after_its_due_day_it_neither_chases_nor_closes_by_itself(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        opened = build_example(session, settings, now=OPENED_AT + timedelta(days=60)).round
    assert not opened.is_chasing
    assert opened.locks_at is None


def test_a_period_opens_once_and_only_inside_the_list(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(RoundExistsError):
            open_round(session, ACTOR, settings, example.task_list, "2024q3", OPENED_AT)
        with pytest.raises(PeriodNotCoveredError, match="2024Q1 至 2024Q4"):
            open_round(session, ACTOR, settings, example.task_list, "2025Q1", OPENED_AT)
        with pytest.raises(UnknownPeriodError):
            open_round(session, ACTOR, settings, example.task_list, "2024M9", OPENED_AT)


def test_a_unit_may_not_open_a_round(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(ForbiddenError):
            open_round(
                session, example.filer(example.bureau), settings, example.task_list, "2024Q4", OPENED_AT
            )


def test_rounds_open_by_themselves_twelve_working_days_before_they_are_due(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        build_example(session, settings)
        # 2024Q4 is due on Monday 6 January 2025; New Year's Day is off.
        before = datetime(2024, 12, 17, 23, 59, tzinfo=SHANGHAI)
        assert open_scheduled_rounds(session, ACTOR, settings, before) == []
        after = before + timedelta(minutes=1)
        assert [opened.period for opened in open_scheduled_rounds(session, ACTOR, settings, after)] == [
            "2024Q4"
        ]
        assert open_scheduled_rounds(session, ACTOR, settings, after) == []
        assert len(session.exec(select(ReportingRound)).all()) == 2


def test_a_round_may_be_given_its_own_due_day(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        opened = open_round(
            session, ACTOR, settings, example.task_list, "2024Q4", OPENED_AT, due_on=date(2024, 12, 20)
        )
    assert opened.due_at == datetime(2024, 12, 20, 23, 59, 59, tzinfo=SHANGHAI)


def test_a_list_on_demand_opens_with_a_due_day_only(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        task_list = build_example(session, settings).task_list
        task_list.rules = ReportingRules(period_type="on_demand").model_dump_json()
        task_list.first_period = task_list.last_period = ""
        with pytest.raises(DueDayNeededError):
            open_round(session, ACTOR, settings, task_list, "2024N1", OPENED_AT)
        opened = open_round(
            session, ACTOR, settings, task_list, "2024N1", OPENED_AT, due_on=date(2024, 12, 20)
        )
        assert open_scheduled_rounds(session, ACTOR, settings, OPENED_AT) == []
    assert opened.period == "2024N01"
