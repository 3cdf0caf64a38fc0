"""The coordinator's word: accepted, returned with a reason, exempt."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.review.review_update import exempt, review_update
from tracker.domain.actors import Actor, Role
from tracker.domain.states import ObligationState
from tracker.errors import (
    ControlCharacterError,
    ForbiddenError,
    InvalidValueError,
    OvertakenError,
    TransitionError,
)
from tracker.models import Obligation, ProgressUpdate, Review, ReviewOutcome
from tracker.store.progress import reviews_of
from tracker.store.rounds import rates_by_unit, round_rates

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

NOW = OPENED_AT + timedelta(days=5)
ACCEPTED, RETURNED = ReviewOutcome.ACCEPTED, ReviewOutcome.RETURNED


def filed(session: Session, example: Example, *texts: str) -> Obligation:
    """The obligation of 甲县 for task 1 with `texts` filed one after the other."""
    for text in texts:
        filing = Filing(example.tasks[0], text)
        submit(session, example.filer(example.county_a), example.round, example.county_a, [filing], OPENED_AT)
    return session.exec(
        select(Obligation).where(
            Obligation.task_id == example.tasks[0].id, Obligation.unit_id == example.county_a.id
        )
    ).one()


def test_a_text_is_accepted_and_keeps_its_timeliness(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "已完成")
        review_update(session, COORDINATOR, obligation, example.tasks[0], ACCEPTED, NOW)
    with database.reading() as session:
        rates = round_rates(session, example.round)
        (review,) = session.exec(select(Review)).all()
    assert (rates.filed, rates.on_time, rates.accepted) == (1, 1, 1)
    assert (review.outcome, review.reviewed_by, review.reviewed_at) == (ACCEPTED, "统筹人", NOW)


def test_a_text_is_returned_with_its_reason_and_stays_filed(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "已完成")
        review_update(
            session, COORDINATOR, obligation, example.tasks[0], RETURNED, NOW, reason=" 缺数字 \r\n"
        )
    with database.reading() as session:
        reviews = reviews_of(session, example.round)
        rates = round_rates(session, example.round)
    assert reviews[obligation.id or 0].reason == "缺数字"
    assert (rates.filed, rates.on_time, rates.returned) == (1, 1, 1)


def test_the_word_on_an_older_version_is_not_the_word_on_the_newer(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "一")
        review_update(session, COORDINATOR, obligation, example.tasks[0], RETURNED, NOW, reason="再写")
        filed(session, example, "二")
        assert reviews_of(session, example.round) == {}
        review_update(session, COORDINATOR, obligation, example.tasks[0], ACCEPTED, NOW)
        versions = {
            review.outcome: session.get_one(ProgressUpdate, review.update_id).version
            for review in session.exec(select(Review))
        }
    assert versions == {RETURNED: 1, ACCEPTED: 2}


def test_an_accepted_text_can_still_be_returned(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "已完成")
        review_update(session, COORDINATOR, obligation, example.tasks[0], ACCEPTED, NOW)
        review_update(session, COORDINATOR, obligation, example.tasks[0], RETURNED, NOW, reason="数字有误")
        assert reviews_of(session, example.round)[obligation.id or 0].outcome is RETURNED
    assert obligation.state is ObligationState.RETURNED


@pytest.mark.parametrize("reason", ["", " \u3000\n"])
def test_a_return_without_a_reason_is_refused(database: Database, settings: Settings, reason: str) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "已完成")
        with pytest.raises(InvalidValueError, match="退回理由"):
            review_update(session, COORDINATOR, obligation, example.tasks[0], RETURNED, NOW, reason=reason)
    assert obligation.state is ObligationState.SUBMITTED


def test_a_reason_with_a_control_character_is_refused(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "已完成")
        with pytest.raises(ControlCharacterError):
            review_update(session, COORDINATOR, obligation, example.tasks[0], RETURNED, NOW, reason="\0")
        with pytest.raises(ControlCharacterError):
            exempt(session, COORDINATOR, obligation, example.tasks[0], "\0")


@pytest.mark.parametrize("outcome", [ACCEPTED, RETURNED])
def test_nothing_filed_is_nothing_to_review(
    sqlite_database: Database, settings: Settings, outcome: ReviewOutcome
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example)
        with pytest.raises(TransitionError, match="第 1 项目前为“未报送”"):
            review_update(session, COORDINATOR, obligation, example.tasks[0], outcome, NOW, reason="…")


def test_a_text_is_not_accepted_twice(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "已完成")
        review_update(session, COORDINATOR, obligation, example.tasks[0], ACCEPTED, NOW)
        with pytest.raises(TransitionError):
            review_update(session, COORDINATOR, obligation, example.tasks[0], ACCEPTED, NOW)


def test_a_reviewer_who_read_an_older_version_is_shown_the_newer(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "一", "二")
        with pytest.raises(OvertakenError) as caught:
            review_update(session, COORDINATOR, obligation, example.tasks[0], ACCEPTED, NOW, version=1)
        review_update(session, COORDINATOR, obligation, example.tasks[0], ACCEPTED, NOW, version=2)
    assert caught.value.theirs == "二"
    assert obligation.state is ObligationState.ACCEPTED


def test_an_exempt_obligation_leaves_what_is_expected(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example)
        exempt(session, COORDINATOR, obligation, example.tasks[0], " 本期无此任务 ")
    with database.reading() as session:
        rates = round_rates(session, example.round)
        of_unit = rates_by_unit(session, example.round)[example.county_a.id or 0]
    assert (rates.expected, rates.exempt) == (7, 1)
    assert (of_unit.expected, of_unit.exempt) == (1, 1)
    assert obligation.exempt_reason == "本期无此任务"


def test_exemption_needs_a_reason_and_is_given_once(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example)
        with pytest.raises(InvalidValueError, match="免报理由"):
            exempt(session, COORDINATOR, obligation, example.tasks[0], " ")
        exempt(session, COORDINATOR, obligation, example.tasks[0], "本期无此任务")
        with pytest.raises(TransitionError):
            exempt(session, COORDINATOR, obligation, example.tasks[0], "再免一次")


@pytest.mark.parametrize("role", [Role.FILLER, Role.LEADER])
def test_only_coordinators_review_and_exempt(
    sqlite_database: Database, settings: Settings, role: Role
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        obligation = filed(session, example, "已完成")
        actor = Actor(role, "某人", "test", unit_id=example.county_a.id)
        with pytest.raises(ForbiddenError):
            review_update(session, actor, obligation, example.tasks[0], ACCEPTED, NOW)
        with pytest.raises(ForbiddenError):
            exempt(session, actor, obligation, example.tasks[0], "理由")
    assert obligation.state is ObligationState.SUBMITTED
