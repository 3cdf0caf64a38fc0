"""Accounts from a table file: who may sign in, in which role, for which unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.actors import ROLE_WORDS, Role
from tracker.importers.problem import Problem
from tracker.importers.tablefile import Column, Record, read_table_file

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS: Final = (
    Column("username", ("用户名", "账号", "username", "user"), is_required=True),
    Column("role", ("角色", "role")),
    Column("unit", ("单位", "单位名称", "unit")),
)
_ROLES: Final = {**ROLE_WORDS, **{role.value: role for role in Role}}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account; `unit` is as typed, the user name itself for a filler whose row names none."""

    username: str
    role: Role
    unit: str
    where: str


def read_accounts(path: Path) -> tuple[tuple[AccountRow, ...], tuple[Problem, ...]]:
    """The accounts in the file at `path`, and its bad rows. A row without role is a filler's.

    Raises UnreadableFileError for a file that cannot be read at all.
    """
    file = read_table_file(path, _COLUMNS)
    problems = list(file.problems)
    rows: dict[str, AccountRow] = {}
    for record in file.records:
        account = _account(record)
        if isinstance(account, AccountRow) and account.username in rows:
            earlier = rows[account.username].where
            account = Problem(record.where, "username_repeated", f"“{account.username}”{earlier}已经用过。")
        if isinstance(account, Problem):
            problems.append(account)
        else:
            rows[account.username] = account
    return tuple(rows.values()), tuple(problems)


def _account(record: Record) -> AccountRow | Problem:
    username, unit = (" ".join(record.values[key].split()) for key in ("username", "unit"))
    if not username:
        return Problem(record.where, "username_missing", "没有写用户名。请补上，或删去本行。")
    written = record.values["role"]
    role = _ROLES.get(written.lower()) if written else Role.FILLER
    if role is None:
        known = "、".join(ROLE_WORDS)
        return Problem(record.where, "unknown_role", f"角色“{written}”无法识别，可填：{known}。")
    return AccountRow(username, role, (unit or username) if role is Role.FILLER else "", record.where)
