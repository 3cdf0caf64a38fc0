"""Sends a parked mail again, or a waiting one at once: somebody has mended the address or the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import NotFoundError, StateError
from tracker.i18n import mark
from tracker.models import MailState, OutgoingMail
from tracker.store.mails import requeue

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor


class MailOnItsWayError(StateError):
    """Only a mail that waits can be sent again: another copy of one that went out would be a second mail."""

    message = mark("这封邮件正在发送或已经发出，无需重新发送。")


def resend(session: Session, actor: Actor, mail_id: int, now: datetime) -> OutgoingMail:
    """The mail is due at once, its attempts counted anew, under the Message-ID it always had.

    Raises NotFoundError, and MailOnItsWayError for a mail that is being sent or has been sent.
    """
    actor.require_coordinating()
    is_queued = requeue(session, mail_id, now)
    mail = session.get(OutgoingMail, mail_id, populate_existing=True)
    if mail is None:
        raise NotFoundError
    if not is_queued:
        raise MailOnItsWayError
    assert mail.state is MailState.QUEUED  # noqa: S101 - what requeue promises
    return mail
