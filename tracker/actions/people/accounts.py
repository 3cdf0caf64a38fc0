"""Accounts and API keys: who may come in, and with which rights. Each is kept by one who stands above its role."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from tracker.domain.actors import Actor, Role
from tracker.domain.names import clean_name, nearest_names
from tracker.errors import InvalidValueError, LastAdministratorError, NameTakenError, UnknownTokenError
from tracker.i18n import mark
from tracker.models import Account, ApiToken, key
from tracker.store.accounts import (
    active_administrators,
    all_accounts,
    all_tokens,
    end_sessions,
    find_account,
    sessions_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from argon2 import PasswordHasher
    from sqlmodel import Session

    from tracker.models import OrgUnit

SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 200
_LONGEST_NAME = 100
# No letters or digits that are mistaken for one another on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_TOO_SHORT = mark("至少 10 个字符")
_TOO_LONG = mark("最多 200 个字符")


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password and its slow hash, made before the transaction that keeps the hash. It is never printed."""

    plain: str = field(repr=False)
    hashed: str = field(repr=False)


@cache
def hasher() -> PasswordHasher:
    """argon2id with the library's parameters (RFC 9106, low memory)."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - loads a C extension that only sign-in needs

    return PasswordHasher()


def secret_hash(secret: str) -> str:
    """What is kept of a session's or an API key's secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def random_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def new_password(plain: str | None = None) -> NewPassword:
    """A random one where none is given. Raises InvalidValueError for one that is too short or too long."""
    plain = usable_password(plain or random_password())
    return NewPassword(plain, hasher().hash(plain))


def usable_password(password: str) -> str:
    """Raises InvalidValueError, which never says the password."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidValueError(field=mark("密码"), value="…", reason=_TOO_SHORT)
    if len(password) > _LONGEST_PASSWORD:
        raise InvalidValueError(field=mark("密码"), value="…", reason=_TOO_LONG)
    return password


def check_account(
    session: Session, actor: Actor, username: str, role: Role, unit: OrgUnit | None = None
) -> str:
    """The user name as it would be kept. Raises as `add_account`."""
    actor.require_keeping(role)
    username = clean_name(username, field=mark("用户名"), longest=_LONGEST_NAME)
    unit_of_role(role, unit)
    if find_account(session, username):
        raise NameTakenError(name=username, owner=mark("另一账号"))
    return username


def unit_of_role(role: Role, unit: OrgUnit | None) -> int | None:
    """The unit that an account of `role` belongs to: a filler's, nobody else's. Raises InvalidValueError without one."""
    if role is not Role.FILLER:
        return None
    if unit is None:
        raise InvalidValueError(field=mark("单位"), value="", reason=mark("填报人必须属于一个单位"))
    return key(unit)


def add_account(
    session: Session,
    actor: Actor,
    username: str,
    role: Role,
    now: datetime,
    *,
    unit: OrgUnit | None = None,
    password: NewPassword | str | None = None,
) -> tuple[Account, str]:
    """The account and its password (a random one where none is given, to be shown once).

    Raises ForbiddenError for a role that is not the actor's to keep, NameTakenError, or InvalidValueError for an
    unusable name or password, or a filler without a unit.
    """
    username = check_account(session, actor, username, role, unit)
    made = password if isinstance(password, NewPassword) else new_password(password)
    account = Account(
        username=username,
        password_hash=made.hashed,
        role=role,
        unit_id=unit_of_role(role, unit),
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account, made.plain


def set_password(
    session: Session, actor: Actor, account: Account, password: NewPassword | str | None = None
) -> str:
    """The new password (random where none is given). Every session of the account ends."""
    actor.require_keeping(account.role)
    made = password if isinstance(password, NewPassword) else new_password(password)
    account.password_hash = made.hashed
    account.failures, account.paused_until = 0, None
    session.add(account)
    end_sessions(session, account)
    return made.plain


def switch_account(session: Session, actor: Actor, account: Account, *, is_active: bool) -> None:
    """Lets an account in or keeps it out; keeping it out ends its sessions at once.

    Raises LastAdministratorError: somebody must be able to let others in again.
    """
    actor.require_keeping(account.role)
    if not is_active:
        require_another_administrator(session, account)
    account.is_active = is_active
    session.add(account)
    if not is_active:
        end_sessions(session, account)


def require_another_administrator(session: Session, account: Account) -> None:
    """Before `account` is no administrator any more. Raises LastAdministratorError."""
    active = active_administrators(session)
    if [other.id for other in active] == [account.id]:
        raise LastAdministratorError(name=account.username)


def end_account_sessions(session: Session, actor: Actor, account: Account, now: datetime) -> int:
    """Whoever is signed in with this account has to sign in again; how many sessions ended."""
    actor.require_keeping(account.role)
    count = len(sessions_of(session, account, now))
    end_sessions(session, account)
    return count


def has_accounts(session: Session) -> bool:
    return bool(all_accounts(session))


def issue_token(
    session: Session, actor: Actor, label: str, now: datetime, *, unit: OrgUnit | None
) -> tuple[ApiToken, str]:
    """An API key, shown once: a filler's for `unit`, a coordinator's without one.

    Raises ForbiddenError, NameTakenError, or InvalidValueError for an unusable label.
    """
    role = Role.FILLER if unit else Role.COORDINATOR
    actor.require_keeping(role)
    label = clean_name(label, field=mark("密钥名称"), longest=_LONGEST_NAME)
    if any(token.label == label for token, _ in all_tokens(session)):
        raise NameTakenError(name=label, owner=mark("另一接口密钥"))
    secret = f"duban_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        label=label,
        secret_hash=secret_hash(secret),
        role=role,
        unit_id=key(unit) if unit else None,
        created_at=now,
    )
    session.add(token)
    session.flush()
    return token, secret


def revoke_token(session: Session, actor: Actor, label: str, now: datetime) -> None:
    """Raises NotFoundError when there is no live key of that label."""
    actor.require_coordinating()
    live = {token.label: token for token, _ in all_tokens(session) if token.revoked_at is None}
    if label not in live:
        raise UnknownTokenError(label, nearest_names(label, live))
    actor.require_keeping(live[label].role)
    live[label].revoked_at = now
    session.add(live[label])


def actor_of(account: Account, via: str) -> Actor:
    """What an account may do; its name is kept with what it does."""
    return Actor(role=account.role, label=account.username, via=via, unit_id=account.unit_id)
