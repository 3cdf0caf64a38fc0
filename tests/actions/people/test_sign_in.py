"""Signing in and out: sessions that live in the database, and guessing that is slowed down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tracker.actions.people import sign_in as module
from tracker.actions.people.accounts import add_account, hasher, secret_hash, set_password, switch_account
from tracker.actions.people.sign_in import sign_in, sign_out
from tracker.domain.actors import Role, system
from tracker.errors import SignInError, TooManyAttemptsError
from tracker.models import Account, SignIn
from tracker.store.accounts import (
    SignIns,
    account_by_name,
    account_of_session,
    last_sign_in,
    sign_ins,
)

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database

ACTOR = system("test")
NOW = datetime(2024, 9, 1, tzinfo=UTC)
PASSWORD = "correct-horse"


@pytest.fixture
def site(database: Database) -> Database:
    with database.transaction() as session:
        add_account(session, ACTOR, "office", Role.COORDINATOR, NOW, password=PASSWORD)
    return database


@pytest.fixture
def local_site(sqlite_database: Database) -> Database:
    with sqlite_database.transaction() as session:
        add_account(session, ACTOR, "office", Role.COORDINATOR, NOW, password=PASSWORD)
    return sqlite_database


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verification that takes no time, for tests that count many attempts."""
    monkeypatch.setattr(module, "matches", lambda stored, given: bool(stored) and given == PASSWORD)


def holder(site: Database, secret: str, now: datetime = NOW) -> str | None:
    with site.reading() as session:
        found = account_of_session(session, secret_hash(secret), now)
        return found[0].username if found else None


def test_the_right_password_opens_a_session_kept_only_as_a_hash(site: Database, settings: Settings) -> None:
    secret = sign_in(site, settings, " office ", PASSWORD, NOW)
    assert holder(site, secret) == "office"
    with site.reading() as session:
        (kept,) = session.exec(select(SignIn)).all()
    assert kept.secret_hash != secret
    assert kept.expires_at == NOW + timedelta(hours=12)


@pytest.mark.usefixtures("quick_hashes")
def test_a_session_ends_by_signing_out_and_its_cookie_is_worth_nothing(
    site: Database, settings: Settings
) -> None:
    secret, other = (sign_in(site, settings, "office", PASSWORD, NOW) for _ in range(2))
    sign_out(site, secret)
    assert holder(site, secret) is None
    assert holder(site, other) == "office"


@pytest.mark.usefixtures("quick_hashes")
def test_when_somebody_last_signed_in_is_known_after_signing_out(site: Database, settings: Settings) -> None:
    for hours in range(3):
        secret = sign_in(site, settings, "office", PASSWORD, NOW + timedelta(days=hours))
        sign_out(site, secret)
    later = NOW + timedelta(days=10)
    with site.transaction() as session:
        account = account_by_name(session, "office")
        assert sign_ins(session, later) == {account.id: SignIns(0, NOW + timedelta(days=2))}
        assert last_sign_in(session, account) == NOW + timedelta(days=2)
        # A row for each that came before would be a register of comings and goings.
        assert len(session.exec(select(SignIn)).all()) == 1
        # A clock that goes back opens nothing again.
        assert account_of_session(session, secret_hash(secret), NOW - timedelta(days=9000)) is None


@pytest.mark.usefixtures("quick_hashes")
def test_a_session_runs_out(site: Database, settings: Settings) -> None:
    secret = sign_in(site, settings, "office", PASSWORD, NOW)
    assert holder(site, secret, NOW + timedelta(hours=11, minutes=59)) == "office"
    assert holder(site, secret, NOW + timedelta(hours=12)) is None
    sign_in(site, settings, "office", PASSWORD, NOW + timedelta(hours=13))
    with site.reading() as session:
        assert len(session.exec(select(SignIn)).all()) == 1


