"""The calendar is kept by each connection, and read again as soon as its history is another one."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import event

from tracker.domain.calendar_change import DayMark
from tracker.store.workdays import replace_days, work_calendar, write_history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

SATURDAY: Final = date(2026, 8, 1)
WORKED: Final = {SATURDAY: DayMark(is_workday=True, name="补班")}


@pytest.fixture
def site(database: Database) -> Database:
    with database.transaction() as session:
        write_history(session, 2026, "first")
    return database


def is_workday(site: Database) -> bool:
    with site.reading() as session:
        return work_calendar(session).is_workday(SATURDAY)


def test_a_change_is_seen_at_the_next_request(site: Database) -> None:
    assert not is_workday(site)
    with site.transaction() as session:
        replace_days(session, {}, WORKED)
        write_history(session, 2026, "second")
    assert is_workday(site)


def test_a_change_is_seen_where_it_is_made_and_by_nobody_else_before_it_holds(site: Database) -> None:
    assert not is_workday(site)
    with site.transaction() as session:
        replace_days(session, {}, WORKED)
        session.flush()
        assert work_calendar(session).is_workday(SATURDAY)
        write_history(session, 2026, "second")
        assert work_calendar(session).is_workday(SATURDAY)
        session.rollback()
    assert not is_workday(site)


def test_a_year_that_is_forgotten_is_unknown_at_the_next_request(site: Database) -> None:
    with site.reading() as session:
        assert work_calendar(session).known_years == {2026}
    with site.transaction() as session:
        write_history(session, 2026, None)
    with site.reading() as session:
        assert work_calendar(session).known_years == set()


def test_the_days_are_not_read_while_nothing_changes(site: Database) -> None:
    is_workday(site)
    with _asked(site) as questions:
        is_workday(site)
    assert questions
    assert not [question for question in questions if "calendar_day" in question]


@contextmanager
def _asked(site: Database) -> Iterator[list[str]]:
    questions: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        questions.append(statement)

    event.listen(site.engine, "before_cursor_execute", note)
    yield questions
    event.remove(site.engine, "before_cursor_execute", note)
