"""The face for programs, mounted at /api/v1: a key per unit or coordinator, the same actions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI

from tracker import __version__
from tracker.api import circulars, conduct, docs, filing, gathering, obligations, reports, rounds, search
from tracker.api.access import ApiContext
from tracker.api.answers import ErrorAnswer
from tracker.api.body_limit import BodyLimit
from tracker.api.problems import add_problem_handlers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database

# A round of texts of one unit is some hundred kilobytes.
LARGEST_BODY: Final = 4 * 1024 * 1024
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": ErrorAnswer, "description": "No key, an unknown one, or one that was revoked"},
    403: {"model": ErrorAnswer, "description": "Not for this key's role"},
    404: {"model": ErrorAnswer, "description": "No such thing, or not this key's to see"},
    409: {"model": ErrorAnswer, "description": "Closed, accepted, or changed by someone else meanwhile"},
    422: {"model": ErrorAnswer, "description": "What was sent cannot be accepted"},
}


def create_api(settings: Settings, database: Database, now: Callable[[], datetime]) -> FastAPI:
    """The application to mount; it shares `database` and closes nothing."""
    api = FastAPI(
        title="Duban 督办 API",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=_REFUSALS,
    )
    api.state.context = ApiContext(settings, database, now)
    api.add_middleware(BodyLimit, largest=LARGEST_BODY)
    add_problem_handlers(api)
    for part in (rounds, reports, circulars, gathering, obligations, conduct, filing, search, docs):
        api.include_router(part.router)
    return api
