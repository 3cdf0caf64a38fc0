"""Puts filed texts into the index of the search: afterwards, so that nobody who files waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.bigrams import EDITION, grams_of
from tracker.models import SearchIndex, key
from tracker.store import gram_table
from tracker.store.text_search import is_index_lost, last_indexed, lock_index, said_in, unindexed
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.db import Database

# On SQLite whoever files waits until a transaction is over: this one takes a small part of a second.
BATCH: Final = 50


def index_texts(database: Database, now: datetime, *, at_most: int) -> int:
    """Indexes up to `at_most` texts, oldest first; how many it found.

    An index that another version of the program made, or that was left behind when texts were moved from
    another database, is made anew.
    """
    with database.reading() as session:
        last_id = last_indexed(session)
        is_lost = is_index_lost(session, last_id)
        if not is_lost and not unindexed(session, last_id, 1):
            return 0
    if is_lost:
        empty_index(database, now)
    found = 0
    while found < at_most and (batch := index_batch(database, now)):
        found += batch
    return found


def empty_index(database: Database, now: datetime) -> None:
    """Everything is to be indexed anew; until it is, a search looks through the newest texts only."""
    with database.transaction() as session:
        row = _row_to_write(session, now)
        gram_table.clear(session)
        row.last_id = 0
        session.add(row)


def index_batch(database: Database, now: datetime) -> int:
    """Indexes the next texts in a transaction of their own; 0 when all are in."""
    with database.transaction() as session:
        row = _row_to_write(session, now)
        updates = unindexed(session, row.last_id, BATCH)
        if not updates:
            return 0
        gram_table.add(session, [(key(update), grams_of(said_in(update))) for update in updates])
        row.last_id = max(row.last_id, key(updates[-1]))
        row.indexed_at = now
        session.add(row)
        return len(updates)


def _row_to_write(session: Session, now: datetime) -> SearchIndex:
    """Locked; the index is emptied where other rules made it."""
    if (row := lock_index(session)) is None:
        values = {"id": 1, "edition": EDITION, "last_id": 0, "indexed_at": now}
        insert_if_absent(session, SearchIndex, values)
        row = lock_index(session)
        assert row is not None  # noqa: S101 - it is there now, whoever put it there
    if row.edition != EDITION:
        gram_table.clear(session)
        row.edition, row.last_id = EDITION, 0
    return row
