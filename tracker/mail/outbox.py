"""Letters into the queue. Nothing is sent that has not passed here, in the transaction of its cause."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tracker.domain.addresses import domain_of
from tracker.models import MailAttachment, OutgoingMail, key
from tracker.store.mails import add_mail

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.mail.letter import Letter


def enqueue(session: Session, letter: Letter, now: datetime, *, sender: str) -> OutgoingMail | None:
    """Queues `letter` with a Message-ID that it keeps for ever; None when its cause has been mailed before.

    `sender` is the address mails come from; its domain ends the Message-ID.
    """
    mail = OutgoingMail(
        cause=letter.cause,
        kind=letter.kind,
        message_id=f"<{uuid.uuid4()}@{domain_of(sender)}>",
        to_name=letter.to_name,
        to_address=letter.to_address,
        # A robot is no mail server: limits per domain do not count its messages.
        to_domain=domain_of(letter.to_address) if letter.channel == "mail" else "",
        channel=letter.channel,
        answers=letter.answers,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        created_at=now,
        next_attempt_at=now,
    )
    row = add_mail(session, mail)
    if row is None:
        return None
    for attachment in letter.attachments:
        session.add(
            MailAttachment(
                mail_id=key(row),
                file_name=attachment.file_name,
                media_type=attachment.media_type,
                content=attachment.content,
            )
        )
    session.flush()
    return row