@pytest.mark.usefixtures("quick_hashes")
def test_a_session_planted_before_signing_in_ends(local_site: Database, settings: Settings) -> None:
    planted = sign_in(local_site, settings, "office", PASSWORD, NOW)
    fresh = sign_in(local_site, settings, "office", PASSWORD, NOW, planted=planted)
    assert fresh != planted
    assert holder(local_site, planted) is None
    assert holder(local_site, fresh) == "office"


def test_wrong_name_wrong_password_and_switched_off_are_told_alike(
    local_site: Database, settings: Settings
) -> None:
    messages = []
    for username, password in (("office", "wrong"), ("nobody", PASSWORD), ("", "")):
        with pytest.raises(SignInError) as caught:
            sign_in(local_site, settings, username, password, NOW)
        messages.append(str(caught.value))
    with local_site.transaction() as session:
        switch_account(session, ACTOR, account_by_name(session, "office"), is_active=False)
    with pytest.raises(SignInError) as caught:
        sign_in(local_site, settings, "office", PASSWORD, NOW)
    assert {*messages, str(caught.value)} == {"用户名或密码不正确。"}
    with local_site.reading() as session:
        assert session.exec(select(SignIn)).all() == []


def test_an_unknown_name_costs_as_much_as_a_known_one(
    local_site: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def record(stored: str, _password: str) -> bool:
        verified.append(stored)
        return False

    monkeypatch.setattr(module, "matches", record)
    for username in ("office", "nobody"):
        with pytest.raises(SignInError):
            sign_in(local_site, settings, username, "x", NOW)
    known, unknown = verified
    # Same algorithm and cost; only the salt and the hash differ.
    assert known != unknown
    assert known.rsplit("$", 2)[0] == unknown.rsplit("$", 2)[0]


@pytest.mark.usefixtures("quick_hashes")
def test_repeated_failures_pause_the_account_and_then_let_the_owner_in(
    site: Database, settings: Settings
) -> None:
    for _ in range(5):
        with pytest.raises(SignInError):
            sign_in(site, settings, "office", "wrong", NOW)
    with pytest.raises(TooManyAttemptsError, match="10 分钟"):
        sign_in(site, settings, "office", PASSWORD, NOW)
    with pytest.raises(TooManyAttemptsError, match="1 分钟"):
        sign_in(site, settings, "office", PASSWORD, NOW + timedelta(minutes=9, seconds=30))
    later = NOW + timedelta(minutes=10)
    assert holder(site, sign_in(site, settings, "office", PASSWORD, later), later) == "office"


@pytest.mark.usefixtures("quick_hashes")
def test_failures_are_forgotten_after_a_success(local_site: Database, settings: Settings) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInError):
                sign_in(local_site, settings, "office", "wrong", NOW)
        assert sign_in(local_site, settings, "office", PASSWORD, NOW)


@pytest.mark.usefixtures("quick_hashes")
def test_failures_on_one_account_do_not_pause_another(local_site: Database, settings: Settings) -> None:
    with local_site.transaction() as session:
        session.add(Account(username="领导", password_hash="x", role=Role.LEADER, created_at=NOW))
    for _ in range(5):
        with pytest.raises(SignInError):
            sign_in(local_site, settings, "office", "wrong", NOW)
    assert holder(local_site, sign_in(local_site, settings, "领导", PASSWORD, NOW)) == "领导"


def test_a_password_changed_while_the_old_one_was_being_checked_keeps_the_old_one_out(
    local_site: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_meanwhile(stored: str, password: str) -> bool:
        with local_site.transaction() as session:
            set_password(session, ACTOR, account_by_name(session, "office"), "another-password")
        return hasher().verify(stored, password)

    monkeypatch.setattr(module, "matches", change_meanwhile)
    with pytest.raises(SignInError):
        sign_in(local_site, settings, "office", PASSWORD, NOW)
    with local_site.reading() as session:
        assert session.exec(select(SignIn)).all() == []


def test_an_account_without_a_usable_hash_lets_nobody_in() -> None:
    assert not module.matches("-", "-")
    assert not module.matches("", "")
