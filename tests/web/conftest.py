"""The pages over the example round, with an account of each kind."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import OPENED_AT, SHANGHAI, Example, build_example
from tests.web.client import Browser
from tracker.actions.people.accounts import secret_hash
from tracker.app import create_app
from tracker.domain.actors import Role
from tracker.models import Account, Obligation, SignIn, key
from tracker.store.accounts import account_by_name

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tracker.config import Settings
    from tracker.db import Database

NOW = datetime(2024, 10, 3, 10, tzinfo=SHANGHAI)
ROUND = "/rounds/example/2024Q3"
FILING = "/filing/example/2024Q3"


@dataclass(slots=True)
class Pages:
    """A site at a moment that tests may move."""

    app: FastAPI
    settings: Settings
    database: Database
    example: Example
    now: datetime

    def browser(self) -> Browser:
        return Browser(self.app)

    def as_(self, username: str) -> Browser:
        """A browser signed in as one of: 局, 甲县, 乙县, 领导, 统筹, 管理."""
        browser = self.browser()
        browser.cookies.set("duban", self.session_of(username))
        return browser

    def session_of(self, username: str) -> str:
        """A new session, without the slow password check."""
        secret = secrets.token_urlsafe(32)
        with self.database.transaction() as session:
            account = account_by_name(session, username)
            session.add(
                SignIn(
                    secret_hash=secret_hash(secret),
                    account_id=key(account),
                    created_at=self.now,
                    expires_at=self.now + timedelta(days=60),
                )
            )
        return secret

    def obligations(self, unit_id: int | None) -> dict[str, Obligation]:
        """By task number."""
        numbers = {task.id: task.number for task in self.example.tasks}
        with self.database.reading() as session:
            found = session.exec(select(Obligation).where(Obligation.unit_id == unit_id)).all()
        return {numbers[obligation.task_id]: obligation for obligation in found}


@pytest.fixture
def pages(sqlite_database: Database, settings: Settings) -> Pages:
    return build_pages(sqlite_database, settings)


@pytest.fixture
def pages_on_each(database: Database, settings: Settings) -> Pages:
    """On SQLite and on PostgreSQL, for what locks, groups or asks in its own way."""
    return build_pages(database, settings)


def build_pages(database: Database, settings: Settings) -> Pages:
    with database.transaction() as session:
        example = build_example(session, settings)
        for username, role, unit in (
            ("局", Role.FILLER, example.bureau),
            ("甲县", Role.FILLER, example.county_a),
            ("乙县", Role.FILLER, example.county_b),
            ("领导", Role.LEADER, None),
            ("统筹", Role.COORDINATOR, None),
            ("管理", Role.ADMINISTRATOR, None),
        ):
            session.add(
                Account(
                    username=username,
                    password_hash="-",
                    role=role,
                    unit_id=key(unit) if unit else None,
                    created_at=OPENED_AT,
                )
            )
    found = Pages(None, settings, database, example, NOW)  # type: ignore[arg-type]
    found.app = create_app(settings, database=database, now=lambda: found.now, run_jobs=False)
    return found
