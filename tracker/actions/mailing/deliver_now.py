"""Mails that are due are sent at once, because a person says so, and not at the worker's next turn."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tracker.actions.mailing.deliver import Delivered, deliver_all
from tracker.errors import DeliveringError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.actors import Actor

# A browser waits that long for an answer. What is left goes out at the worker's turn.
_LONGEST: Final = timedelta(seconds=15)
_at_work: Final = threading.Lock()


def deliver_now(
    database: Database, settings: Settings, actor: Actor, *, clock: Callable[[], datetime]
) -> Delivered:
    """Batch after batch for a quarter of a minute. Beside the worker it is safe: every mail is claimed by one of them.

    Once at a time in a process, so that impatience does not tie up all its threads. Raises DeliveringError.
    """
    actor.require_coordinating()
    if not _at_work.acquire(blocking=False):
        raise DeliveringError
    try:
        return deliver_all(database, settings, clock=clock, for_at_most=_LONGEST)
    finally:
        _at_work.release()
