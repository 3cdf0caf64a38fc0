"""A site with the example list, its API behind a real server, and one client per key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

from tests.api.server import serving
from tests.example import OPENED_AT, PERIOD, SLUG, Example, build_example
from tracker.actions.people.accounts import issue_token
from tracker.api import create_api
from tracker.domain.actors import system

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

ROUND = f"/rounds/{SLUG}/{PERIOD}"


@dataclass
class ApiSite:
    """`now` may be moved; keys are named after their holders."""

    database: Database
    example: Example
    now: datetime
    base_url: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def client(self, holder: str | None, **headers: str) -> httpx.Client:
        if holder:
            headers["Authorization"] = f"Bearer {self.keys[holder]}"
        return httpx.Client(base_url=f"{self.base_url}/api/v1", headers=headers, timeout=60)

    def file(self, holder: str, task: int, text: str, base_version: int = 0) -> dict[str, Any]:
        with self.client(holder) as client:
            answer = client.post(
                f"{ROUND}/units/me/obligations/{task}/submission",
                json={"text": text, "base_version": base_version},
            )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The error of an answer that must have `status` and the one shape."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert error["code"]
    assert error["message"]
    return error


def _build(database: Database, settings: Settings) -> ApiSite:
    with database.transaction() as session:
        example = build_example(session, settings)
        site = ApiSite(database, example, OPENED_AT)
        holders: dict[str, OrgUnit | None] = {
            "bureau": example.bureau,
            "a": example.county_a,
            "b": example.county_b,
            "office": None,
        }
        for holder, unit in holders.items():
            _, site.keys[holder] = issue_token(session, system("test"), f"key-{holder}", OPENED_AT, unit=unit)
    return site


def _serve(site: ApiSite, settings: Settings) -> Iterator[ApiSite]:
    parent = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    parent.mount("/api/v1", create_api(settings, site.database, lambda: site.now))
    with serving(parent) as site.base_url:
        yield site


@pytest.fixture
def site(sqlite_database: Database, settings: Settings) -> Iterator[ApiSite]:
    """On SQLite."""
    yield from _serve(_build(sqlite_database, settings), settings)


@pytest.fixture
def any_site(database: Database, settings: Settings) -> Iterator[ApiSite]:
    """On SQLite and on PostgreSQL."""
    yield from _serve(_build(database, settings), settings)


@pytest.fixture
def clients(request: pytest.FixtureRequest) -> Iterator[dict[str, httpx.Client]]:
    """One client per key of `any_site` or `site`, whichever the test asks for, and `nobody`."""
    name = "any_site" if "any_site" in request.fixturenames else "site"
    served: ApiSite = request.getfixturevalue(name)
    opened = {holder: served.client(holder) for holder in served.keys} | {"nobody": served.client(None)}
    yield opened
    for client in opened.values():
        client.close()


@pytest.fixture
def whole_site(sqlite_database: Database, settings: Settings) -> Iterator[ApiSite]:
    """The API inside the whole program, with the pages and their guard around it."""
    from tracker.app import create_app  # noqa: PLC0415 - the other tests do without the pages

    site = _build(sqlite_database, settings)
    app = create_app(settings, database=sqlite_database, now=lambda: site.now, run_jobs=False)
    with serving(app) as site.base_url:
        yield site
