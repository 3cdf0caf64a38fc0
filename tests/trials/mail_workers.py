"""Several workers deliver one queue, and one more is stopped in the middle of a mail until its lease is over."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiosmtplib
import pytest
from sqlmodel import insert

from tests.mail.samples import letter
from tests.mail.smtp_process import accepted, smtp_process
from tracker import clock
from tracker.actions.mailing import deliver as delivery
from tracker.actions.mailing.deliver import deliver, deliver_all
from tracker.config import load_settings
from tracker.models import MailState, OutgoingMail
from tracker.store.mails import count_by_state, mails_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.trials.databases import Databases
    from tracker.config import Settings
    from tracker.db import Database

# Short, so that a trial need not wait for the product's sixteen minutes: with one step of reserve, eight seconds.
_LEASE = timedelta(seconds=3)
_TIMEOUT = 5
# Of the child only, which ends without undoing it.
_PATCH = pytest.MonkeyPatch()
_PAUSED_CLAIM = 40


@dataclass(frozen=True, slots=True)
class Run:
    """What the server got; `strange` mails are none of ours."""

    mails: int
    lost: int
    duplicated: int
    strange: int
    was_paused: bool

    @property
    def is_good(self) -> bool:
        return self.lost == self.duplicated == self.strange == 0 and self.was_paused


def run_workers(databases: Databases, folder: Path, *, workers: int, mails: int) -> Run:
    """`mails` mails, that many workers, and one that is stopped with a mail's recipient said and its text not."""
    database = databases.new()
    _queue(database, mails)
    record = folder / f"record-{databases.name}-{workers}"
    record.unlink(missing_ok=True)
    with smtp_process(record) as port:
        settings = _settings(folder, port)
        paused = _fork(lambda: _pause_at_tenth(database, settings))
        _pid, status = os.waitpid(paused, os.WUNTRACED)
        was_paused = os.WIFSTOPPED(status)
        others = [_fork(lambda: _until_all_is_sent(database, settings)) for _ in range(workers)]
        for other in others:
            os.waitpid(other, 0)
        os.kill(paused, signal.SIGCONT)
        os.waitpid(paused, 0)
    with database.reading() as session:
        ids = {mail.message_id for mail in mails_in(session, limit=mails + 1)}
    database.close()
    arrived = Counter(message_id for message_id, _to in accepted(record))
    return Run(
        mails=len(ids),
        lost=len(ids - set(arrived)),
        duplicated=sum(count > 1 for count in arrived.values()),
        strange=len(set(arrived) - ids),
        was_paused=was_paused,
    )


def _queue(database: Database, count: int) -> None:
    """All at once: `enqueue` asks for each whether its cause is new, and here there are thousands."""
    words, now = letter(), clock.now()
    rows = [
        OutgoingMail(
            cause=f"w:{number}",
            kind="test",
            message_id=f"<w{number}@example.org>",
            to_address=f"u{number}@d{number % 50}.example.org",
            to_domain=f"d{number % 50}.example.org",
            subject=words.subject,
            text=words.text,
            html=words.html,
            created_at=now,
            next_attempt_at=now,
        ).model_dump(exclude={"id"})
        for number in range(count)
    ]
    with database.transaction() as session:
        session.connection().execute(insert(OutgoingMail), rows)
    # A connection must not be shared with a fork.
    database.close()


def _settings(folder: Path, port: int) -> Settings:
    config = folder / "config.toml"
    config.write_text("", "utf-8")
    settings = load_settings(config, {})
    smtp = settings.mail.smtp.model_copy(update={"port": port, "timeout_seconds": _TIMEOUT})
    return settings.model_copy(
        update={"mail": settings.mail.model_copy(update={"transport": "smtp", "smtp": smtp})}
    )


def _fork(work: Callable[[], None]) -> int:
    if child := os.fork():
        return child
    try:
        _PATCH.setattr(delivery, "_LEASE", _LEASE)
        _PATCH.setattr(delivery, "LONGEST_DELIVERY_STEPS", 1)
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a fork of pytest must not go on as pytest
        traceback.print_exc()
    finally:
        os._exit(1)


def _pause_at_tenth(database: Database, settings: Settings) -> None:
    """Stops itself between RCPT and DATA; over one connection, so that it holds no lock of the database."""
    smtp = settings.mail.smtp.model_copy(update={"connections": 1})
    alone = settings.model_copy(update={"mail": settings.mail.model_copy(update={"smtp": smtp})})
    said = 0
    rcpt = aiosmtplib.SMTP.rcpt

    async def stop_at_tenth(*arguments: Any, **options: Any) -> Any:
        nonlocal said
        answer = await rcpt(*arguments, **options)
        said += 1
        if said == 10:
            os.kill(os.getpid(), signal.SIGSTOP)
        return answer

    _PATCH.setattr(aiosmtplib.SMTP, "rcpt", stop_at_tenth)
    deliver(database, alone, clock=clock.now, limit=_PAUSED_CLAIM)


def _until_all_is_sent(database: Database, settings: Settings) -> None:
    while True:
        deliver_all(database, settings, clock=clock.now)
        with database.reading() as session:
            counts = count_by_state(session)
        if not counts[MailState.QUEUED] + counts[MailState.SENDING]:
            return
        time.sleep(0.2)
