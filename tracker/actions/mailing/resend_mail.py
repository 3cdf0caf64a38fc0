"""Sends parked mails again, or a waiting one at once: somebody has mended the address or the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import NotFoundError, StateError
from tracker.i18n import mark
from tracker.models import MailState, OutgoingMail
from tracker.store.mails import requeue, requeue_parked

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.store.mails import MailFilter


class MailOnItsWayError(StateError):
    """Only a mail that waits can be sent again: another copy of one that went out would be a second mail."""

    message = mark("这封邮件正在发送、已经发出或已取消，无需重新发送。")


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


def resend_parked(
    session: Session, actor: Actor, wanted: MailFilter, now: datetime, *, last_id: int | None = None
) -> int:
    """All parked mails of a filter, up to number `last_id`, are due at once; how many.

    Each goes out once: what is queued is parked no longer, so that a second call finds none.
    """
    actor.require_coordinating()
    return requeue_parked(session, wanted, now, last_id=last_id)
