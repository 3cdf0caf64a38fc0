"""Sends what is due. The claim is committed before anything is sent, and each outcome right after it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from tracker.actions.chasing.outcomes import Outcomes
from tracker.actions.chasing.refresh_reminder import REMINDING, Cancelled, Held, Rewritten, refresh_reminder
from tracker.actions.mailing.deliver_chat import deliver_chat
from tracker.domain.backoff import SERVER_PAUSE, next_attempt
from tracker.domain.texts import one_line
from tracker.errors import MailNotSentError, SettingsError
from tracker.mail.envelope import seal
from tracker.mail.transport import (
    LONGEST_DELIVERY_STEPS,
    MailServerError,
    NoConnectionError,
    TooLateError,
    Transport,
    transport_of,
)
from tracker.models import key
from tracker.store.mail_leases import (
    claim_due,
    hold,
    mark_cancelled,
    mark_failed,
    mark_sent,
    postpone_queued,
    put_back,
    reword,
)
from tracker.store.mails import read_attachments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import MailAttachment, OutgoingMail
    from tracker.store.mail_leases import Claim

_LEASE: Final = timedelta(minutes=10)
_READ_AHEAD: Final = 4 * 2**20
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one batch; `retried` went back to the queue, `cancelled` had lost its reason."""

    sent: int = 0
    retried: int = 0
    parked: int = 0
    cancelled: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Delivered)))


def deliver(
    database: Database, settings: Settings, *, clock: Callable[[], datetime], limit: int = 100
) -> Delivered:
    """Sends up to `limit` mails that are due, over as many connections as the settings allow.

    A process that dies in between loses nothing: its mails are due again when the lease runs out, and one
    that had already left goes out a second time under the same Message-ID. Runs an event loop of its own, so
    it is called from a thread that has none.
    """
    # Time for the slowest delivery there can be is kept at the end of the lease, so that nothing is sent
    # outside it.
    reserve = timedelta(seconds=LONGEST_DELIVERY_STEPS * settings.mail.smtp.timeout_seconds)
    now = clock()
    with database.transaction() as session:
        claim = claim_due(
            session,
            now,
            leased_until=now + _LEASE + reserve,
            limit=limit,
            per_domain_per_minute=settings.mail.per_domain_per_minute,
        )
    if not claim.mails:
        return Delivered()
    return asyncio.run(_Batch(database, settings, claim, clock).run(until=now + _LEASE))


def deliver_all(
    database: Database,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    for_at_most: timedelta | None = None,
    told: Callable[[Delivered], None] = lambda _so_far: None,
) -> Delivered:
    """Batch after batch until nothing is due, or for about `for_at_most`; `told` hears of each."""
    began, so_far = clock(), Delivered()
    while (batch := _deliver_both(database, settings, clock=clock)) != Delivered():
        so_far += batch
        told(so_far)
        if for_at_most is not None and clock() >= began + for_at_most:
            break
    return so_far


def _deliver_both(database: Database, settings: Settings, *, clock: Callable[[], datetime]) -> Delivered:
    chat = Delivered(**deliver_chat(database, settings, clock=clock))
    return deliver(database, settings, clock=clock) + chat


