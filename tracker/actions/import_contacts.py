"""Stores contacts read from a table file, or typed in one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.errors import BlockingProblemsError, UnknownUnitError
from tracker.models import Contact, key
from tracker.store.contacts import find_contact
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.importers.contacts import ContactRow
    from tracker.importers.parsed import Problem


@dataclass(frozen=True, slots=True)
class ContactImport:
    added: int
    renamed: int
    unchanged: int


def import_contacts(
    session: Session, actor: Actor, rows: Sequence[ContactRow], problems: Sequence[Problem]
) -> ContactImport:
    """All rows or none. Unit, address and role tell contacts apart; they are only ever added or renamed.

    Raises BlockingProblemsError naming every bad row, an unknown unit with the nearest names.
    """
    actor.require_coordinating()
    refused = [f"{problem.where}：{problem.message}" for problem in problems if problem.is_blocking]
    added = renamed = unchanged = 0
    for row in rows:
        try:
            unit_id = key(unit_by_name(session, row.unit)) if row.unit else None
        except UnknownUnitError as error:
            refused.append(f"{row.where}：{error}")
            continue
        contact = find_contact(session, unit_id, row.email, row.role)
        if contact is None:
            session.add(Contact(unit_id=unit_id, name=row.name, email=row.email, role=row.role))
            session.flush()
            added += 1
        elif contact.name != row.name:
            contact.name = row.name
            session.add(contact)
            renamed += 1
        else:
            unchanged += 1
    if refused:
        raise BlockingProblemsError(tuple(refused))
    return ContactImport(added, renamed, unchanged)
