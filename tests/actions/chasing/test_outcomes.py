"""The writer behind a delivery: one at a time, together where they wait, and not discouraged at once."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from tests.mail.samples import fill
from tracker.actions.chasing import outcomes as outcomes_module
from tracker.actions.chasing.outcomes import Outcomes
from tracker.models import OutgoingMail

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.db import Database


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes_module, "_PAUSES", (0.0, 0.0))


def rename(mail_id: int, subject: str) -> Callable[[Session], int]:
    def change(session: Session) -> int:
        session.get_one(OutgoingMail, mail_id).subject = subject
        return mail_id

    return change


def subjects(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(OutgoingMail.subject).order_by(OutgoingMail.subject)))


def test_what_comes_in_during_a_transaction_shares_the_next(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(sqlite_database, 4)
    together: list[int] = []
    has_begun, may_end = Event(), Event()
    commit = Outcomes._commit_once

    def slowly(self: Outcomes, changes: list[Callable[[Session], int]]) -> list[int]:
        together.append(len(changes))
        has_begun.set()
        may_end.wait(10)
        return commit(self, changes)

    monkeypatch.setattr(Outcomes, "_commit_once", slowly)

    async def run() -> list[int]:
        async with Outcomes(sqlite_database) as outcomes:
            tasks = [asyncio.create_task(outcomes.commit(rename(one, f"s{one}"))) for one in ids]
            await asyncio.to_thread(has_begun.wait, 10)
            may_end.set()
            return await asyncio.gather(*tasks)

    assert asyncio.run(run()) == ids
    assert sum(together) == 4
    assert len(together) < 4
    assert subjects(sqlite_database) == [f"s{one}" for one in ids]


def test_a_database_that_is_away_for_a_moment_is_asked_again(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mail_id,) = fill(sqlite_database, 1)
    failures = [OperationalError("", None, Exception("restarting"))] * 2
    commit = Outcomes._commit_once

    def at_last(self: Outcomes, changes: list[Callable[[Session], int]]) -> list[int]:
        if failures:
            raise failures.pop()
        return commit(self, changes)

    monkeypatch.setattr(Outcomes, "_commit_once", at_last)

    async def run() -> int:
        async with Outcomes(sqlite_database) as outcomes:
            return await outcomes.commit(rename(mail_id, "done"))

    assert asyncio.run(run()) == mail_id
    assert subjects(sqlite_database) == ["done"]


def test_one_that_stays_away_is_told_to_everybody_who_waits(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_self: Outcomes, _changes: list[Callable[[Session], int]]) -> list[int]:
        raise OperationalError("", None, Exception("gone"))

    monkeypatch.setattr(Outcomes, "_commit_once", never)

    async def run() -> list[object]:
        async with Outcomes(sqlite_database) as outcomes:
            waiting = (outcomes.commit(lambda _session: 1) for _ in range(3))
            return list(await asyncio.gather(*waiting, return_exceptions=True))

    assert [type(found) for found in asyncio.run(run())] == [OperationalError] * 3
