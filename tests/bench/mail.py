"""`make bench`, its second half: mails a second, the product beside a bare aiosmtplib loop to the same server.

Both send the same 500 mails with an attachment of 20 kB. The bare loop has them built beforehand and only talks SMTP over
one connection; the product reads each from SQLite, builds it, and commits what became of it before the connection begins
another, with every commit on the disk. The runs take turns; the ratio is what may be compared between machines.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import aiosmtplib

from tests.mail.postfix import postfix_relaying_to, why_not
from tests.mail.smtp_process import smtp_process
from tracker import clock
from tracker.actions.mailing.deliver import Delivered, deliver_all
from tracker.config import load_settings
from tracker.db import open_database
from tracker.mail.envelope import seal
from tracker.mail.letter import Attachment, Letter
from tracker.mail.outbox import enqueue
from tracker.migrations import upgrade
from tracker.store.mails import attachments_of, mails_in

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.mail.envelope import Envelope

MAILS = 500
RUNS = 5
GOAL = 0.8
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fill(database: Database, settings: Settings, run: str) -> list[Envelope]:
    """Queues the mails of one run; the same as they travel."""
    letters = [
        Letter(
            cause=f"bench:{run}:{number}",
            kind="bench",
            to_name="示例联系人",
            to_address=f"u{number}@d{number % 30}.example.org",
            subject="【催报】2024年第三季度 12 项未报（10月6日截止）",
            text="示例单位：本季度下列任务尚未报送落实进度。\n" * 40,
            html="<p>示例单位：本季度下列任务尚未报送落实进度。</p>\n" * 60,
            attachments=(Attachment("报送表.xlsx", _WORKBOOK, os.urandom(20_000)),),
        )
        for number in range(MAILS)
    ]
    with database.transaction() as session:
        for letter in letters:
            enqueue(session, letter, clock.now(), sender=settings.mail.sender)
    with database.reading() as session:
        queued = mails_in(session, limit=MAILS)
        return [seal(mail, attachments_of(session, mail), settings) for mail in queued]


async def _bare(port: int, envelopes: list[Envelope]) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for envelope in envelopes:
            await client.sendmail(envelope.sender, [envelope.recipient], envelope.content)


def _rates(database: Database, settings: Settings, port: int, connections: int) -> tuple[float, float]:
    """Mails a second of the bare loop and of the product, medians of runs that took turns."""
    smtp = settings.mail.smtp.model_copy(update={"port": port, "connections": connections})
    mail = settings.mail.model_copy(update={"transport": "smtp", "smtp": smtp})
    live = settings.model_copy(update={"mail": mail})
    bare, product = [], []
    for run in range(RUNS):
        envelopes = fill(database, live, f"{port}:{connections}:{run}")
        started = time.perf_counter()
        asyncio.run(_bare(port, envelopes))
        bare.append(MAILS / (time.perf_counter() - started))
        started = time.perf_counter()
        delivered = deliver_all(database, live, clock=clock.now)
        product.append(MAILS / (time.perf_counter() - started))
        if delivered != Delivered(sent=MAILS):
            sys.exit(f"not all was sent: {delivered}")
    return median(bare), median(product)


def _row(name: str, rates: tuple[float, float]) -> None:
    bare, product = rates
    print(f"{name:<44}{product:>10.0f}{bare:>12.0f}{product / bare:>8.2f}")


def main() -> None:
    """Prints the table; exit code 1 where the product with its own settings is slower than the goal."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
        config = Path(name) / "config.toml"
        config.write_text("", "utf-8")
        settings = load_settings(config, {})
        database = open_database(settings)
        upgrade(database)
        default = settings.mail.smtp.connections
        print(
            f"\n{f'{MAILS} mails of 20 kB, SQLite, mails a second':<44}{'product':>10}{'bare loop':>12}{'ratio':>8}"
        )
        with smtp_process() as port:
            rates = _rates(database, settings, port, default)
            _row(f"to aiosmtpd, {default} connections", rates)
            _row("to aiosmtpd, 1 connection", _rates(database, settings, port, 1))
            if why_not():
                print(f"NOT RUN AGAINST POSTFIX: {why_not()}")
            else:
                with postfix_relaying_to(port) as relay:
                    _row(f"to postfix, {default} connections", _rates(database, settings, relay, default))
        database.close()
    if rates[1] < GOAL * rates[0]:
        sys.exit(f"slower than {GOAL} of the bare loop")


if __name__ == "__main__":
    main()
