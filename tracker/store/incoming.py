"""Incoming mail: what came, what waits for its turn, and how far the mailbox has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import defer
from sqlmodel import col, func, select, update

from tracker.models import Contact, IncomingMail, IncomingState, MailboxPlace, OutgoingMail
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlmodel import Session

# What the program still has to look at.
WAITING: Final = (IncomingState.RECEIVED, IncomingState.HELD)


def add_incoming(session: Session, mail: IncomingMail) -> int | None:
    """The number of the new row; None, with nothing written, when the same mail has come before."""
    inserted = insert_if_absent(session, IncomingMail, mail.model_dump(exclude={"id"}))
    return None if inserted is None else int(inserted[0])


def lock_incoming(session: Session, mail_id: int) -> IncomingMail | None:
    """The row as it is now, locked until the transaction ends: two who settle one mail take turns."""
    return session.exec(
        select(IncomingMail)
        .where(IncomingMail.id == mail_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def waiting_mails(session: Session) -> Sequence[tuple[int, str]]:
    """Number and sender's address in lower case; the oldest first."""
    rows = session.exec(
        select(IncomingMail.id, func.lower(IncomingMail.from_address))
        .where(col(IncomingMail.state).in_(WAITING))
        .order_by(col(IncomingMail.id))
    )
    return [(number, address) for number, address in rows if number is not None]


def processed_by_sender(session: Session, since: datetime) -> dict[str, int]:
    """How many mails of each address, in lower case, the program has settled since then."""
    sender = func.lower(IncomingMail.from_address)
    rows = session.exec(
        select(sender, func.count())
        .where(col(IncomingMail.handled_at) > since, IncomingMail.handled_by == "")
        .group_by(sender)
    )
    return dict(rows.all())


def hold(session: Session, mail_ids: Collection[int], *, chunk: int = 500) -> None:
    numbers = sorted(mail_ids)
    for start in range(0, len(numbers), chunk):
        session.exec(
            update(IncomingMail)
            .where(
                col(IncomingMail.id).in_(numbers[start : start + chunk]),
                col(IncomingMail.state) == IncomingState.RECEIVED,
            )
            .values(state=IncomingState.HELD)
            .execution_options(synchronize_session=False)
        )


def incoming_in(
    session: Session, state: IncomingState | None = None, *, limit: int = 100, offset: int = 0
) -> Sequence[IncomingMail]:
    """The newest first, without their contents."""
    query = select(IncomingMail).options(defer(IncomingMail.content, raiseload=True))  # type: ignore[arg-type]
    if state is not None:
        query = query.where(IncomingMail.state == state)
    return session.exec(query.order_by(col(IncomingMail.id).desc()).limit(limit).offset(offset)).all()


def count_incoming(session: Session) -> dict[IncomingState, int]:
    """Every state, those that hold no mail included."""
    counted = dict(
        session.exec(select(IncomingMail.state, func.count()).group_by(col(IncomingMail.state))).all()
    )
    return {state: counted.get(state, 0) for state in IncomingState}


def first_received(session: Session) -> datetime | None:
    """When the oldest mail came that is kept here."""
    return session.exec(
        select(IncomingMail.received_at).order_by(col(IncomingMail.received_at)).limit(1)
    ).first()


def place_of(session: Session, folder: str) -> MailboxPlace | None:
    return session.get(MailboxPlace, folder)


def contacts_at(session: Session, address: str) -> Sequence[Contact]:
    """The contacts of units that have this address, in any case: Li@ and li@ are one mailbox."""
    if not address:
        return []
    return session.exec(
        select(Contact)
        .where(func.lower(Contact.email) == address.lower(), col(Contact.unit_id).is_not(None))
        .order_by(col(Contact.role), col(Contact.id))
    ).all()


def is_own_message(session: Session, message_id: str) -> bool:
    """Whether it is a mail of ours that found its way back."""
    found = select(OutgoingMail.id).where(OutgoingMail.message_id == message_id)
    return bool(message_id) and session.exec(found).first() is not None


def count_answers(session: Session, kind: str, address: str, since: datetime) -> int:
    return session.exec(
        select(func.count())
        .select_from(OutgoingMail)
        .where(
            OutgoingMail.kind == kind,
            func.lower(OutgoingMail.to_address) == address.lower(),
            col(OutgoingMail.created_at) > since,
        )
    ).one()
