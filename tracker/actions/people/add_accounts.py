"""Many accounts at once: those of a table file, or of the units of a list that have none. All or none.

Hashing is slow on purpose: it happens between a look at what is wanted and the transaction that keeps it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tracker.actions.people.accounts import add_account, check_account, new_password
from tracker.actions.rounds.open_round import filers_of
from tracker.domain.actors import ROLE_LABELS, Role
from tracker.errors import BlockingProblemsError, InputError, TrackerError
from tracker.i18n import mark
from tracker.models import OrgUnit, key
from tracker.store.accounts import all_accounts
from tracker.store.lists import list_by_slug
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.db import Database
    from tracker.domain.actors import Actor
    from tracker.importers.accounts import AccountRow
    from tracker.importers.problem import Problem

# A minute of hashing; an office has fewer people.
MOST_AT_ONCE: Final = 500


class TooManyAccountsError(InputError):
    message = mark("一次最多新增 {limit} 个账号，文件中有 {count} 个。请分几次导入。")


@dataclass(frozen=True, slots=True)
class Slip:
    """What a person is handed to sign in with; `role` is a source text, `unit` "" for one who belongs to none.

    The password is kept nowhere else and is never printed with the rest.
    """

    username: str
    role: str
    unit: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Wanted:
    username: str
    role: Role
    unit_id: int | None


def _unchanged(names: Sequence[str]) -> Iterable[str]:
    return names


def import_accounts(
    database: Database,
    actor: Actor,
    rows: Sequence[AccountRow],
    problems: Sequence[Problem],
    now: datetime,
    *,
    told: Callable[[Sequence[str]], Iterable[str]] = _unchanged,
) -> tuple[Slip, ...]:
    """An account with a random password for each row. `told` goes along with the names while they are hashed.

    Raises BlockingProblemsError naming every bad row: an unknown unit, a user name that is taken, a role that is not
    the actor's to give. Raises TooManyAccountsError.
    """
    actor.require_coordinating()
    if len(rows) > MOST_AT_ONCE:
        raise TooManyAccountsError(limit=MOST_AT_ONCE, count=len(rows))
    with database.reading() as session:
        wanted = _checked(session, actor, rows, problems)
    return _store(database, actor, wanted, now, told)


def units_without_account(session: Session, slug: str) -> list[OrgUnit]:
    """Units that file for the list and have no account, not even one that is switched off. Raises UnknownListError."""
    taken = {account.unit_id for account, _unit in all_accounts(session)}
    return [unit for unit in filers_of(session, list_by_slug(session, slug)) if unit.id not in taken]


def invite_units(
    database: Database,
    actor: Actor,
    slug: str,
    now: datetime,
    *,
    told: Callable[[Sequence[str]], Iterable[str]] = _unchanged,
) -> tuple[Slip, ...]:
    """An account for each unit that files for the list and has none; it is called what the unit is called.

    Raises NameTakenError where another unit's account bears that name, UnknownListError.
    """
    actor.require_coordinating()
    with database.reading() as session:
        units = units_without_account(session, slug)
        wanted = [
            _Wanted(check_account(session, actor, unit.name, Role.FILLER, unit), Role.FILLER, key(unit))
            for unit in units
        ]
    return _store(database, actor, wanted, now, told)


def _checked(
    session: Session, actor: Actor, rows: Sequence[AccountRow], problems: Sequence[Problem]
) -> list[_Wanted]:
    refused = [f"{problem.where}：{problem.message}" for problem in problems if problem.is_blocking]
    wanted = []
    for row in rows:
        try:
            unit = unit_by_name(session, row.unit) if row.role is Role.FILLER else None
            username = check_account(session, actor, row.username, row.role, unit)
        except TrackerError as error:
            refused.append(f"{row.where}：{error}")
        else:
            wanted.append(_Wanted(username, row.role, key(unit) if unit else None))
    # The same name may be written in two ways.
    twice = [name for name, count in Counter(one.username for one in wanted).items() if count > 1]
    refused += [f"“{name}”写了不止一次。" for name in twice]
    if refused:
        raise BlockingProblemsError(tuple(refused))
    return wanted


def _store(
    database: Database,
    actor: Actor,
    wanted: Sequence[_Wanted],
    now: datetime,
    told: Callable[[Sequence[str]], Iterable[str]],
) -> tuple[Slip, ...]:
    passwords = [new_password() for _name in told([one.username for one in wanted])]
    slips = []
    with database.transaction() as session:
        for one, password in zip(wanted, passwords, strict=True):
            unit = session.get_one(OrgUnit, one.unit_id) if one.unit_id else None
            add_account(session, actor, one.username, one.role, now, unit=unit, password=password)
            slips.append(Slip(one.username, ROLE_LABELS[one.role], unit.name if unit else "", password.plain))
    return tuple(slips)
