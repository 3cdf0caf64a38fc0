"""The first start of a site, where there is a list already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.example import OPENED_AT, build_example
from tracker.actions.people.accounts import actor_of, hasher
from tracker.actions.site.first_start import FIRST_USER, FirstStart, first_start
from tracker.domain.actors import Role, system
from tracker.store.accounts import account_by_name, all_accounts

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database


def test_one_person_alone_may_do_everything_with_the_first_account(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
    done = first_start(sqlite_database, settings, system("test"), OPENED_AT)
    assert (done.imported, done.opened, done.username) == ("", "", FIRST_USER)
    with sqlite_database.reading() as session:
        account = account_by_name(session, FIRST_USER)
    assert hasher().verify(account.password_hash, done.password)
    actor = actor_of(account, "web")
    assert actor.is_coordinating
    assert all(actor.may_keep(role) for role in Role)
    actor.require_administering()


def test_a_second_start_makes_no_account_and_tells_no_password(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
    first_start(sqlite_database, settings, system("test"), OPENED_AT)
    assert first_start(sqlite_database, settings, system("test"), OPENED_AT) == FirstStart()
    with sqlite_database.reading() as session:
        assert len(all_accounts(session)) == 1
