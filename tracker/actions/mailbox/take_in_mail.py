"""Mails are taken in and settled at once because a person says so: what is new in the mailbox, or a saved mail."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import receive_mail, store_mail
from tracker.errors import StateError
from tracker.i18n import mark
from tracker.mail.mailbox import LARGEST_MAIL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.actors import Actor

_at_work: Final = threading.Lock()


class PollingError(StateError):
    message = mark("正在收取，请稍候再看结果。")


class NoMailboxError(StateError):
    message = mark("没有设置收信服务器（config.toml 的 mailbox.imap.host），不能收取。")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """New mails, mails that had come before, mails settled; `trouble` in the words of the mail server."""

    stored: int
    known: int
    settled: int
    trouble: str = ""


def poll_mailbox(database: Database, settings: Settings, actor: Actor, now: datetime) -> TakenIn:
    """Beside the job it is safe: a mail that both fetch is stored and settled once.

    Raises NoMailboxError, PollingError while another poll of this process goes on.
    """
    actor.require_coordinating()
    if not settings.mailbox.imap.host:
        raise NoMailboxError
    with _alone():
        received = receive_mail(database, settings, now)
        settled = process_mail(database, settings, now)
    return TakenIn(received.stored, received.known, settled, received.trouble)


def take_in_files(
    database: Database, settings: Settings, actor: Actor, mails: Iterable[bytes], now: datetime
) -> TakenIn:
    """Mails that were saved as files; of one that is too large its header is kept."""
    actor.require_coordinating()
    stored = known = 0
    for content in mails:
        is_whole = len(content) <= LARGEST_MAIL
        kept = content if is_whole else _head_of(content)
        with database.transaction() as session:
            is_new = store_mail(session, kept, now, is_whole=is_whole) is not None
        stored += is_new
        known += not is_new
    return TakenIn(stored, known, process_mail(database, settings, now))


def _head_of(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n"


@contextmanager
def _alone() -> Iterator[None]:
    """So that impatience does not tie up all threads of a process."""
    if not _at_work.acquire(blocking=False):
        raise PollingError
    try:
        yield
    finally:
        _at_work.release()
