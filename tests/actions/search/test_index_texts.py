"""The index of the search: made afterwards, made anew where it is not this database's own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlmodel import Session

from tests.actions.searching import index_all, numbers_on_file, put_on_file, said, search
from tests.example import OPENED_AT, build_example
from tracker import jobs
from tracker.actions.search import index_texts as indexing
from tracker.actions.search.index_texts import empty_index, index_texts
from tracker.models import SearchIndex
from tracker.store import gram_table
from tracker.store.text_search import count_unindexed, last_indexed

if TYPE_CHECKING:
    import pytest

    from tests.example import Example
    from tracker.config import Settings
    from tracker.db import Database


def filed(database: Database, settings: Settings, count: int = 5) -> Example:
    with database.transaction() as session:
        example = build_example(session, settings)
        put_on_file(
            session, example, example.county_a, example.tasks[0], [f"水库第{n}座" for n in range(count)]
        )
    return example


def indexed_numbers(database: Database, gram: str = "水库") -> list[int]:
    """Straight out of the index."""
    with database.reading() as session:
        rows = session.connection().execute(gram_table.ids_holding(session, [gram]))
        return sorted(row[0] for row in rows)


def test_texts_are_indexed_once_in_batches(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    filed(database, settings)
    assert index_texts(database, OPENED_AT, at_most=3) == 4
    assert index_texts(database, OPENED_AT, at_most=3) == 1
    assert index_texts(database, OPENED_AT, at_most=3) == 0
    assert indexed_numbers(database) == numbers_on_file(database)


def test_the_job_indexes_what_was_filed(database: Database, settings: Settings) -> None:
    filed(database, settings)
    assert jobs.sweep(database, settings, OPENED_AT)["index_filed_texts"] == 5
    assert indexed_numbers(database) == numbers_on_file(database)


def test_an_index_is_made_anew(database: Database, settings: Settings) -> None:
    filed(database, settings)
    index_all(database)
    empty_index(database, OPENED_AT)
    assert indexed_numbers(database) == []
    assert index_all(database) == 5
    assert indexed_numbers(database) == numbers_on_file(database)


def test_an_index_by_other_rules_is_not_asked_and_made_anew(database: Database, settings: Settings) -> None:
    filed(database, settings)
    index_all(database)
    with database.transaction() as session:
        row = session.get_one(SearchIndex, 1)
        row.edition -= 1
        gram_table.clear(session)
        gram_table.add(session, [(1, {"粮仓"})])
    assert said(database, "粮仓") == []
    assert said(database, "第4座") == ["水库第4座"]
    assert index_all(database) == 5
    assert indexed_numbers(database, "粮仓") == []
    assert indexed_numbers(database) == numbers_on_file(database)


def test_an_index_by_other_rules_that_holds_every_text_is_made_anew_too(
    database: Database, settings: Settings
) -> None:
    filed(database, settings)
    index_all(database)
    with database.transaction() as session:
        session.get_one(SearchIndex, 1).edition -= 1
        session.flush()
        assert count_unindexed(session) == 5
    assert index_all(database) == 5
    assert indexed_numbers(database) == numbers_on_file(database)


def test_what_waits_to_be_indexed_is_counted(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    filed(database, settings)
    counts = []
    for at_most in (0, 2, 4):
        index_texts(database, OPENED_AT, at_most=at_most)
        with database.reading() as session:
            counts.append(count_unindexed(session))
    assert counts == [5, 3, 0]
    with database.transaction() as session:
        gram_table.clear(session)
        assert count_unindexed(session) == 5


def test_an_index_that_another_database_left_behind_is_made_anew(
    database: Database, settings: Settings
) -> None:
    """Rows copied from elsewhere say that all is indexed, and the index is empty or ahead of the texts."""
    filed(database, settings)
    index_all(database)
    with database.transaction() as session:
        gram_table.clear(session)
    assert index_all(database) == 5
    assert indexed_numbers(database) == numbers_on_file(database)
    with database.transaction() as session:
        session.get_one(SearchIndex, 1).last_id = 1_000_000
        gram_table.clear(session)
    assert index_all(database) == 5
    assert search(database, "水库").numbers == (numbers_on_file(database)[-1],)


def test_a_text_that_was_overtaken_is_indexed_when_it_comes(database: Database, settings: Settings) -> None:
    """On PostgreSQL a text with a lower number may be committed after one with a higher; SQLite knows no such thing."""
    example = filed(database, settings, 1)
    if database.is_sqlite:
        return
    slow = Session(database.engine)
    put_on_file(slow, example, example.county_b, example.tasks[0], ["迟到的水库"])
    with database.transaction() as session:
        put_on_file(session, example, example.county_b, example.tasks[1], ["早到的水库"])
    assert index_all(database) == 2
    slow.commit()
    slow.close()
    assert index_all(database) == 1
    assert indexed_numbers(database) == numbers_on_file(database)
    assert said(database, "迟到") == ["迟到的水库"]


def test_two_that_index_at_once_index_each_text_once(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 3)
    filed(database, settings, 40)
    gate, found = threading.Barrier(3), []

    def index() -> None:
        gate.wait(timeout=30)
        found.append(index_all(database))

    threads = [threading.Thread(target=index) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(found) == 40
    assert indexed_numbers(database) == numbers_on_file(database)
    with database.reading() as session:
        assert last_indexed(session) == numbers_on_file(database)[-1]
