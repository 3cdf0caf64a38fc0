"""Another role or unit for an account: its person has other duties now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.people.accounts import require_another_administrator, unit_of_role
from tracker.domain.actors import Role
from tracker.errors import SameRoleError
from tracker.store.accounts import end_sessions

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import Account, OrgUnit


def change_account(
    session: Session, actor: Actor, account: Account, role: Role, *, unit: OrgUnit | None
) -> None:
    """`unit` is a filler's. Every session of the account ends: what is open in a browser was opened with other rights.

    Raises as `check_account_change`.
    """
    unit_id = check_account_change(session, actor, account, role, unit=unit)
    account.role, account.unit_id = role, unit_id
    session.add(account)
    end_sessions(session, account)


def check_account_change(
    session: Session, actor: Actor, account: Account, role: Role, *, unit: OrgUnit | None
) -> int | None:
    """The unit that the account would have. Both the role that it has and the one that it gets are the actor's to keep.

    Raises ForbiddenError, InvalidValueError for a filler without a unit, SameRoleError where nothing would change,
    and LastAdministratorError.
    """
    actor.require_keeping(account.role)
    actor.require_keeping(role)
    unit_id = unit_of_role(role, unit)
    if (role, unit_id) == (account.role, account.unit_id):
        raise SameRoleError(name=account.username)
    if account.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        require_another_administrator(session, account)
    return unit_id
