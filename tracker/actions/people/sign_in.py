"""Signing in and out. Hashing is slow on purpose, so it happens between transactions, never inside one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from tracker.actions.people.accounts import hasher, secret_hash
from tracker.errors import SignInError, TooManyAttemptsError
from tracker.models import Account, SignIn, key
from tracker.store.accounts import account_by_name, end_session, find_account, forget_expired_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database


def sign_in(
    database: Database, settings: Settings, username: str, password: str, now: datetime, *, planted: str = ""
) -> str:
    """The secret of a new session; `planted`, the one the browser came with, ends.

    Raises SignInError for a wrong name, password or a switched-off account alike (in the same time), and
    TooManyAttemptsError while the account is paused after repeated failures.
    """
    with database.reading() as session:
        account = find_account(session, username.strip())
    if account:
        require_no_pause(account, now)
    is_right = matches(account.password_hash if account else _nobodys_hash(), password)
    if account is None:
        raise SignInError
    secret = secrets.token_urlsafe(32)
    with database.transaction() as session:
        current = account_by_name(session, account.username)
        # Switched off or given a new password while we were hashing: start again.
        if not is_right or not current.is_active or current.password_hash != account.password_hash:
            count_failure(current, settings, now)
            session.add(current)
        else:
            current.failures, current.paused_until = 0, None
            session.add(current)
            if planted:
                end_session(session, secret_hash(planted))
            expires_at = now + timedelta(hours=settings.limits.session_hours)
            session.add(
                SignIn(
                    secret_hash=secret_hash(secret),
                    account_id=key(current),
                    created_at=now,
                    expires_at=expires_at,
                )
            )
            session.flush()
            forget_expired_sessions(session, now)
            return secret
    raise SignInError


def sign_out(database: Database, secret: str) -> None:
    """Ends the session: its cookie is worth nothing afterwards."""
    with database.transaction() as session:
        end_session(session, secret_hash(secret))


def require_no_pause(account: Account, now: datetime) -> None:
    """Raises TooManyAttemptsError while the account is paused after repeated failures."""
    if account.paused_until and account.paused_until > now:
        raise TooManyAttemptsError(minutes=-(-(account.paused_until - now) // timedelta(minutes=1)))


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one that `stored` is the slow hash of; no password is, where it is no hash."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - loads with the hasher

    try:
        return hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """Verified for an unknown name, so that it takes as long as a known one."""
    return hasher().hash(secrets.token_urlsafe(16))


def count_failure(account: Account, settings: Settings, now: datetime) -> None:
    """One wrong password more; after too many of them the account pauses."""
    account.failures += 1
    if account.failures >= settings.limits.sign_in_attempts:
        account.failures = 0
        account.paused_until = now + timedelta(minutes=settings.limits.sign_in_pause_minutes)
