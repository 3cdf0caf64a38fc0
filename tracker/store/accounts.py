"""Accounts, sessions and API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, delete, select

from tracker.domain.names import nearest_names
from tracker.errors import UnknownUserError
from tracker.models import Account, ApiToken, OrgUnit, SignIn, key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session


def all_accounts(session: Session) -> Sequence[tuple[Account, OrgUnit | None]]:
    return session.exec(
        select(Account, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(Account.unit_id), isouter=True)
        .order_by(col(Account.role), col(OrgUnit.kind).desc(), col(OrgUnit.position), col(Account.username))
    ).all()


def usernames_by_unit(session: Session) -> dict[int, list[str]]:
    """Of accounts that are not switched off."""
    found: dict[int, list[str]] = {}
    for account, unit in all_accounts(session):
        if unit is not None and account.is_active:
            found.setdefault(key(unit), []).append(account.username)
    return found


def find_account(session: Session, username: str) -> Account | None:
    return session.exec(select(Account).where(Account.username == username)).first()


def account_by_name(session: Session, username: str) -> Account:
    """Raises UnknownUserError with the nearest names."""
    found = find_account(session, username)
    if found is None:
        raise UnknownUserError(
            username, nearest_names(username, session.exec(select(Account.username)).all())
        )
    return found


def account_of_session(session: Session, secret_hash: str, now: datetime) -> Account | None:
    """Whose session this is; None when it has ended or the account was switched off."""
    return session.exec(
        select(Account)
        .join(SignIn, col(SignIn.account_id) == col(Account.id))
        .where(SignIn.secret_hash == secret_hash, SignIn.expires_at > now, col(Account.is_active))
    ).first()


def end_session(session: Session, secret_hash: str) -> None:
    session.exec(delete(SignIn).where(col(SignIn.secret_hash) == secret_hash))


def end_sessions(session: Session, account: Account) -> None:
    session.exec(delete(SignIn).where(col(SignIn.account_id) == account.id))


def end_expired_sessions(session: Session, now: datetime) -> None:
    session.exec(delete(SignIn).where(col(SignIn.expires_at) <= now))


def live_token(session: Session, secret_hash: str) -> ApiToken | None:
    return session.exec(
        select(ApiToken).where(ApiToken.secret_hash == secret_hash, col(ApiToken.revoked_at).is_(None))
    ).first()


def all_tokens(session: Session) -> Sequence[tuple[ApiToken, OrgUnit | None]]:
    return session.exec(
        select(ApiToken, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(ApiToken.unit_id), isouter=True)
        .order_by(col(ApiToken.id))
    ).all()
