"""Sends what is due. The claim is committed before anything is sent, and each outcome right after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from tracker.domain.backoff import SERVER_PAUSE, next_attempt
from tracker.domain.texts import one_line
from tracker.errors import MailNotSentError, SettingsError
from tracker.mail.envelope import seal
from tracker.mail.transport import LONGEST_DELIVERY_STEPS, MailServerError, Transport, transport_of
from tracker.store.mails import (
    attachments_of,
    claim_due,
    mark_failed,
    mark_sent,
    postpone_queued,
    put_back,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OutgoingMail
    from tracker.store.mails import Claim

_LEASE: Final = timedelta(minutes=10)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one batch; `retried` went back to the queue."""

    sent: int = 0
    retried: int = 0
    parked: int = 0


def deliver(
    database: Database, settings: Settings, *, clock: Callable[[], datetime], limit: int = 100
) -> Delivered:
    """Sends up to `limit` mails that are due, over one connection.

    A process that dies in between loses nothing: its mails are due again when the lease runs out, and one
    that had already left goes out a second time under the same Message-ID. Runs an event loop of its own, so
    it is called from a thread that has none.
    """
    # Time for the slowest delivery there can be is kept at the end of the lease, so that nothing is sent
    # outside it.
    reserve = timedelta(seconds=LONGEST_DELIVERY_STEPS * settings.mail.smtp.timeout_seconds)
    now = clock()
    with database.transaction() as session:
        claim = claim_due(session, now, leased_until=now + _LEASE + reserve, limit=limit)
    if not claim.mails:
        return Delivered()
    return asyncio.run(_Batch(database, settings, claim, clock).run(until=now + _LEASE))


@dataclass(slots=True)
class _Batch:
    """One claim on its way out."""

    database: Database
    settings: Settings
    claim: Claim
    clock: Callable[[], datetime]
    sent: int = field(default=0, init=False)
    retried: int = field(default=0, init=False)
    parked: int = field(default=0, init=False)

    async def run(self, until: datetime) -> Delivered:
        """Sends one after the other; what is left at `until` goes back for the next batch."""
        trouble: MailServerError | None = None
        async with transport_of(self.settings) as transport:
            for mail in self.claim.mails:
                if self.clock() >= until:
                    break
                trouble = await self._send(transport, mail)
                if trouble:
                    break
        self._put_back(trouble)
        return Delivered(self.sent, self.retried, self.parked)

    async def _send(self, transport: Transport, mail: OutgoingMail) -> MailServerError | None:
        """Sends one mail and records what became of it; what it returns concerns all the others too."""
        with self.database.reading() as session:
            attachments = attachments_of(session, mail)
        try:
            await transport.send(seal(mail, attachments, self.settings))
        except MailServerError as error:
            if error.is_about_mail:
                self._record_failure(mail, error)
            return error
        except SettingsError as error:
            return MailServerError(reason=str(error))
        except MailNotSentError as error:
            self._record_failure(mail, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours in one mail must not hold up those behind it
            _log.exception("mail_not_built", message_id=mail.message_id)
            reason = one_line(f"{type(error).__name__}: {error}")
            self._record_failure(mail, MailNotSentError(reason=reason, is_permanent=False))
        else:
            self._record_sent(mail)
        return None

    def _record_sent(self, mail: OutgoingMail) -> None:
        with self.database.transaction() as session:
            is_ours = mark_sent(session, mail, self.clock())
        if is_ours:
            self.sent += 1
        else:
            # It may arrive twice, under one Message-ID.
            _log.warning("mail_sent_after_lease", message_id=mail.message_id)

    def _record_failure(self, mail: OutgoingMail, error: MailNotSentError) -> None:
        again_at = next_attempt(
            self.clock(),
            attempts=mail.attempts + 1,
            max_attempts=self.settings.mail.max_attempts,
            is_permanent=error.is_permanent,
        )
        with self.database.transaction() as session:
            if not mark_failed(session, mail, reason=str(error.fields["reason"]), next_attempt_at=again_at):
                return
        if again_at is None:
            self.parked += 1
        else:
            self.retried += 1

    def _put_back(self, trouble: MailServerError | None) -> None:
        """Gives up the rest of the claim; in trouble, nothing is tried before the server had its pause."""
        now = self.clock()
        with self.database.transaction() as session:
            if trouble is None:
                self.retried += put_back(session, self.claim, now)
                return
            reason = str(trouble.fields["reason"])
            self.retried += put_back(session, self.claim, now + SERVER_PAUSE, reason=reason)
            postpone_queued(session, now + SERVER_PAUSE, reason=reason)
