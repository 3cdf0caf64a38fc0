"""Takes what is new out of the office's mailbox: each mail is a row before it is marked on the server.

A process killed at any step loses none and stores none twice: a mail that was stored and not marked is fetched again
and known by its fingerprint, and then it is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark
from tracker.mail.arrival import fingerprint_of, read_head
from tracker.mail.mailbox import ImapMailbox, MailboxError, NotMarkedError, RefusedError
from tracker.models import IncomingMail, IncomingState, MailboxPlace
from tracker.store.incoming import add_incoming, first_received, place_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.mail.mailbox import Mailbox

# The reason of a mail of which only the header was fetched; a source text.
TOO_LARGE: Final = mark("邮件超过 25 MB，只保存了邮件头，附件没有读取。请删去照片等大的附件，只寄报送表。")
# After trouble nothing is tried for a while: servers lock accounts out that knock too often.
_PAUSE: Final = timedelta(minutes=2)
# A mailbox that is read for the first time, or was re-numbered: what is older was never the tracker's.
_LOOK_BACK: Final = timedelta(days=30)


@dataclass(slots=True)
class Received:
    """How a poll went: new mails, mails that were known already, and what the server refused."""

    stored: int = 0
    known: int = 0
    trouble: str = ""


def is_time_to_poll(session: Session, settings: Settings, now: datetime) -> bool:
    """False where there is no mailbox, and for a while after the last poll met trouble."""
    imap = settings.mailbox.imap
    place = place_of(session, imap.folder)
    is_pausing = place is not None and place.last_error and now < place.polled_at + _PAUSE
    return bool(imap.host) and not is_pausing


def receive_mail(
    database: Database, settings: Settings, now: datetime, mailbox: Mailbox | None = None
) -> Received:
    """Stores every new mail and marks it. Trouble is part of the answer, and kept for the mailbox page."""
    poll = _Poll(database, settings.mailbox.imap.folder, now)
    try:
        with mailbox or ImapMailbox(settings.mailbox.imap) as opened:
            poll.take(opened)
    except MailboxError as error:
        poll.received.trouble = str(error)
    poll.remember()
    return poll.received


def store_mail(
    session: Session, content: bytes, received_at: datetime, *, is_whole: bool = True
) -> int | None:
    """The number of the new row, or None for a mail that has come before."""
    head = read_head(content)
    return add_incoming(
        session,
        IncomingMail(
            fingerprint=fingerprint_of(content),
            message_id=head.message_id,
            from_address=head.from_address,
            from_name=head.from_name,
            subject=head.subject,
            received_at=received_at,
            content=content,
            state=IncomingState.RECEIVED,
            reason="" if is_whole else TOO_LARGE,
        ),
    )


class _Poll:
    """One look into the folder. `_done` is the UID up to which everything is stored and marked."""

    def __init__(self, database: Database, folder: str, now: datetime) -> None:
        self.received = Received()
        self._database = database
        self._folder = folder
        self._now = now
        self._has_gap = False
        with database.reading() as session:
            place = place_of(session, folder)
            self._since = ((first_received(session) or now) - _LOOK_BACK).date()
        self._uid_validity, self._done = (place.uid_validity, place.last_uid) if place else (0, 0)

    def take(self, mailbox: Mailbox) -> None:
        if mailbox.uid_validity != self._uid_validity:
            # Numbers mean other mails now; what has come before is known by its fingerprint.
            self._uid_validity, self._done = mailbox.uid_validity, 0
        for uid in mailbox.uids(after=self._done, since=self._since):
            try:
                self._take(mailbox, uid)
            except RefusedError as error:
                # The others need not wait for one that the server cannot give.
                self._has_gap = True
                self.received.trouble = str(error)
            if not self._has_gap:
                self._done = uid

    def _take(self, mailbox: Mailbox, uid: int) -> None:
        fetched = mailbox.fetch(uid)
        if fetched is None:
            return
        arrived_at = min(fetched.arrived_at or self._now, self._now)
        with self._database.transaction() as session:
            is_new = store_mail(session, fetched.content, arrived_at, is_whole=fetched.is_whole) is not None
            # As far as before this one: whoever dies before the mark takes it again.
            self._keep_place(session)
        self.received.stored += is_new
        self.received.known += not is_new
        try:
            mailbox.mark_taken(uid)
        except NotMarkedError as error:
            self.received.trouble = str(error)

    def remember(self) -> None:
        with self._database.transaction() as session:
            self._keep_place(session)

    def _keep_place(self, session: Session) -> None:
        session.merge(
            MailboxPlace(
                folder=self._folder,
                uid_validity=self._uid_validity,
                last_uid=self._done,
                polled_at=self._now,
                last_error=self.received.trouble,
            )
        )
