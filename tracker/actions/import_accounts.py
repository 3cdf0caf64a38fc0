"""Makes accounts read from a table file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.accounts import add_account
from tracker.domain.actors import Role
from tracker.errors import BlockingProblemsError, TrackerError
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.importers.accounts import AccountRow
    from tracker.importers.parsed import Problem


def import_accounts(
    session: Session, actor: Actor, rows: Iterable[AccountRow], problems: Sequence[Problem], now: datetime
) -> dict[str, str]:
    """The random password of each new account, by user name. All rows or none.

    Raises BlockingProblemsError naming every bad row: an unknown unit, a user name that is taken.
    """
    actor.require_coordinating()
    refused = [f"{problem.where}：{problem.message}" for problem in problems if problem.is_blocking]
    passwords: dict[str, str] = {}
    for row in rows:
        try:
            unit = unit_by_name(session, row.unit) if row.role is Role.FILLER else None
            account, password = add_account(session, actor, row.username, row.role, now, unit=unit)
        except TrackerError as error:
            refused.append(f"{row.where}：{error}")
        else:
            passwords[account.username] = password
    if refused:
        raise BlockingProblemsError(tuple(refused))
    return passwords
