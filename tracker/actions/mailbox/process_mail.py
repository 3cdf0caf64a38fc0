"""Settles what has come in, sender by sender in turn: one who sends a thousand mails keeps nobody waiting."""

from __future__ import annotations

from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from tracker.actions.mailbox.settle_mail import settle_mail
from tracker.i18n import mark, translations
from tracker.importers.files.refusals import ReadersBusyError
from tracker.mail.attached_forms import read_mail
from tracker.models import IncomingMail, IncomingState
from tracker.store.incoming import WAITING, hold, lock_incoming, processed_by_sender, waiting_mails

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.mail.attached_forms import MailReading

_HOUR: Final = timedelta(hours=1)
# As many as there are readers for files at once.
_AT_ONCE: Final = 2
_BROKE: Final = mark("自动处理时程序出错，请人工处理。")
_log = structlog.get_logger()


def process_mail(database: Database, settings: Settings, now: datetime) -> int:
    """How many mails were settled. Those over their sender's share of an hour are held for a later one."""
    with database.transaction() as session:
        waiting = waiting_mails(session)
        settled = processed_by_sender(session, now - _HOUR) if waiting else {}
        turn = turns(waiting, settled, settings.mailbox.mails_per_sender_per_hour)
        hold(session, {number for number, _ in waiting}.difference(turn))
    return sum(_process(database, settings, number, read, now) for number, read in _ahead(database, turn))


def turns(waiting: Sequence[tuple[int, str]], settled: Mapping[str, int], share: int) -> list[int]:
    """The mails whose turn it is, one of each sender after the other, each sender's oldest first.

    `waiting` are numbers and senders, `settled` says how many of a sender's were settled within the hour.
    """
    by_sender: dict[str, list[int]] = defaultdict(list)
    for number, address in waiting:
        by_sender[address].append(number)
    queues = [numbers[: max(share - settled.get(address, 0), 0)] for address, numbers in by_sender.items()]
    return [number for number in chain.from_iterable(zip_longest(*queues)) if number is not None]


def process_one(database: Database, settings: Settings, mail_id: int, now: datetime) -> bool:
    """Reads the mail outside any transaction, then settles it in one. False where it has to wait, or another process
    has settled it."""
    return _settle(database, settings, mail_id, _read(database, mail_id), now)


def _ahead(database: Database, turn: Sequence[int]) -> Iterator[tuple[int, Future[MailReading | None]]]:
    """The mails in their order, the next ones being read while one is settled; no more of them than fit into memory."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="read-mail") as pool:
        begun: deque[tuple[int, Future[MailReading | None]]] = deque()
        for number in turn:
            begun.append((number, pool.submit(_read, database, number)))
            if len(begun) > _AT_ONCE:
                yield begun.popleft()
        yield from begun


def _read(database: Database, mail_id: int) -> MailReading | None:
    """None while the readers have too much to do."""
    with database.reading() as session:
        content = session.get_one(IncomingMail, mail_id).content
    try:
        return read_mail(content)
    except ReadersBusyError:
        return None


def _process(
    database: Database, settings: Settings, mail_id: int, read: Future[MailReading | None], now: datetime
) -> bool:
    try:
        return _settle(database, settings, mail_id, read.result(), now)
    except (OperationalError, InterfaceError):
        # The database, not the mail: it is tried again.
        raise
    except Exception:  # noqa: BLE001 - whatever one mail does, the others are settled
        _log.exception("mail_not_processed", mail=mail_id)
    with database.transaction() as session:
        mail = lock_incoming(session, mail_id)
        if mail and mail.state in WAITING:
            mail.state, mail.handled_at = IncomingState.QUARANTINED, now
            mail.reason = translations(settings.site.language).gettext(_BROKE)
            session.add(mail)
    return True


def _settle(
    database: Database, settings: Settings, mail_id: int, reading: MailReading | None, now: datetime
) -> bool:
    if reading is None:
        return False
    with database.transaction() as session:
        mail = lock_incoming(session, mail_id)
        if mail is None or mail.state not in WAITING:
            return False
        settle_mail(session, settings, mail, reading, now)
    return True
