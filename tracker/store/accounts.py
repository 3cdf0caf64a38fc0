"""Accounts, sessions and API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import aliased
from sqlmodel import case, col, delete, exists, func, select, update

from tracker.domain.actors import Role
from tracker.domain.names import nearest_names
from tracker.errors import UnknownUserError
from tracker.models import Account, ApiToken, OrgUnit, SignIn, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

# Of a session that was ended before its time: its row stays to tell when somebody signed in.
_ENDED: Final = datetime(1970, 1, 1, tzinfo=UTC)


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


def account_of_session(
    session: Session, secret_hash: str, now: datetime
) -> tuple[Account, OrgUnit | None] | None:
    """Whose session this is, with its unit; None when it has ended or the account was switched off."""
    return session.exec(
        select(Account, OrgUnit)
        .join(SignIn, col(SignIn.account_id) == col(Account.id))
        .join(OrgUnit, col(OrgUnit.id) == col(Account.unit_id), isouter=True)
        .where(SignIn.secret_hash == secret_hash, SignIn.expires_at > now, col(Account.is_active))
    ).first()


@dataclass(frozen=True, slots=True)
class SignIns:
    """How many sessions of an account have not ended, and when anybody last signed in with it: None for never, or in
    a version of the program that did not keep it."""

    live: int
    last_at: datetime | None


def sign_ins(session: Session, now: datetime) -> dict[int, SignIns]:
    """By account; one without any is missing."""
    found = session.exec(
        select(
            SignIn.account_id,
            func.sum(case((col(SignIn.expires_at) > now, 1), else_=0)),
            func.max(SignIn.created_at),
        ).group_by(col(SignIn.account_id))
    )
    return {account_id: SignIns(int(live), last_at) for account_id, live, last_at in found}


def last_sign_in(session: Session, account: Account) -> datetime | None:
    """As `SignIns.last_at`."""
    return session.exec(select(func.max(SignIn.created_at)).where(SignIn.account_id == account.id)).one()


def sessions_of(session: Session, account: Account, now: datetime) -> Sequence[SignIn]:
    """Those that have not ended, the latest first."""
    return session.exec(
        select(SignIn)
        .where(SignIn.account_id == account.id, SignIn.expires_at > now)
        .order_by(col(SignIn.created_at).desc())
    ).all()


def active_administrators(session: Session) -> Sequence[Account]:
    """Locked where the database locks rows: of two who switch each other off, one has to wait."""
    return session.exec(
        select(Account)
        .where(Account.role == Role.ADMINISTRATOR, col(Account.is_active))
        .order_by(col(Account.id))
        .with_for_update()
    ).all()


def end_session(session: Session, secret_hash: str) -> None:
    _end(session, col(SignIn.secret_hash) == secret_hash)


def end_sessions(session: Session, account: Account) -> None:
    _end(session, col(SignIn.account_id) == account.id)


def end_other_sessions(session: Session, account: Account, secret_hash: str) -> None:
    """All sessions of the account but this one."""
    _end(session, col(SignIn.account_id) == account.id, col(SignIn.secret_hash) != secret_hash)


def forget_expired_sessions(session: Session, now: datetime) -> None:
    """But for the last of each account, which says when somebody last signed in."""
    later = aliased(SignIn)
    session.exec(
        delete(SignIn).where(
            col(SignIn.expires_at) <= now,
            exists().where(
                col(later.account_id) == col(SignIn.account_id),
                col(later.created_at) > col(SignIn.created_at),
            ),
        )
    )


def _end(session: Session, *those: ColumnElement[bool]) -> None:
    session.exec(update(SignIn).where(*those).values(expires_at=_ENDED))


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
