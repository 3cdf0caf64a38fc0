"""`make trial-mail`: the worker is killed at every step of sending, and nothing is lost or sent twice without need.

At each point a process is forked from this one, delivers three mails over one connection, and at the second of them
kills itself with SIGKILL. Afterwards a clean worker finishes what is left. A last row kills a worker with four
connections at any moment. KILLS=n in the environment says how often; 200 otherwise.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosmtplib
import pytest
from aiosmtplib.protocol import SMTPProtocol

from tests.mail.samples import AT, letter
from tests.mail.smtp_process import accepted, smtp_process
from tests.trials.databases import databases_of_each_kind
from tests.trials.mail_workers import run_workers
from tracker.actions.chasing.outcomes import Outcomes
from tracker.actions.mailing import deliver as delivery
from tracker.actions.mailing.deliver import Delivered, deliver, deliver_all
from tracker.config import load_settings
from tracker.mail.outbox import enqueue
from tracker.mail.transport import SmtpTransport
from tracker.models import MailState
from tracker.store.mails import mails_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.trials.databases import Databases
    from tracker.config import Settings
    from tracker.db import Database

# Only after the final dot a kill may lead to a second copy.
POINTS = ("row written", "claimed", "connected", "MAIL", "RCPT", "DATA", "final dot accepted", "marked")
ANY_MOMENT = "any moment, 4 connections"
_ONLY_ONCE = ("claimed", "connected")
_MAILS = 3
# Of the child only, which ends without undoing it.
_PATCH = pytest.MonkeyPatch()
_LATER = AT + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the mails of all kills at one point. `renamed` came twice under different Message-IDs."""

    database: str
    point: str
    kills: int
    mails: int
    lost: int
    duplicated: int
    renamed: int
    parked: int
    sent: int

    @property
    def is_good(self) -> bool:
        may_duplicate = self.point in ("final dot accepted", ANY_MOMENT)
        is_whole = self.lost == self.renamed == self.parked == 0 and self.sent == self.mails
        return is_whole and (may_duplicate or self.duplicated == 0)


def settings_for(folder: Path, port: int, connections: int) -> Settings:
    config = folder / "config.toml"
    config.write_text("", "utf-8")
    settings = load_settings(config, {})
    smtp = settings.mail.smtp.model_copy(
        update={"port": port, "connections": connections, "timeout_seconds": 30}
    )
    return settings.model_copy(
        update={"mail": settings.mail.model_copy(update={"transport": "smtp", "smtp": smtp})}
    )


def queue(database: Database, name: str, count: int) -> None:
    """Mails to one person each, due at `AT`."""
    with database.transaction() as session:
        for number in range(count):
            to = f"{name}-{number}@d{number}.example.org"
            enqueue(session, letter(f"{name}:{number}", to), AT, sender="duban@example.org")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# The coroutine after which a point is reached.
_REACHED_BY: dict[str, tuple[type, str]] = {
    "connected": (SmtpTransport, "_connect"),
    "MAIL": (aiosmtplib.SMTP, "mail"),
    "RCPT": (aiosmtplib.SMTP, "rcpt"),
    "final dot accepted": (SmtpTransport, "send"),
    "marked": (Outcomes, "commit"),
}


def arm(point: str) -> None:
    """Makes this process kill itself at `point` of the second mail; of the first where a point comes once only."""
    reached = 0

    def reach() -> None:
        nonlocal reached
        reached += 1
        if point in _ONLY_ONCE or reached > 1:
            die()

    if point == "claimed":
        _PATCH.setattr(delivery, "transport_of", lambda *_given: reach())
    elif point == "DATA":
        _break_in_text(reach)
    else:
        _follow(*_REACHED_BY[point], reach)


def _follow(holder: type, name: str, reach: Callable[[], None]) -> None:
    call = getattr(holder, name)

    async def run(*arguments: Any, **options: Any) -> Any:
        result = await call(*arguments, **options)
        reach()
        return result

    _PATCH.setattr(holder, name, run)


def _break_in_text(reach: Callable[[], None]) -> None:
    """Half of a text is on its way, and no final dot."""
    write = SMTPProtocol.write

    def half(protocol: SMTPProtocol, data: bytes) -> None:
        if data.endswith(b"\r\n.\r\n"):
            middle = len(data) // 2
            write(protocol, data[:middle])
            reach()
            data = data[middle:]
        write(protocol, data)

    _PATCH.setattr(SMTPProtocol, "write", half)


def in_child(work: Callable[[], None]) -> int:
    """Forks; the number of the child, which does `work` and ends."""
    if child := os.fork():
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 - a fork of pytest must not go on as pytest
        traceback.print_exc()
    finally:
        os._exit(1)


