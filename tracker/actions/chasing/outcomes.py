"""Commits what became of mails, on a thread of its own, so that no connection waits for the disk of another's mail.

Outcomes that come in while one transaction is being written share the next: with several connections one wait for the
disk serves all of them. Each connection still waits for its own outcome before it begins another mail.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Self

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sqlmodel import Session

    from tracker.db import Database

# Seconds between attempts: a database that restarts, a disk that somebody makes room on. What has been sent and is not
# written down would be sent again, so this is worth a minute.
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_log = structlog.get_logger()


class Outcomes:
    """A queue of changes with one writer; used within `async with`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outcomes")
        self._waiting: list[tuple[Callable[[Session], int], asyncio.Future[int]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()

    async def commit(self, change: Callable[[Session], int]) -> int:
        """What `change` returned, once it is committed. Raises what the database raised to the last."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            together, self._waiting = self._waiting, []
            changes = [change for change, _done in together]
            try:
                results = await loop.run_in_executor(self._thread, self._commit, changes)
            except Exception as error:  # noqa: BLE001 - whoever waits for the outcome is told
                for _change, done in together:
                    done.set_exception(error)
            else:
                for (_change, done), result in zip(together, results, strict=True):
                    done.set_result(result)

    def _commit(self, changes: list[Callable[[Session], int]]) -> list[int]:
        for pause in _PAUSES:
            try:
                return self._commit_once(changes)
            except (OperationalError, InterfaceError) as error:
                _log.warning("outcome_not_written", reason=str(error.orig), again_in=pause)
                time.sleep(pause)
        return self._commit_once(changes)

    def _commit_once(self, changes: list[Callable[[Session], int]]) -> list[int]:
        with self._database.transaction() as session:
            return [change(session) for change in changes]
