"""A person gives the own account another password. The old one is asked for: an open browser is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.people.accounts import new_password, secret_hash, usable_password
from tracker.actions.people.sign_in import count_failure, matches, require_no_pause
from tracker.errors import InvalidValueError, WrongPasswordError
from tracker.i18n import mark
from tracker.store.accounts import account_by_name, end_other_sessions, sessions_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import Account


def change_own_password(
    database: Database, settings: Settings, username: str, old: str, new: str, now: datetime, *, secret: str
) -> int:
    """Every session but the one of `secret` ends; how many did.

    Raises WrongPasswordError for a wrong old one, which counts as a failed sign-in, TooManyAttemptsError after too
    many of them, and InvalidValueError for an unusable new one.
    """
    with database.reading() as session:
        account = account_by_name(session, username)
    require_no_pause(account, now)
    usable_password(new)
    if new == old:
        raise InvalidValueError(field=mark("密码"), value="…", reason=mark("与原密码相同"))
    is_right = matches(account.password_hash, old)
    made = new_password(new) if is_right else None
    with database.transaction() as session:
        current = account_by_name(session, username)
        if made and current.is_active and current.password_hash == account.password_hash:
            current.password_hash = made.hashed
            current.failures = 0
            session.add(current)
            return _end_others(session, current, secret, now)
        count_failure(current, settings, now)
        session.add(current)
    raise WrongPasswordError


def end_own_sessions(database: Database, username: str, now: datetime, *, secret: str) -> int:
    """Signs the person out everywhere but in the session of `secret`; how many sessions ended."""
    with database.transaction() as session:
        return _end_others(session, account_by_name(session, username), secret, now)


def _end_others(session: Session, account: Account, secret: str, now: datetime) -> int:
    kept = secret_hash(secret)
    count = sum(found.secret_hash != kept for found in sessions_of(session, account, now))
    end_other_sessions(session, account, kept)
    return count
