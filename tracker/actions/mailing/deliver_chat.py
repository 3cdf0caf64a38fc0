"""Sends the chat messages of the queue: claimed, judged anew and recorded as mails are, one after the other."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tracker.actions.chasing.refresh_reminder import REMINDING, Cancelled, Held, Rewritten, refresh_reminder
from tracker.domain.backoff import next_attempt
from tracker.errors import MailNotSentError
from tracker.i18n import mark, translations
from tracker.mail.chat import send_chat
from tracker.mail.envelope import seal
from tracker.mail.transport import FolderTransport
from tracker.store.contacts import chat_url_of
from tracker.store.mail_leases import claim_due, hold, mark_cancelled, mark_failed, mark_sent, reword

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OutgoingMail

CHAT: Final = "chat"
_LEASE: Final = timedelta(minutes=10)
_BATCH: Final = 20
_NO_ROBOT: Final = mark("联系人已没有群机器人")


def deliver_chat(database: Database, settings: Settings, *, clock: Callable[[], datetime]) -> Counter[str]:
    """What became of one batch: how many `sent`, `retried`, `parked`, `cancelled`."""
    now = clock()
    with database.transaction() as session:
        claim = claim_due(session, now, leased_until=now + _LEASE, limit=_BATCH, channel=CHAT)
    done: Counter[str] = Counter()
    for message in claim.mails:
        # What is left when the lease runs out has another worker; half of it is kept for the slowest answer.
        if clock() > now + _LEASE / 2:
            break
        outcome = _send(database, settings, message, clock)
        done[outcome] += 1
    return done


def _send(
    database: Database, settings: Settings, message: OutgoingMail, clock: Callable[[], datetime]
) -> str:
    with database.reading() as session:
        url = chat_url_of(session, message.to_address)
        judged = refresh_reminder(session, settings, message, clock()) if message.kind in REMINDING else None
    if not url:
        judged = Cancelled(translations(settings.site.language).gettext(_NO_ROBOT))
    match judged:
        case Cancelled(reason):
            _write(database, lambda session: mark_cancelled(session, message, reason=reason))
            return "cancelled"
        case Held(until):
            _write(database, lambda session: hold(session, message, until))
            return "retried"
        case Rewritten(subject, text, html):
            words = {"subject": subject, "text": text, "html": html}
            _write(database, lambda session: reword(session, message, **words))
            message.subject, message.text = subject, text
    try:
        if settings.mail.transport == "folder":
            # Nothing leaves the machine until the office says so.
            folder = FolderTransport(settings.at_root(settings.mail.folder))
            asyncio.run(folder.send(seal(message, (), settings)))
        else:
            send_chat(url, message.subject, message.text, settings.chat)
    except MailNotSentError as error:
        return _record_failure(database, settings, message, error, clock())
    _write(database, lambda session: mark_sent(session, message, clock()))
    return "sent"


def _record_failure(
    database: Database, settings: Settings, message: OutgoingMail, error: MailNotSentError, now: datetime
) -> str:
    again_at = next_attempt(
        now,
        attempts=message.attempts + 1,
        max_attempts=settings.mail.max_attempts,
        is_permanent=error.is_permanent,
    )
    reason = str(error.fields["reason"])
    _write(database, lambda session: mark_failed(session, message, reason=reason, next_attempt_at=again_at))
    return "parked" if again_at is None else "retried"


def _write(database: Database, change: Callable[[Session], bool]) -> None:
    with database.transaction() as session:
        change(session)
