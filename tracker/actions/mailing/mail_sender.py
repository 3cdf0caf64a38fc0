"""Who wrote a mail, as far as the office knows the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.actors import Actor, Role
from tracker.models import key
from tracker.store.incoming import contacts_at
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session

    from tracker.models import Contact


@dataclass(frozen=True, slots=True)
class Sender:
    """`contacts` holds one contact by unit; a unit that was merged away counts as the one it is now."""

    address: str
    contacts: Mapping[int, Contact]

    def actor_for(self, unit_id: int) -> Actor:
        contact = self.contacts[unit_id]
        label = f"{contact.name} {contact.email}".strip()
        return Actor(role=Role.FILLER, label=label, via="mail", unit_id=unit_id)


def sender_of(session: Session, address: str) -> Sender:
    """Without contacts for a stranger, and for "", an address that is in doubt."""
    contacts: dict[int, Contact] = {}
    for contact in contacts_at(session, address):
        if contact.unit_id is not None:
            contacts.setdefault(key(unit_by_id(session, contact.unit_id)), contact)
    return Sender(address, contacts)
