"""The whole program as one ASGI application: pages, API, scheduled jobs."""

from __future__ import annotations

import gc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from tracker import clock
from tracker.db import open_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database

# Objects made between two looks for cycles: a page of seventy texts makes some thousand.
_BETWEEN_COLLECTIONS: Final = 10_000


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    now: Callable[[], datetime] = clock.now,
    run_jobs: bool | None = None,
) -> FastAPI:
    """An application on `database`, or on the one that `settings` name, which it then closes at its end.

    The jobs run for as long as the application does, unless `run_jobs` or the settings say otherwise.
    """
    from tracker.api import create_api  # noqa: PLC0415 - heavy, and only a server needs it
    from tracker.web.pages import add_pages  # noqa: PLC0415 - likewise

    opened = database or open_database(settings)
    has_jobs = settings.jobs.enabled if run_jobs is None else run_jobs

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        _settle_memory()
        scheduler = None
        if has_jobs:
            from tracker.jobs import start  # noqa: PLC0415 - likewise

            scheduler = start(opened, settings, now)
        try:
            yield
        finally:
            if scheduler:
                await run_in_threadpool(scheduler.shutdown)
            if database is None:
                opened.close()

    app = FastAPI(
        title=settings.site.name, lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None
    )
    app.mount("/api/v1", create_api(settings, opened, now))
    add_pages(app, settings, opened, now)
    return app


def _settle_memory() -> None:
    """What is here when the server starts stays until its end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
