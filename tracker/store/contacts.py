"""Contacts: whom a unit's mails go to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.domain.actors import Role
from tracker.models import Contact, OrgUnit, UnitKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session


def all_contacts(session: Session) -> Sequence[tuple[Contact, OrgUnit | None]]:
    """With their units, coordinators without one first."""
    return session.exec(
        select(Contact, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(Contact.unit_id), isouter=True)
        .order_by(col(OrgUnit.kind).desc(), col(OrgUnit.position), col(Contact.id))
    ).all()


def contacts_by_unit(session: Session) -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in session.exec(select(Contact).order_by(col(Contact.id))):
        if contact.unit_id is not None:
            found[contact.unit_id].append(contact)
    return found


def units_with_contacts(session: Session, unit_ids: Collection[int]) -> frozenset[int]:
    """Those of `unit_ids` that mail can reach."""
    found = session.exec(select(Contact.unit_id).where(col(Contact.unit_id).in_(sorted(unit_ids))).distinct())
    return frozenset(unit_id for unit_id in found if unit_id is not None)


def count_units_without_contact(session: Session) -> int:
    """Units that no mail can reach."""
    reached = select(Contact.unit_id).where(col(Contact.unit_id).is_not(None))
    return session.exec(
        select(func.count())
        .select_from(OrgUnit)
        .where(col(OrgUnit.merged_into_id).is_(None), col(OrgUnit.id).not_in(reached))
    ).one()


def coordinators(session: Session) -> Sequence[Contact]:
    return session.exec(
        select(Contact).where(Contact.role == Role.COORDINATOR).order_by(col(Contact.id))
    ).all()


def office_leaders(session: Session) -> Sequence[Contact]:
    """Leaders of the whole: those of a coordinating office. Those of another unit lead its fillers."""
    return session.exec(
        select(Contact)
        .join(OrgUnit, col(OrgUnit.id) == col(Contact.unit_id))
        .where(Contact.role == Role.LEADER, OrgUnit.kind == UnitKind.OFFICE)
        .order_by(col(Contact.id))
    ).all()


def chat_url_of(session: Session, address: str) -> str:
    """The chat robot of the person with this mail address, "" without one."""
    return next((url for email, url in _chat_urls(session) if email == address.casefold()), "")


def chat_addresses(session: Session) -> frozenset[str]:
    """Mail addresses, in lower case, of the people who have a chat robot."""
    return frozenset(email for email, _url in _chat_urls(session))


def _chat_urls(session: Session) -> list[tuple[str, str]]:
    found = session.exec(
        select(Contact.email, Contact.chat_url).where(Contact.chat_url != "").order_by(col(Contact.id))
    )
    return [(email.casefold(), url) for email, url in found]


def find_contact(session: Session, unit_id: int | None, email: str, role: Role) -> Contact | None:
    """The contact of this address in any case: Li@ and li@ are one mailbox."""
    found = session.exec(
        select(Contact).where(Contact.unit_id == unit_id, Contact.role == role).order_by(col(Contact.id))
    )
    return next((contact for contact in found if contact.email.casefold() == email.casefold()), None)