def kill_at(database: Database, settings: Settings, point: str, number: int) -> None:
    """One worker that dies at `point`."""
    name = f"k{number}"
    if point != "row written":
        queue(database, name, _MAILS)
    # A connection must not be shared with the child.
    database.close()

    def work() -> None:
        if point == "row written":
            queue(database, name, _MAILS)
            die()
        arm(point)
        deliver(database, settings, clock=lambda: AT, limit=_MAILS)

    _pid, status = os.waitpid(in_child(work), 0)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        raise RuntimeError(f"the worker never came to: {point}")


def kill_at_any_moment(database: Database, settings: Settings, number: int, chance: random.Random) -> None:
    """One worker with all its connections, killed from outside."""
    queue(database, f"k{number}", 4 * _MAILS)
    database.close()
    child = in_child(lambda: void(deliver(database, settings, clock=lambda: AT)))
    time.sleep(chance.uniform(0, 0.15))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def void(_value: object) -> None:
    pass


def trial(databases: Databases, folder: Path, point: str, kills: int) -> Outcome:
    """All kills at one point, on a database of their own, and what a clean worker makes of what is left."""
    database = databases.new()
    record = folder / f"record-{databases.name}-{POINTS.index(point) if point in POINTS else 'any'}"
    record.unlink(missing_ok=True)
    chance = random.Random(20240930)
    with smtp_process(record) as port:
        one, four = settings_for(folder, port, 1), settings_for(folder, port, 4)
        for number in range(kills):
            if point == ANY_MOMENT:
                kill_at_any_moment(database, four, number, chance)
            else:
                kill_at(database, one, point, number)
        while deliver_all(database, four, clock=lambda: _LATER) != Delivered():
            pass
    outcome = judge(databases.name, point, kills, database, record)
    database.close()
    return outcome


def judge(name: str, point: str, kills: int, database: Database, record: Path) -> Outcome:
    with database.reading() as session:
        mails = mails_in(session, limit=1_000_000)
    arrived = accepted(record)
    by_id = Counter(message_id for message_id, _to in arrived)
    by_person = Counter(to for _message_id, to in arrived)
    return Outcome(
        database=name,
        point=point,
        kills=kills,
        mails=len(mails),
        lost=sum(not by_id[mail.message_id] for mail in mails if mail.state is not MailState.PARKED),
        duplicated=sum(by_id[mail.message_id] > 1 for mail in mails),
        renamed=sum(by_person[mail.to_address] != by_id[mail.message_id] for mail in mails),
        parked=sum(mail.state is MailState.PARKED for mail in mails),
        sent=sum(mail.state is MailState.SENT for mail in mails),
    )


def warm_up(databases: Databases, folder: Path) -> None:
    """What a worker compiles at its first batch is there before the forks, so that each is quick."""
    database = databases.new()
    queue(database, "warm", 2)
    with smtp_process() as port:
        deliver(database, settings_for(folder, port, 1), clock=lambda: AT)
    database.close()


def main() -> None:
    """Prints one row a database and point; exit code 1 where a rule is broken."""
    kills = int(os.environ.get("KILLS", "200"))
    mails = int(os.environ.get("MAILS", "10000"))
    broken = 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tracker-trial-") as name:
        folder = Path(name)
        with databases_of_each_kind(folder) as kinds:
            print(
                f"{'database':<12}{'killed at':<28}{'kills':>6}{'mails':>7}{'lost':>6}{'twice':>7}{'parked':>8}{'sent':>7}"
            )
            for databases in kinds:
                warm_up(databases, folder)
                for point in (*POINTS, ANY_MOMENT):
                    row = trial(databases, folder, point, kills)
                    broken += not row.is_good
                    print(
                        f"{row.database:<12}{row.point:<28}{row.kills:>6}{row.mails:>7}{row.lost:>6}"
                        f"{row.duplicated:>7}{row.parked:>8}{row.sent:>7}{'' if row.is_good else '  BROKEN'}",
                        flush=True,
                    )
            print(f"\n{'database':<12}{'workers':<28}{'':>6}{'mails':>7}{'lost':>6}{'twice':>7}")
            for databases in kinds:
                for workers in (1, 2, 4):
                    run = run_workers(databases, folder, workers=workers, mails=mails)
                    broken += not run.is_good
                    print(
                        f"{databases.name:<12}{f'{workers}, and one paused past its lease':<34}{run.mails:>7}"
                        f"{run.lost:>6}{run.duplicated:>7}{'' if run.is_good else '  BROKEN'}",
                        flush=True,
                    )
    print(f"\n{time.monotonic() - started:.0f} s")
    if broken:
        sys.exit(f"{broken} rows break a rule")


if __name__ == "__main__":
    main()
