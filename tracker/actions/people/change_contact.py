"""One contact changed or removed, as a person picked it from the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.chat_address import NONE, SCHEMAS, is_chat_address
from tracker.errors import BlockingProblemsError, InvalidValueError, NameTakenError
from tracker.i18n import mark
from tracker.models import key
from tracker.store.contacts import find_contact
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.importers.contacts import ContactRow
    from tracker.importers.problem import Problem
    from tracker.models import Contact


def change_contact(
    session: Session,
    actor: Actor,
    contact: Contact,
    rows: Sequence[ContactRow],
    problems: Sequence[Problem],
    *,
    chat_schemas: Collection[str] = (),
) -> None:
    """Makes the contact what the one row says. Without a chat robot the row leaves the one it has, and - takes it away.

    Mails already in the queue still go to the old address. Raises BlockingProblemsError for an unusable row,
    UnknownUnitError, NameTakenError where the unit has that address in that role already.
    """
    actor.require_coordinating()
    if not rows:
        raise BlockingProblemsError(tuple(problem.message for problem in problems))
    row = rows[0]
    unit_id = key(unit_by_name(session, row.unit)) if row.unit else None
    same = find_contact(session, unit_id, row.email, row.role)
    if same is not None and same.id != contact.id:
        raise NameTakenError(name=row.email, owner=mark("同一单位的另一联系人"))
    if row.chat_url and row.chat_url not in NONE and not is_chat_address(row.chat_url, chat_schemas):
        # Never repeated: whoever knows it can post.
        known = "、".join(f"{schema}://…" for schema in sorted({*SCHEMAS, *chat_schemas}))
        raise InvalidValueError(field=mark("群机器人"), value="…", reason=known)
    contact.unit_id, contact.name, contact.email, contact.role = unit_id, row.name, row.email, row.role
    if row.chat_url:
        contact.chat_url = "" if row.chat_url in NONE else row.chat_url
    session.add(contact)


def drop_contact(session: Session, actor: Actor, contact: Contact) -> None:
    """Nothing more is sent to that address for that unit in that role. Mails already in the queue are."""
    actor.require_coordinating()
    session.delete(contact)
