"""Findings and appeals as acts: who may, what is refused, and what depends on them."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.review.appeal import ask_appeal, excuse, faults_held
from tracker.actions.review.decide_appeal import refuse_appeal, take_back_excuse, uphold_appeal
from tracker.actions.review.find_no_substance import find_no_substance, withdraw_finding
from tracker.actions.review.rank_units import rank_units
from tracker.actions.review.review_update import review_update
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Actor, Role, system
from tracker.domain.faults import Fault
from tracker.errors import AppealedError, AppealSettledError, ForbiddenError, NoSuchFaultError, NotFoundError
from tracker.models import Appeal, AppealState, Contact, Obligation, OutgoingMail, Review, ReviewOutcome, key
from tracker.store.conduct import (
    findings_of,
    missed_before,
    struck_out_faults,
    times_returned,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

LEADER = Actor(role=Role.LEADER, label="领导", via="test")
AFTER = OPENED_AT + timedelta(days=25)


def owed(session: Session, example: Example, number: int = 1) -> Obligation:
    """Of 甲县."""
    return session.exec(
        select(Obligation).where(
            Obligation.unit_id == example.county_a.id,
            Obligation.task_id == example.tasks[number - 1].id,
            Obligation.round_id == example.round.id,
        )
    ).one()


def asked(
    session: Session, settings: Settings, example: Example, actor: Actor | None = None, now: datetime = AFTER
) -> Appeal:
    """甲县 appeals that its first text is missing."""
    return ask_appeal(
        session,
        actor or example.filer(example.county_a),
        settings,
        owed(session, example),
        example.tasks[0],
        Fault.MISSING,
        "停电",
        now,
    )


def test_who_may_do_what(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(NotFoundError):
            asked(session, settings, example, example.filer(example.county_b))
        with pytest.raises(ForbiddenError):
            asked(session, settings, example, LEADER)
        number = key(asked(session, settings, example))
        own = example.filer(example.county_a)
        obligation, task = owed(session, example), example.tasks[0]
        for actor in (own, LEADER):
            for act in (uphold_appeal, refuse_appeal, take_back_excuse):
                with pytest.raises(ForbiddenError):
                    act(session, actor, settings, number, "理由", AFTER)
            with pytest.raises(ForbiddenError):
                excuse(session, actor, settings, obligation, task, Fault.LATE, "理由", AFTER)
            with pytest.raises(ForbiddenError):
                find_no_substance(session, actor, obligation, task, "理由", AFTER)
            with pytest.raises(ForbiddenError):
                withdraw_finding(session, actor, obligation, task, AFTER)


def test_within_an_extension_nothing_is_there_to_appeal(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        until = (AFTER + timedelta(days=2)).date()
        grant_extension(
            session, COORDINATOR, settings, example.round, example.county_a, until, "机构调整", OPENED_AT
        )
        with pytest.raises(NoSuchFaultError):
            asked(session, settings, example)
        later = AFTER + timedelta(days=3)
        assert faults_held(session, owed(session, example), later) == (Fault.MISSING,)
        asked(session, settings, example, now=later)


def test_an_upheld_appeal_is_struck_out_until_it_is_taken_back(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        number = key(asked(session, settings, example))
        assert struck_out_faults(session, example.round) == {}
        uphold_appeal(session, COORDINATOR, settings, number, "属实", AFTER)
        obligation = owed(session, example)
        assert struck_out_faults(session, example.round) == {key(obligation): (Fault.MISSING,)}
        assert faults_held(session, obligation, AFTER) == ()
        with pytest.raises(AppealSettledError):
            refuse_appeal(session, COORDINATOR, settings, number, "不属实", AFTER)
        taken = take_back_excuse(session, COORDINATOR, settings, number, "查错了", AFTER)
        assert taken.state is AppealState.REFUSED
        assert taken.decision == "2024-10-10由统筹人免责。属实\n撤回免责：查错了"
        assert struck_out_faults(session, example.round) == {}


def test_rows_of_missed_rounds_are_of_closed_rounds_and_without_what_was_excused(
    database: Database, settings: Settings
) -> None:
    """甲县 files nothing for three quarters; the second one is excused."""
    with database.transaction() as session:
        example = build_example(session, settings)
        counties = key(example.county_a), key(example.county_b)
        rounds = [example.round]
        for period, days in (("2024Q4", 100), ("2025Q1", 190), ("2025Q2", 280)):
            example.task_list.last_period = "2025Q4"
            now = OPENED_AT + timedelta(days=days)
            close_round(session, COORDINATOR, rounds[-1], now)
            rounds.append(open_round(session, system("test"), settings, example.task_list, period, now))
        third, fourth = rounds[2:]
        assert [missed_before(session, third).get(unit) for unit in counties] == [2, 2]
        # The newest before is open yet, and is passed over.
        third.closed_at = None
        session.add(third)
        session.flush()
        assert [missed_before(session, fourth).get(unit) for unit in counties] == [2, 2]
        third.closed_at = OPENED_AT + timedelta(days=280)
        session.add(third)
        session.flush()
        for obligation in session.exec(
            select(Obligation).where(
                Obligation.round_id == rounds[1].id, Obligation.unit_id == example.county_a.id
            )
        ).all():
            task = next(task for task in example.tasks if task.id == obligation.task_id)
            excuse(
                session,
                COORDINATOR,
                settings,
                obligation,
                task,
                Fault.MISSING,
                "停电",
                AFTER + timedelta(300),
            )
        assert [missed_before(session, fourth).get(unit) for unit in counties] == [1, 3]
        found = {
            row.unit.id: row.is_to_be_interviewed
            for ranking in rank_units(session, settings, fourth, OPENED_AT + timedelta(days=400))
            for row in ranking.rows
        }
        # Two in a row, this one counted.
        assert all(found[unit] for unit in counties)


def test_only_the_offices_returns_count(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation, task = owed(session, example), example.tasks[0]
        for number in range(1, 4):
            submit(
                session,
                example.filer(example.county_a),
                example.round,
                example.county_a,
                [Filing(task, f"第{number}版")],
                OPENED_AT,
            )
            if number == 3:
                break
            outcome = ReviewOutcome.RETURNED
            review = review_update(
                session, COORDINATOR, obligation, task, outcome, OPENED_AT, reason="补数据"
            )
        assert times_returned(session, example.round) == {key(obligation): 2}
        assert faults_held(session, obligation, OPENED_AT) == (Fault.RETURNED,)
        # The unit above sends back: that stays between the two.
        for found in session.exec(select(Review)).all():
            found.by_unit_id = example.bureau.id
            session.add(found)
        session.flush()
        assert review.by_unit_id
        assert times_returned(session, example.round) == {}
        assert faults_held(session, obligation, OPENED_AT) == ()


def test_a_finding_counts_until_it_is_withdrawn(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation, task = owed(session, example), example.tasks[0]
        filer = example.filer(example.county_a)
        submit(session, filer, example.round, example.county_a, [Filing(task, "高度重视")], OPENED_AT)
        finding = find_no_substance(session, COORDINATOR, obligation, task, "没有数字", OPENED_AT)
        # A newer version does not take it away.
        submit(session, filer, example.round, example.county_a, [Filing(task, "三个项目")], OPENED_AT)
        assert findings_of(session, example.round) == {key(obligation): finding}
        assert faults_held(session, obligation, OPENED_AT) == (Fault.NO_SUBSTANCE,)
        withdraw_finding(session, COORDINATOR, obligation, task, OPENED_AT)
        assert findings_of(session, example.round) == {}
        assert faults_held(session, obligation, OPENED_AT) == ()
        assert finding.reason == "没有数字"


def test_li_and_li_are_one_mailbox(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        session.add(Contact(name="另一统筹", email="OFFICE@example.org", role=Role.COORDINATOR))
        session.flush()
        asked(session, settings, example)
        (mail,) = session.exec(select(OutgoingMail).where(OutgoingMail.kind == "appeal_asked")).all()
        assert mail.to_address.casefold() == "office@example.org"


def test_two_who_appeal_at_once_take_turns(database: Database, settings: Settings) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    with database.transaction() as session:
        example = build_example(session, settings)
        number = key(owed(session, example))
    outcomes: list[str] = []

    def appeal() -> None:
        try:
            with database.transaction() as session:
                obligation = session.get_one(Obligation, number)
                ask_appeal(
                    session,
                    example.filer(example.county_a),
                    settings,
                    obligation,
                    example.tasks[0],
                    Fault.MISSING,
                    "停电",
                    AFTER,
                )
            outcomes.append("asked")
        except AppealedError:
            outcomes.append("refused")

    threads = [threading.Thread(target=appeal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["asked", "refused", "refused", "refused"]
    with database.reading() as session:
        assert len(session.exec(select(Appeal)).all()) == 1
