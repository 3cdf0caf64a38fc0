"""A finished task leaves the rounds that open from now on: asked, decided, taken back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.reminding import at, file, obligation
from tests.example import COORDINATOR, Example, build_example
from tracker.actions.duties.ask_close_out import ask_close_out
from tracker.actions.duties.close_out import close_asked, close_directly, refuse_close_out, reopen_close_out
from tracker.actions.review.review_update import review_update
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Actor, Role
from tracker.domain.states import ObligationState
from tracker.errors import (
    ClosedOutError,
    CloseOutAskedError,
    CloseOutSettledError,
    CloseOutsWaitingError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
    StateError,
    UnknownCloseOutError,
    ValueTooLongError,
)
from tracker.models import CloseOut, CloseOutState, Material, OrgUnit, ReviewOutcome, Task, key
from tracker.store.close_outs import close_outs_of, evidence_files
from tracker.store.rounds import obligations_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

_S = ObligationState
NOW, LATER = at(9, 20, 10), at(9, 21, 10)


def ask(
    session: Session,
    settings: Settings,
    example: Example,
    unit: OrgUnit,
    number: int,
    *,
    actor: Actor | None = None,
) -> CloseOut:
    return ask_close_out(
        session,
        actor or example.filer(unit),
        settings,
        example.task_list,
        example.tasks[number - 1],
        unit,
        "已于 9 月验收",
        NOW,
    )


def close_all(session: Session, settings: Settings, example: Example, number: int) -> CloseOut:
    task = example.tasks[number - 1]
    return close_directly(session, COORDINATOR, settings, example.task_list, task, None, "已全部完成", NOW)


def following(session: Session, settings: Settings, example: Example) -> set[tuple[int, str]]:
    """Lineage and unit of what the next round expects."""
    opened = open_round(session, COORDINATOR, settings, example.task_list, "2024Q4", at(12, 20))
    return {
        (session.get_one(Task, owed.task_id).lineage, session.get_one(OrgUnit, owed.unit_id).name)
        for owed in obligations_of(session, opened)
    }


def test_asked_and_agreed_it_leaves_the_next_round_and_not_this_one(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        asked = ask(session, settings, example, example.county_a, 1)
        assert (asked.state, asked.asked_by, asked.unit_id) == (
            CloseOutState.ASKED,
            "甲县填报人",
            example.county_a.id,
        )
        close_asked(session, COORDINATOR, settings, key(asked), " 同意 ", LATER)
        assert (asked.state, asked.decision, asked.decided_by) == (CloseOutState.CLOSED, "同意", "统筹人")
        assert obligation(session, example, example.county_a, 1).state is _S.PENDING
        found = following(session, settings, example)
        assert (1, "甲县") not in found
        assert {(1, "乙县"), (1, "市示例局"), (2, "甲县")} <= found


def test_asking_alone_closes_nothing(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        ask(session, settings, example, example.county_a, 1)
        refuse_close_out(
            session,
            COORDINATOR,
            settings,
            key(ask(session, settings, example, example.county_b, 1)),
            "无佐证",
            NOW,
        )
        assert {(1, "甲县"), (1, "乙县")} <= following(session, settings, example)


def test_in_the_same_act_what_is_owed_in_open_rounds_becomes_exempt(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        file(session, example, example.county_b, 1)
        owed = obligation(session, example, example.county_b, 1)
        review_update(session, COORDINATOR, owed, example.tasks[0], ReviewOutcome.ACCEPTED, NOW)
        asked = ask(session, settings, example, example.county_a, 1)
        close_asked(session, COORDINATOR, settings, key(asked), "", NOW, exempts=True)
        mine = obligation(session, example, example.county_a, 1)
        assert (mine.state, mine.exempt_reason) == (_S.EXEMPT, "已销号（第 1 号）")
        assert obligation(session, example, example.bureau, 1).state is _S.PENDING
        task = example.tasks[0]
        close_directly(
            session, COORDINATOR, settings, example.task_list, task, None, "全部完成", NOW, exempts=True
        )
        assert obligation(session, example, example.bureau, 1).state is _S.EXEMPT
        # What was accepted is done.
        assert obligation(session, example, example.county_b, 1).state is _S.ACCEPTED
        assert obligation(session, example, example.bureau, 2).state is _S.PENDING


def test_closed_for_all_nobody_owes_it_any_more_until_it_is_reopened(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        closed = close_all(session, settings, example, 1)
        assert closed.unit_id is None
        with session.begin_nested() as trial:
            assert not {lineage for lineage, _unit in following(session, settings, example)} & {1}
            trial.rollback()
        reopen_close_out(session, COORDINATOR, settings, key(closed), "尚未全部完成", LATER)
        assert closed.state is CloseOutState.REOPENED
        assert closed.decision == "2024-09-20由统筹人销号。\n重新开启：尚未全部完成"
        assert (closed.decided_at, closed.decided_by) == (LATER, "统筹人")
        assert {(1, "甲县"), (1, "市示例局")} <= following(session, settings, example)


def test_asking_twice_and_closing_what_is_closed_is_said(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        asked = ask(session, settings, example, example.county_a, 1)
        with pytest.raises(CloseOutAskedError, match="第 1 号"):
            ask(session, settings, example, example.county_a, 1)
        with pytest.raises(CloseOutsWaitingError, match="还有 1 个"):
            close_all(session, settings, example, 1)
        with pytest.raises(CloseOutAskedError):
            close_directly(
                session,
                COORDINATOR,
                settings,
                example.task_list,
                example.tasks[0],
                example.county_a,
                "完成",
                NOW,
            )
        close_asked(session, COORDINATOR, settings, key(asked), "", NOW)
        with pytest.raises(CloseOutSettledError, match="已销号"):
            close_asked(session, COORDINATOR, settings, key(asked), "", NOW)
        with pytest.raises(CloseOutSettledError, match="已销号"):
            refuse_close_out(session, COORDINATOR, settings, key(asked), "不同意", NOW)
        with pytest.raises(ClosedOutError, match="统筹人"):
            ask(session, settings, example, example.county_a, 1)
        close_all(session, settings, example, 1)
        with pytest.raises(ClosedOutError):
            close_all(session, settings, example, 1)
        with pytest.raises(ClosedOutError):
            ask(session, settings, example, example.county_b, 1)
        with pytest.raises(UnknownCloseOutError):
            reopen_close_out(session, COORDINATOR, settings, 99, "理由", NOW)


def test_refused_it_may_be_asked_again(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        refused = ask(session, settings, example, example.county_a, 1)
        with pytest.raises(InvalidValueError):
            refuse_close_out(session, COORDINATOR, settings, key(refused), " ", NOW)
        refuse_close_out(session, COORDINATOR, settings, key(refused), "请附验收文件", NOW)
        with pytest.raises(CloseOutSettledError):
            reopen_close_out(session, COORDINATOR, settings, key(refused), "理由", NOW)
        ask(session, settings, example, example.county_a, 1)
        states = [found.state for found, _unit in close_outs_of(session, key(example.task_list))]
        assert states == [CloseOutState.ASKED, CloseOutState.REFUSED]


def test_who_may_ask_and_who_decides(sqlite_database: Database, settings: Settings) -> None:
    leader = Actor(Role.LEADER, "领导", "test")
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(NotFoundError):
            ask(session, settings, example, example.county_a, 1, actor=example.filer(example.county_b))
        with pytest.raises(ForbiddenError):
            ask(session, settings, example, example.county_a, 1, actor=leader)
        asked = key(ask(session, settings, example, example.county_a, 1))
        ask(session, settings, example, example.county_b, 1, actor=COORDINATOR)
        for actor in (leader, example.filer(example.county_a)):
            with pytest.raises(ForbiddenError):
                close_asked(session, actor, settings, asked, "", NOW)
            with pytest.raises(ForbiddenError):
                refuse_close_out(session, actor, settings, asked, "理由", NOW)
            with pytest.raises(ForbiddenError):
                reopen_close_out(session, actor, settings, asked, "理由", NOW)
            task = example.tasks[1]
            with pytest.raises(ForbiddenError):
                close_directly(session, actor, settings, example.task_list, task, None, "完成", NOW)


def test_evidence_is_words_within_a_limit(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        unit = example.county_a
        for words, error in ((" \n", InvalidValueError), ("字" * 1001, ValueTooLongError)):
            with pytest.raises(error):
                ask_close_out(
                    session, COORDINATOR, settings, example.task_list, example.tasks[0], unit, words, NOW
                )
        asked = ask_close_out(
            session, COORDINATOR, settings, example.task_list, example.tasks[0], unit, f" {'字' * 1000} ", NOW
        )
        assert len(asked.evidence) == 1000


def test_what_the_unit_sent_in_on_the_task_is_evidence(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        for unit, number in ((example.county_a, 1), (example.county_a, 2), (example.county_b, 1)):
            session.add(
                Material(
                    unit_id=key(unit),
                    round_id=example.round.id,
                    task_id=example.tasks[number - 1].id,
                    file_name=f"{unit.name}{number}.pdf",
                    media_type="application/pdf",
                    content=b"x",
                    content_hash=f"{unit.id}{number}",
                    received_at=NOW,
                    received_from="a@example.org",
                )
            )
        session.flush()
        files = evidence_files(session, key(example.task_list), 1, key(example.county_a))
        assert [material.file_name for material in files] == ["甲县1.pdf"]


def test_of_two_who_ask_at_once_one_is_told_so(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def act() -> None:
        both.wait()
        try:
            with database.transaction() as session:
                ask(session, settings, example, example.county_a, 1)
            outcomes.append("asked")
        except StateError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["CloseOutAskedError", "asked"]
    with database.reading() as session:
        assert len(session.exec(select(CloseOut)).all()) == 1
