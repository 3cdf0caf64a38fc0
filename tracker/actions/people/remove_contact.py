"""Takes a contact out: nothing more is sent to that address for that unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.names import nearest_names
from tracker.errors import UnknownContactError
from tracker.models import key
from tracker.store.contacts import all_contacts

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit


def remove_contact(session: Session, actor: Actor, email: str, unit: OrgUnit | None = None) -> int:
    """Removes the address from `unit`, or from every unit where none is named; how many contacts went.

    Mails already in the queue are still sent. Raises UnknownContactError with the nearest addresses.
    """
    actor.require_coordinating()
    known = [contact for contact, _unit in all_contacts(session)]
    doomed = [
        contact
        for contact in known
        if contact.email.casefold() == email.strip().casefold()
        and (unit is None or contact.unit_id == key(unit))
    ]
    if not doomed:
        raise UnknownContactError(email, nearest_names(email, [contact.email for contact in known]))
    for contact in doomed:
        session.delete(contact)
    return len(doomed)
