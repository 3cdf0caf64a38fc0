"""Keys of the site: made once, alike for all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.example import OPENED_AT
from tracker.models import SiteKey
from tracker.store.site_keys import site_key

if TYPE_CHECKING:
    from tracker.db import Database


def test_a_key_is_made_once_and_kept(database: Database) -> None:
    with database.transaction() as session:
        made = site_key(session, "form", OPENED_AT)
        other = site_key(session, "feed", OPENED_AT)
    assert len(made) == 64
    assert made != other
    with database.transaction() as session:
        assert site_key(session, "form", OPENED_AT) == made


def test_of_eight_that_make_it_at_once_all_have_the_same(database: Database) -> None:
    start, found = threading.Barrier(8), []

    def make() -> None:
        start.wait()
        with database.transaction() as session:
            found.append(site_key(session, "form", OPENED_AT))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    with database.reading() as session:
        assert [key.secret for key in session.exec(select(SiteKey))] == found[:1]
