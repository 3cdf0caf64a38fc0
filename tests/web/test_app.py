"""The application as a whole: nothing runs before it starts, nothing after it ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.web.client import Browser
from tracker import jobs
from tracker.app import create_app

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database


class Scheduler:
    def __init__(self) -> None:
        self.is_running = True

    def shutdown(self) -> None:
        self.is_running = False


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Scheduler]:
    found: list[Scheduler] = []

    def start(*_args: object) -> Scheduler:
        found.append(Scheduler())
        return found[-1]

    monkeypatch.setattr(jobs, "start", start)
    return found


@pytest.mark.parametrize("run_jobs", [True, None])
def test_jobs_run_as_long_as_the_application(
    settings: Settings, sqlite_database: Database, started: list[Scheduler], run_jobs: bool | None
) -> None:
    app = create_app(settings, database=sqlite_database, run_jobs=run_jobs)
    assert started == []

    async def live() -> None:
        async with app.router.lifespan_context(app):
            assert [scheduler.is_running for scheduler in started] == [True]

    asyncio.run(live())
    assert [scheduler.is_running for scheduler in started] == [False]


def test_without_jobs_none_are_started(
    settings: Settings, sqlite_database: Database, started: list[Scheduler]
) -> None:
    off = settings.model_copy(update={"jobs": settings.jobs.model_copy(update={"enabled": False})})
    for app in (
        create_app(off, database=sqlite_database),
        create_app(settings, database=sqlite_database, run_jobs=False),
    ):

        async def live() -> None:
            async with app.router.lifespan_context(app):  # noqa: B023 - called in this round
                pass

        asyncio.run(live())
    assert started == []


def test_the_api_is_mounted_and_asks_for_its_own_key(settings: Settings, sqlite_database: Database) -> None:
    app = create_app(settings, database=sqlite_database, run_jobs=False)
    answer = Browser(app).get("/api/v1/rounds")
    assert answer.status == 401
    assert answer.headers["content-type"].startswith("application/")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_database_it_opened_is_closed_at_its_end(settings: Settings, sqlite_database: Database) -> None:
    app = create_app(settings, run_jobs=False)
    assert Browser(app).get("/login").status == 200
    own = app.state.site.database
    assert own is not sqlite_database
    kept_open = own.engine.pool

    async def live() -> None:
        async with app.router.lifespan_context(app):
            assert own.engine.pool is kept_open

    asyncio.run(live())
    # Disposing of an engine leaves it with a new, empty pool.
    assert own.engine.pool is not kept_open
