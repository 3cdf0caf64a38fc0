"""Stores contacts read from a table file, or typed in one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.chat_address import NONE, SCHEMAS, is_chat_address
from tracker.errors import BlockingProblemsError, UnknownUnitError
from tracker.models import Contact, key
from tracker.store.contacts import find_contact
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.importers.contacts import ContactRow
    from tracker.importers.problem import Problem


_BAD_ROBOT = "{where}：群机器人地址无效，应形如 wecombot://…，可用的有：{known}"


@dataclass(frozen=True, slots=True)
class ContactImport:
    added: int
    renamed: int
    unchanged: int


def import_contacts(
    session: Session,
    actor: Actor,
    rows: Sequence[ContactRow],
    problems: Sequence[Problem],
    *,
    chat_schemas: Collection[str] = (),
) -> ContactImport:
    """All rows or none. Unit, address and role tell contacts apart; they are only ever added, renamed, or given
    another chat robot: a row without one leaves it as it is, and - or 无 takes it away.

    Raises BlockingProblemsError naming every bad row, an unknown unit with the nearest names.
    """
    actor.require_coordinating()
    refused = [f"{problem.where}：{problem.message}" for problem in problems if problem.is_blocking]
    added = renamed = unchanged = 0
    for row in rows:
        if row.chat_url and row.chat_url not in NONE and not is_chat_address(row.chat_url, chat_schemas):
            refused.append(
                _BAD_ROBOT.format(where=row.where, known="、".join(sorted({*SCHEMAS, *chat_schemas})))
            )
            continue
        try:
            unit_id = key(unit_by_name(session, row.unit)) if row.unit else None
        except UnknownUnitError as error:
            refused.append(f"{row.where}：{error}")
            continue
        contact = find_contact(session, unit_id, row.email, row.role)
        if contact is None:
            chat_url = "" if row.chat_url in NONE else row.chat_url
            session.add(
                Contact(unit_id=unit_id, name=row.name, email=row.email, role=row.role, chat_url=chat_url)
            )
            session.flush()
            added += 1
        elif contact.name != row.name or contact.chat_url != _chat_url(contact, row):
            contact.name, contact.chat_url = row.name, _chat_url(contact, row)
            session.add(contact)
            renamed += 1
        else:
            unchanged += 1
    if refused:
        raise BlockingProblemsError(tuple(refused))
    return ContactImport(added, renamed, unchanged)


def _chat_url(contact: Contact, row: ContactRow) -> str:
    if not row.chat_url:
        return contact.chat_url
    return "" if row.chat_url in NONE else row.chat_url
