"""Another role or unit for an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tracker.actions.people.accounts import add_account, switch_account
from tracker.actions.people.change_account import change_account
from tracker.domain.actors import Actor, Role, system
from tracker.errors import ForbiddenError, InvalidValueError, LastAdministratorError, SameRoleError
from tracker.models import SignIn, UnitKind, key
from tracker.store.accounts import sessions_of
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.db import Database
    from tracker.models import Account

ACTOR = system("test")
COORDINATOR = Actor(Role.COORDINATOR, "统筹", "test")
NOW = datetime(2024, 9, 1, tzinfo=UTC)


def made(session: Session, name: str, role: Role) -> Account:
    return add_account(session, ACTOR, name, role, NOW)[0]


def test_a_filler_goes_to_another_unit_and_becomes_a_leader_and_is_signed_out_each_time(
    database: Database,
) -> None:
    with database.transaction() as session:
        first, second = (add_unit(session, name, UnitKind.COUNTY) for name in ("甲县", "乙县"))
        account, _ = add_account(session, ACTOR, "某人", Role.FILLER, NOW, unit=first)
        for place, (role, unit, unit_id) in enumerate(
            ((Role.FILLER, second, second.id), (Role.LEADER, first, None), (Role.FILLER, first, first.id))
        ):
            session.add(
                SignIn(
                    secret_hash=str(place),
                    account_id=key(account),
                    created_at=NOW,
                    expires_at=NOW + timedelta(hours=1),
                )
            )
            session.flush()
            assert sessions_of(session, account, NOW)
            change_account(session, COORDINATOR, account, role, unit=unit)
            assert (account.role, account.unit_id) == (role, unit_id)
            assert not sessions_of(session, account, NOW)


def test_what_would_change_nothing_and_a_filler_without_a_unit_are_refused(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        unit = add_unit(session, "甲县", UnitKind.COUNTY)
        account = made(session, "领导", Role.LEADER)
        # A leader belongs to no unit, whatever is named.
        with pytest.raises(SameRoleError):
            change_account(session, ACTOR, account, Role.LEADER, unit=unit)
        with pytest.raises(InvalidValueError, match="填报人必须属于一个单位"):
            change_account(session, ACTOR, account, Role.FILLER, unit=None)
        assert (account.role, account.unit_id) == (Role.LEADER, None)


def test_the_last_administrator_who_is_let_in_stays_one(database: Database) -> None:
    with database.transaction() as session:
        first, second = (
            made(session, "first", Role.ADMINISTRATOR),
            made(session, "second", Role.ADMINISTRATOR),
        )
        change_account(
            session, Actor(Role.ADMINISTRATOR, "first", "test"), first, Role.COORDINATOR, unit=None
        )
        with pytest.raises(LastAdministratorError, match="second"):
            change_account(session, ACTOR, second, Role.COORDINATOR, unit=None)
        third = made(session, "third", Role.ADMINISTRATOR)
        switch_account(session, ACTOR, third, is_active=False)
        with pytest.raises(LastAdministratorError, match="second"):
            change_account(session, ACTOR, second, Role.LEADER, unit=None)
        # One that is kept out already lets nobody in.
        change_account(session, ACTOR, third, Role.LEADER, unit=None)
        assert [found.role for found in (first, second, third)] == ["coordinator", "administrator", "leader"]


@pytest.mark.parametrize(
    ("whose", "to"),
    [
        (Role.LEADER, Role.COORDINATOR),
        (Role.LEADER, Role.ADMINISTRATOR),
        (Role.COORDINATOR, Role.LEADER),
        (Role.ADMINISTRATOR, Role.LEADER),
    ],
)
def test_a_coordinator_makes_no_equal_and_takes_none_down(
    sqlite_database: Database, whose: Role, to: Role
) -> None:
    with sqlite_database.transaction() as session:
        made(session, "管理", Role.ADMINISTRATOR)
        account = made(session, "某人", whose)
        with pytest.raises(ForbiddenError):
            change_account(session, COORDINATOR, account, to, unit=None)
        assert account.role is whose
