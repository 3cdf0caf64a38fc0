"""A mail server in a process of its own: it survives what is done to ours, and shares no processor's turn with it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.mail.smtp_sink import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Record:
    """Writes one line for each mail that was accepted, before it is accepted: Message-ID and recipient."""

    def __init__(self, file: Path | None) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if file else None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self._file is not None:
            head = envelope.content.partition(b"\r\n\r\n")[0]
            message_id = head.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]
            os.write(self._file, message_id + b" " + envelope.rcpt_tos[0].encode() + b"\n")
        return "250 OK"


def _serve(port: int, file: Path | None) -> None:
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - only the server's process wants it

    async def run() -> None:
        loop = asyncio.get_running_loop()
        record = Record(file)
        server = await loop.create_server(lambda: SMTP(record, loop=loop), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def smtp_process(file: Path | None = None) -> Iterator[int]:
    """Runs a server for the block, its record in `file`; the port it listens on."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, file), daemon=True)
    process.start()
    try:
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.join()


def _wait_for(port: int) -> None:
    for _attempt in range(400):
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                if connection.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the mail server did not start")


def accepted(file: Path) -> list[tuple[str, str]]:
    """Message-ID and recipient of every mail that was accepted, in turn."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [(message_id, to) for message_id, _space, to in (line.partition(" ") for line in lines)]
