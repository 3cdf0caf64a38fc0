"""Closing rounds, by hand and by themselves, and switching their chasing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.example import COORDINATOR, OPENED_AT, SHANGHAI, build_example
from tracker.actions.rounds.close_round import close_expired_rounds, close_round, switch_chasing
from tracker.domain.actors import system
from tracker.errors import ForbiddenError, RoundClosedError
from tracker.store.rounds import open_rounds

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database

ACTOR = system("test")
NOW = OPENED_AT + timedelta(days=1)
LOCKS_AT = datetime(2024, 10, 12, 23, 59, 59, tzinfo=SHANGHAI)


def test_a_round_is_closed_once(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        found = build_example(session, settings).round
        close_round(session, COORDINATOR, found, NOW)
        with pytest.raises(RoundClosedError):
            close_round(session, COORDINATOR, found, NOW + timedelta(hours=1))
        session.flush()
        assert open_rounds(session) == []
    assert found.closed_at == NOW


def test_a_round_closes_by_itself_when_it_locks_and_not_before(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        found = build_example(session, settings).round
        assert close_expired_rounds(session, ACTOR, LOCKS_AT - timedelta(seconds=1)) == 0
        assert found.closed_at is None
        assert close_expired_rounds(session, ACTOR, LOCKS_AT) == 1
        session.flush()
        assert close_expired_rounds(session, ACTOR, LOCKS_AT) == 0
    assert found.closed_at == LOCKS_AT


def test_a_round_opened_late_does_not_close_by_itself(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        found = build_example(session, settings, now=LOCKS_AT).round
        assert close_expired_rounds(session, ACTOR, LOCKS_AT + timedelta(days=900)) == 0
    assert found.closed_at is None


def test_chasing_is_switched_off_from_that_moment_and_on_again(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        found = build_example(session, settings).round
        assert found.is_chasing
        switch_chasing(session, COORDINATOR, found, NOW, is_chasing=False)
        switch_chasing(session, COORDINATOR, found, NOW + timedelta(days=1), is_chasing=False)
        assert (found.is_chasing, found.chasing_off_since) == (False, NOW)
        switch_chasing(session, COORDINATOR, found, NOW, is_chasing=True)
        assert (found.is_chasing, found.chasing_off_since) == (True, None)


def test_a_closed_round_is_not_chased_again(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        found = build_example(session, settings).round
        close_round(session, COORDINATOR, found, NOW)
        with pytest.raises(RoundClosedError):
            switch_chasing(session, COORDINATOR, found, NOW, is_chasing=True)


def test_a_unit_may_neither_close_nor_switch(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        filer = example.filer(example.bureau)
        with pytest.raises(ForbiddenError):
            close_round(session, filer, example.round, NOW)
        with pytest.raises(ForbiddenError):
            switch_chasing(session, filer, example.round, NOW, is_chasing=False)
    assert example.round.closed_at is None
    assert example.round.is_chasing
