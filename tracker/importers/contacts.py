"""Contacts from a table file: whom the mails of a unit go to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.actors import ROLE_WORDS, Role
from tracker.importers.files.grid import tidy
from tracker.importers.problem import Problem
from tracker.importers.tablefile import Column, Record, read_table_file

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS: Final = (
    Column("unit", ("单位", "单位名称", "unit"), is_required=True),
    Column("name", ("姓名", "联系人", "name")),
    Column(
        "email", ("邮箱", "电子邮箱", "邮箱地址", "电子邮件", "email", "e-mail", "mail"), is_required=True
    ),
    Column("role", ("角色", "role")),
    Column("chat_url", ("群机器人", "chat_url")),
)
_ROLES: Final = {
    word: role
    for role in (Role.FILLER, Role.LEADER, Role.COORDINATOR)
    for word in (role.value, *(word for word, meant in ROLE_WORDS.items() if meant is role))
}
# One @; nothing that could end or split a mail header. Deliverability is the mail server's to say.
_ADDRESS: Final = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\.]+(?:\.[^@\s<>,;:\"()\[\]\\.]+)*")
_LONGEST: Final = {"unit": 200, "name": 100, "email": 254}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact; `unit` is as typed, and "" only for a coordinator."""

    unit: str
    name: str
    email: str
    role: Role
    where: str
    # A secret: no message repeats it.
    chat_url: str = ""


def read_contacts(path: Path) -> tuple[tuple[ContactRow, ...], tuple[Problem, ...]]:
    """The contacts in the file at `path`, and its bad rows. A row without role is a filler's.

    Raises UnreadableFileError for a file that cannot be read at all.
    """
    file = read_table_file(path, _COLUMNS)
    problems = list(file.problems)
    rows: dict[tuple[str, str, Role], ContactRow] = {}
    for record in file.records:
        contact = _contact(record)
        if isinstance(contact, Problem):
            problems.append(contact)
            continue
        key = (contact.unit, contact.email.casefold(), contact.role)
        if key in rows:
            message = f"{contact.email} 与{rows[key].where}相同，只读入一次。"
            problems.append(Problem(record.where, "contact_repeated", message, is_blocking=False))
        rows.setdefault(key, contact)
    return tuple(rows.values()), tuple(problems)


def contact_row(
    *, unit: str, name: str, email: str, role: str, where: str, chat_url: str = ""
) -> tuple[tuple[ContactRow, ...], tuple[Problem, ...]]:
    """One contact that was typed, not read from a file, checked like a row of one: a row or a problem."""
    values = {"unit": unit, "name": name, "email": email, "role": role, "chat_url": chat_url}
    contact = _contact(Record(where, {key: tidy(value) for key, value in values.items()}))
    return ((), (contact,)) if isinstance(contact, Problem) else ((contact,), ())


def _contact(record: Record) -> ContactRow | Problem:
    values = record.values
    for key, longest in _LONGEST.items():
        if len(values[key]) > longest:
            return Problem(record.where, "too_long", f"“{values[key][:20]}…”超过 {longest} 字，请改短。")
    # Full-width ＠ and letters come from Chinese input methods.
    email = unicodedata.normalize("NFKC", values["email"])
    if not _ADDRESS.fullmatch(email):
        return Problem(
            record.where,
            "bad_address",
            f"邮箱“{' '.join(values['email'].split())}”无效。一行只写一个，形如 name@example.org。",
        )
    role = _ROLES.get(values["role"].lower()) if values["role"] else Role.FILLER
    if role is None:
        return Problem(
            record.where, "unknown_role", f"角色“{values['role']}”无法识别，可填：填报人、领导、统筹人。"
        )
    unit = " ".join(values["unit"].split())
    if not unit and role is not Role.COORDINATOR:
        return Problem(record.where, "unit_missing", f"{email} 没有写单位。请补上单位名称。")
    return ContactRow(
        unit, " ".join(values["name"].split()), email, role, record.where, values["chat_url"].strip()
    )
