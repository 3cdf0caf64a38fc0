"""Mails that came back, and the addresses they came back from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select, update

from tracker.models import MailState, OutgoingMail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

# A mail that a server took may still come back: one that has not after this long has arrived.
_COMES_BACK_WITHIN: Final = timedelta(days=1)


def mail_of_ids(session: Session, message_ids: Sequence[str]) -> OutgoingMail | None:
    """The mail that one of the Message-IDs belongs to, by the first of them that is ours."""
    found = session.exec(select(OutgoingMail).where(col(OutgoingMail.message_id).in_(message_ids))).all()
    by_id = {mail.message_id: mail for mail in found}
    return next((by_id[one] for one in message_ids if one in by_id), None)


def mark_bounced(session: Session, mail: OutgoingMail, now: datetime, *, words: str) -> bool:
    """A mail that went out has come back. False, with nothing written, in any other state.

    One that is on its way at this moment counts as gone out: its bounce may be quicker than our own record of it, and
    the worker that sent it finds its lease over.
    """
    return _note(
        session,
        mail,
        state=MailState.BOUNCED,
        bounced_at=now,
        last_error=words,
        lease=None,
        leased_until=None,
    )


def note_delay(session: Session, mail: OutgoingMail, *, words: str) -> bool:
    """A server still tries to pass a mail on: its words are noted, and nothing else changes."""
    return mail.state is MailState.SENT and _note(session, mail, last_error=words)


def _note(session: Session, mail: OutgoingMail, **values: object) -> bool:
    done = session.exec(
        update(OutgoingMail)
        .where(
            col(OutgoingMail.id) == mail.id,
            col(OutgoingMail.state).in_((MailState.SENT, MailState.SENDING)),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1


def bouncing_addresses(session: Session, now: datetime) -> dict[str, str]:
    """By address without its case, the server's words, of those that mail came back from and that still count.

    An address is trusted again when a later mail has stayed away for a day.
    """
    came_back = session.exec(
        select(OutgoingMail)
        .where(OutgoingMail.state == MailState.BOUNCED)
        .order_by(col(OutgoingMail.bounced_at), col(OutgoingMail.id))
    ).all()
    newest = {mail.to_address.casefold(): mail for mail in came_back}
    if not newest:
        return {}
    arrived = session.exec(
        select(OutgoingMail.to_address, OutgoingMail.sent_at).where(
            OutgoingMail.state == MailState.SENT,
            col(OutgoingMail.to_domain).in_({mail.to_domain for mail in newest.values()}),
            col(OutgoingMail.sent_at) > min(mail.bounced_at for mail in newest.values() if mail.bounced_at),
            col(OutgoingMail.sent_at) <= now - _COMES_BACK_WITHIN,
        )
    ).all()
    for address, sent_at in arrived:
        mail = newest.get(address.casefold())
        if mail and mail.bounced_at and sent_at and sent_at > mail.bounced_at:
            del newest[address.casefold()]
    return {address: mail.last_error for address, mail in newest.items()}
