"""An exemption taken back: what was on file counts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.actions.reminding import at, file, obligation, send_back
from tests.example import COORDINATOR, Example, build_example
from tracker.actions.duties.reassign import reassign
from tracker.actions.review.review_update import exempt
from tracker.actions.review.undo_exemption import undo_exemption
from tracker.actions.rounds.close_round import close_round
from tracker.actions.units.merge_units import merge_units
from tracker.domain.actors import Actor, Role
from tracker.domain.states import ObligationState
from tracker.errors import (
    ForbiddenError,
    InvalidValueError,
    MovedAwayError,
    NotExemptError,
    RoundClosedError,
    UnitMergedError,
)
from tracker.models import OrgUnit, ReportingRound
from tracker.store.rounds import round_rates

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

_S = ObligationState
NOW = at(9, 20, 10)


def excuse(session: Session, example: Example, unit: OrgUnit, number: int) -> None:
    exempt(
        session, COORDINATOR, obligation(session, example, unit, number), example.tasks[number - 1], "点错了"
    )
    session.flush()


def restore(
    session: Session,
    settings: Settings,
    example: Example,
    unit: OrgUnit,
    number: int,
    *,
    actor: Actor = COORDINATOR,
    reason: str = "应当报送",
) -> None:
    owed, task = obligation(session, example, unit, number), example.tasks[number - 1]
    undo_exemption(session, actor, settings, owed, task, reason, NOW)


def test_it_stands_where_it_stood_with_timeliness_and_rates(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        current = session.get_one(ReportingRound, example.round.id)
        file(session, example, example.county_b, 1, 2)
        send_back(session, example, example.county_b, 2, NOW)
        rates = round_rates(session, current)
        for number in (1, 2, 3):
            excuse(session, example, example.county_b, number)
        assert round_rates(session, current).expected == rates.expected - 3
        for number, state in ((1, _S.SUBMITTED), (2, _S.RETURNED), (3, _S.PENDING)):
            restore(session, settings, example, example.county_b, number)
            assert obligation(session, example, example.county_b, number).state is state
        assert round_rates(session, current) == rates


def test_both_reasons_stay_on_record(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        excuse(session, example, example.county_b, 3)
        restore(session, settings, example, example.county_b, 3)
        kept = obligation(session, example, example.county_b, 3).exempt_reason
        assert kept == "点错了（2024-09-20由统筹人恢复应报：应当报送）"


def test_who_may_not_and_what_cannot(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        unit = example.county_b
        with pytest.raises(NotExemptError):
            restore(session, settings, example, unit, 3)
        excuse(session, example, unit, 3)
        for actor in (example.filer(unit), Actor(Role.LEADER, "领导", "test")):
            with pytest.raises(ForbiddenError):
                restore(session, settings, example, unit, 3, actor=actor)
        with pytest.raises(InvalidValueError):
            restore(session, settings, example, unit, 3, reason=" ")
        close_round(session, COORDINATOR, session.get_one(ReportingRound, example.round.id), NOW)
        with pytest.raises(RoundClosedError):
            restore(session, settings, example, unit, 3)


def test_what_was_moved_away_comes_back_by_undoing_the_move(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        owed = obligation(session, example, example.county_b, 3)
        reassign(session, COORDINATOR, settings, owed, example.tasks[2], example.county_a, "职能调整", NOW)
        with pytest.raises(MovedAwayError, match="已改派给甲县，请撤销第 1 号改派"):
            restore(session, settings, example, example.county_b, 3)


def test_what_stayed_behind_with_a_merged_unit_is_not_expected_again(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        for unit in (example.county_a, example.county_b):
            file(session, example, unit, 1)
        gone = session.get_one(OrgUnit, example.county_b.id)
        merge_units(session, COORDINATOR, settings, gone, example.county_a, NOW)
        with pytest.raises(UnitMergedError):
            restore(session, settings, example, example.county_b, 1)