@dataclass(slots=True)
class _Batch:
    """One claim on its way out. The connections take from `_left`; the first opens alone."""

    database: Database
    settings: Settings
    claim: Claim
    clock: Callable[[], datetime]
    _read: dict[int, Sequence[MailAttachment]] = field(default_factory=dict, init=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _counts: dict[str, int] = field(default_factory=dict, init=False)
    _left: deque[OutgoingMail] = field(default_factory=deque, init=False)
    _working: int = field(default=0, init=False)
    # What stops the batch: trouble of the server, or a fault of ours such as a database that is gone.
    _trouble: MailServerError | None = field(default=None, init=False)
    _fault: Exception | None = field(default=None, init=False)

    async def run(self, until: datetime) -> Delivered:
        """Sends until all is sent; what is left at `until` goes back for the next batch."""
        self._left.extend(self.claim.mails)
        answered = asyncio.Event()
        count = min(self.settings.mail.smtp.connections, len(self._left))
        async with Outcomes(self.database) as outcomes:
            await asyncio.gather(*(self._work(outcomes, answered, until, number) for number in range(count)))
            if self._fault:
                raise self._fault
            await self._put_back(outcomes)
        return Delivered(**self._counts)

    async def _work(self, outcomes: Outcomes, answered: asyncio.Event, until: datetime, number: int) -> None:
        """One connection's part of the batch.

        The others wait until the first has been answered about a mail: a server that is away, that stalls or that
        refuses the password is asked once and not by all of them.
        """
        if number:
            await answered.wait()
        self._working += 1
        try:
            async with transport_of(self.settings, self._is_in_time) as transport:
                is_fit = True
                while (
                    is_fit and self._left and not self._trouble and not self._fault and self.clock() < until
                ):
                    is_fit = await self._send(transport, outcomes, self._left.popleft())
                    if is_fit:
                        answered.set()
        except Exception as error:  # noqa: BLE001 - raised at the end, when the others have recorded their mails
            self._fault = error
        finally:
            self._working -= 1
            answered.set()

    def _is_in_time(self) -> bool:
        """Whether an answer of the server can still come within the lease."""
        longest = timedelta(seconds=self.settings.mail.smtp.timeout_seconds)
        return self.clock() < self.claim.leased_until - longest

    async def _send(self, transport: Transport, outcomes: Outcomes, mail: OutgoingMail) -> bool:
        """Sends one mail and records what became of it; whether its connection may go on."""
        try:
            await self._hand_over(transport, outcomes, mail)
        except NoConnectionError as error:
            if self._working == 1:
                self._trouble = error
            else:
                # The others go on with fewer connections, and with this mail.
                self._left.appendleft(mail)
        except MailServerError as error:
            self._trouble = error
            if error.is_about_mail:
                await self._record_failure(outcomes, mail, error)
        except TooLateError:
            _log.warning("mail_given_up_after_lease", message_id=mail.message_id)
        except SettingsError as error:
            self._trouble = MailServerError(reason=str(error))
        else:
            return True
        return False

    async def _hand_over(self, transport: Transport, outcomes: Outcomes, mail: OutgoingMail) -> None:
        """Records what concerns this mail only; raises what concerns its connection or all the others."""
        try:
            if mail.kind in REMINDING and not await self._is_still_meant(outcomes, mail):
                return
            await transport.send(seal(mail, await self._attachments(mail), self.settings))
        except (MailServerError, TooLateError, SettingsError):
            raise
        except MailNotSentError as error:
            await self._record_failure(outcomes, mail, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours in one mail must not hold up those behind it
            _log.exception("mail_not_built", message_id=mail.message_id)
            reason = one_line(f"{type(error).__name__}: {error}")
            await self._record_failure(outcomes, mail, MailNotSentError(reason=reason, is_permanent=False))
        else:
            await self._record_sent(outcomes, mail)

    async def _is_still_meant(self, outcomes: Outcomes, mail: OutgoingMail) -> bool:
        """Whether a reminder that waited still has its reason; `mail` gets the words that are true now."""
        match await asyncio.to_thread(self._judge, mail):
            case Cancelled(reason):
                if await outcomes.commit(lambda session: mark_cancelled(session, mail, reason=reason)):
                    self._count("cancelled")
                return False
            case Held(until):
                self._count("retried", await outcomes.commit(lambda session: hold(session, mail, until)))
                return False
            case Rewritten(subject, text, html):
                # Written down before it is sent: the mail page shows what went out.
                words = {"subject": subject, "text": text, "html": html}
                if not await outcomes.commit(lambda session: reword(session, mail, **words)):
                    raise TooLateError
                mail.subject, mail.text, mail.html = subject, text, html
        return True

    def _judge(self, mail: OutgoingMail) -> Cancelled | Held | Rewritten | None:
        with self.database.reading() as session:
            return refresh_reminder(session, self.settings, mail, self.clock())

    async def _attachments(self, mail: OutgoingMail) -> Sequence[MailAttachment]:
        """Read together with those of the mails that come next, as far as they are small."""
        async with self._reading:
            if key(mail) not in self._read:
                await asyncio.to_thread(self._read_on, [mail, *self._left])
        return self._read.pop(key(mail))

    def _read_on(self, mails: Sequence[OutgoingMail]) -> None:
        with self.database.reading() as session:
            self._read |= read_attachments(session, mails, most_bytes=_READ_AHEAD)

    async def _record_sent(self, outcomes: Outcomes, mail: OutgoingMail) -> None:
        now = self.clock()
        if await outcomes.commit(lambda session: mark_sent(session, mail, now)):
            self._count("sent")
        else:
            # It may arrive twice, under one Message-ID.
            _log.warning("mail_sent_after_lease", message_id=mail.message_id)

    async def _record_failure(self, outcomes: Outcomes, mail: OutgoingMail, error: MailNotSentError) -> None:
        again_at = next_attempt(
            self.clock(),
            attempts=mail.attempts + 1,
            max_attempts=self.settings.mail.max_attempts,
            is_permanent=error.is_permanent,
        )
        reason = str(error.fields["reason"])
        if await outcomes.commit(
            lambda session: mark_failed(session, mail, reason=reason, next_attempt_at=again_at)
        ):
            self._count("parked" if again_at is None else "retried")

    async def _put_back(self, outcomes: Outcomes) -> None:
        """Gives up the rest of the claim; in trouble, nothing is tried before the server had its pause."""
        now, trouble = self.clock(), self._trouble

        def change(session: Session) -> int:
            if trouble is None:
                return put_back(session, self.claim, now)
            reason = str(trouble.fields["reason"])
            count = put_back(session, self.claim, now + SERVER_PAUSE, reason=reason)
            postpone_queued(session, now + SERVER_PAUSE, reason=reason)
            return count

        self._count("retried", await outcomes.commit(change))

    def _count(self, outcome: str, number: int = 1) -> None:
        self._counts[outcome] = self._counts.get(outcome, 0) + number
