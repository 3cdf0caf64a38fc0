"""Accounts and API keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tracker.actions.people.accounts import (
    actor_of,
    add_account,
    end_account_sessions,
    has_accounts,
    hasher,
    issue_token,
    random_password,
    revoke_token,
    secret_hash,
    set_password,
    switch_account,
)
from tracker.domain.actors import Actor, Role, system
from tracker.errors import (
    ForbiddenError,
    InvalidValueError,
    LastAdministratorError,
    NameTakenError,
    UnknownTokenError,
    UnknownUserError,
)
from tracker.models import Account, ApiToken, SignIn, UnitKind, key
from tracker.store.accounts import account_by_name, live_token, sessions_of
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from tracker.db import Database

ACTOR = system("test")
NOW = datetime(2024, 9, 1, tzinfo=UTC)


def test_an_account_is_kept_with_a_slow_hash_of_its_password(database: Database) -> None:
    with database.transaction() as session:
        unit = add_unit(session, "甲县", UnitKind.COUNTY)
        _, password = add_account(session, ACTOR, " 甲县\n", Role.FILLER, NOW, unit=unit)
    with database.reading() as session:
        assert has_accounts(session)
        account = account_by_name(session, "甲县")
    assert account.password_hash.startswith("$argon2id$")
    assert password not in account.password_hash
    assert hasher().verify(account.password_hash, password)
    assert (account.role, account.unit_id, account.is_active) == (Role.FILLER, unit.id, True)
    actor = actor_of(account, "web")
    assert (actor.role, actor.unit_id, actor.label, actor.via) == (Role.FILLER, unit.id, "甲县", "web")


def test_random_passwords_differ_and_hold_no_letter_that_is_mistaken_for_another() -> None:
    passwords = {random_password() for _ in range(100)}
    assert len(passwords) == 100
    assert all(len(password) == 19 for password in passwords)
    assert not set("".join(passwords)) & set("iloIO01")


def test_a_name_is_taken_once(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        add_account(session, ACTOR, "office", Role.COORDINATOR, NOW)
        with pytest.raises(NameTakenError, match="office"):
            add_account(session, ACTOR, "office", Role.LEADER, NOW)
        assert len(session.exec(select(Account)).all()) == 1


@pytest.mark.parametrize(
    ("username", "role", "password", "field"),
    [
        (" \n", Role.COORDINATOR, None, "用户名"),
        ("甲县", Role.FILLER, None, "单位"),
        ("office", Role.COORDINATOR, "kurz", "密码"),
    ],
)
def test_an_unusable_account_is_refused_by_its_field(
    sqlite_database: Database, username: str, role: Role, password: str | None, field: str
) -> None:
    with sqlite_database.transaction() as session:
        with pytest.raises(InvalidValueError) as caught:
            add_account(session, ACTOR, username, role, NOW, password=password)
        assert not has_accounts(session)
    assert caught.value.fields["field"] == field
    assert "kurz" not in str(caught.value)


def test_only_a_filler_is_bound_to_a_unit(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        unit = add_unit(session, "甲县", UnitKind.COUNTY)
        account, _ = add_account(session, ACTOR, "领导", Role.LEADER, NOW, unit=unit)
    assert account.unit_id is None


def test_a_new_password_and_switching_off_end_every_session(database: Database) -> None:
    with database.transaction() as session:
        account, first = add_account(session, ACTOR, "office", Role.COORDINATOR, NOW)

        def live() -> int:
            return len(sessions_of(session, account, NOW))

        def sign_in() -> None:
            session.add(
                SignIn(
                    secret_hash=secret_hash(f"{len(session.exec(select(SignIn)).all())}"),
                    account_id=key(account),
                    created_at=NOW,
                    expires_at=NOW + timedelta(hours=1),
                )
            )
            session.flush()

        sign_in()
        account.failures, account.paused_until = 3, NOW
        second = set_password(session, ACTOR, account)
        assert live() == 0
        sign_in()
        switch_account(session, ACTOR, account, is_active=True)
        assert live() == 1
        switch_account(session, ACTOR, account, is_active=False)
        assert live() == 0
    assert first != second
    assert hasher().verify(account.password_hash, second)
    assert (account.failures, account.is_active) == (0, False)
    kept = account.model_dump()
    assert kept["paused_until"] is None


def test_a_key_is_kept_as_a_hash_and_gives_one_units_rights(database: Database) -> None:
    with database.transaction() as session:
        unit = add_unit(session, "甲县", UnitKind.COUNTY)
        _, secret = issue_token(session, ACTOR, "甲县系统", NOW, unit=unit)
        _, office = issue_token(session, ACTOR, "统筹系统", NOW, unit=None)
    with database.reading() as session:
        token = live_token(session, secret_hash(secret))
        coordinating = live_token(session, secret_hash(office))
        assert live_token(session, secret_hash("duban_guess")) is None
        stored = [found.secret_hash for found in session.exec(select(ApiToken))]
    assert token is not None
    assert (token.role, token.unit_id) == (Role.FILLER, unit.id)
    assert coordinating is not None
    assert (coordinating.role, coordinating.unit_id) == (Role.COORDINATOR, None)
    assert secret not in stored


def test_a_revoked_key_opens_nothing_and_cannot_be_revoked_again(database: Database) -> None:
    with database.transaction() as session:
        _, secret = issue_token(session, ACTOR, "统筹系统", NOW, unit=None)
        revoke_token(session, ACTOR, "统筹系统", NOW)
        session.flush()
        assert live_token(session, secret_hash(secret)) is None
        with pytest.raises(UnknownTokenError):
            revoke_token(session, ACTOR, "统筹系统", NOW)
        # Its name stays in the records, so it is not given to another key.
        with pytest.raises(NameTakenError):
            issue_token(session, ACTOR, "统筹系统", NOW, unit=None)


def test_unknown_keys_and_users_are_named_with_the_nearest(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        issue_token(session, ACTOR, "统筹系统", NOW, unit=None)
        add_account(session, ACTOR, "coordinator", Role.COORDINATOR, NOW)
        with pytest.raises(UnknownTokenError, match="您是不是要找：统筹系统"):
            revoke_token(session, ACTOR, "统筹系", NOW)
        with pytest.raises(UnknownUserError, match="您是不是要找：coordinator"):
            account_by_name(session, "cordinator")


@pytest.mark.parametrize("role", [Role.FILLER, Role.LEADER])
def test_only_coordinators_give_access(sqlite_database: Database, role: Role) -> None:
    actor = Actor(role, "某人", "test", unit_id=1)
    with sqlite_database.transaction() as session:
        account = Account(username="x", password_hash="", role=Role.LEADER, created_at=NOW)
        with pytest.raises(ForbiddenError):
            add_account(session, actor, "y", Role.LEADER, NOW)
        with pytest.raises(ForbiddenError):
            set_password(session, actor, account)
        with pytest.raises(ForbiddenError):
            switch_account(session, actor, account, is_active=True)
        with pytest.raises(ForbiddenError):
            issue_token(session, actor, "k", NOW, unit=None)
        with pytest.raises(ForbiddenError):
            revoke_token(session, actor, "k", NOW)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_a_coordinator_keeps_neither_equals_nor_betters(sqlite_database: Database, role: Role) -> None:
    actor = Actor(Role.COORDINATOR, "统筹", "test")
    with sqlite_database.transaction() as session:
        account, _ = add_account(session, ACTOR, "x", role, NOW)
        kept = account.model_dump()
        issue_token(session, ACTOR, "office", NOW, unit=None)
        for forbidden in (
            lambda: add_account(session, actor, "y", role, NOW),
            lambda: set_password(session, actor, account),
            lambda: switch_account(session, actor, account, is_active=False),
            lambda: end_account_sessions(session, actor, account, NOW),
            lambda: issue_token(session, actor, "k", NOW, unit=None),
            lambda: revoke_token(session, actor, "office", NOW),
        ):
            with pytest.raises(ForbiddenError):
                forbidden()
        assert account.model_dump() == kept


def test_the_last_active_administrator_is_not_switched_off(database: Database) -> None:
    with database.transaction() as session:
        first, _ = add_account(session, ACTOR, "first", Role.ADMINISTRATOR, NOW)
        second, _ = add_account(session, ACTOR, "second", Role.ADMINISTRATOR, NOW)
        switch_account(session, ACTOR, first, is_active=False)
        with pytest.raises(LastAdministratorError, match="second"):
            switch_account(session, ACTOR, second, is_active=False)
        # One that is off already can be told so again.
        switch_account(session, ACTOR, first, is_active=False)
        switch_account(session, ACTOR, first, is_active=True)
        switch_account(session, ACTOR, second, is_active=False)
    assert (first.is_active, second.is_active) == (True, False)
