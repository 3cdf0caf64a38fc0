"""Delivery against real SMTP servers: nothing lost, nothing twice, nobody held up by another."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.mail.samples import AT, WORKBOOK, fill, letter
from tests.mail.smtp_sink import Sink, free_port, smtp_sink
from tracker.actions.mailing.deliver import Delivered, deliver
from tracker.actions.mailing.resend_mail import MailOnItsWayError, resend
from tracker.domain.actors import Actor, Role, system
from tracker.domain.backoff import SERVER_PAUSE
from tracker.errors import ForbiddenError, NotFoundError
from tracker.mail import transport
from tracker.mail.outbox import enqueue
from tracker.models import MailState, OutgoingMail
from tracker.store.mail_leases import claim_due, mark_sent
from tracker.store.mails import mails_in

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.mail.envelope import Envelope


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def by_smtp(settings: Settings, port: int, **values: Any) -> Settings:
    smtp = settings.mail.smtp.model_copy(update={"port": port, "timeout_seconds": 5} | values)
    return settings.model_copy(
        update={"mail": settings.mail.model_copy(update={"transport": "smtp", "smtp": smtp})}
    )


def mails(database: Database, state: MailState | None = None) -> list[OutgoingMail]:
    with database.reading() as session:
        return list(mails_in(session, state, limit=1000))


def test_due_mails_go_to_the_folder_and_are_marked(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 3)
    assert deliver(database, settings, clock=clock) == Delivered(sent=3)
    assert len(list(settings.at_root(settings.mail.folder).glob("*.eml"))) == 3
    assert [(mail.state, mail.sent_at) for mail in mails(database)] == [(MailState.SENT, AT)] * 3
    assert deliver(database, settings, clock=clock) == Delivered()


def test_a_mail_and_its_attachment_arrive_by_smtp(
    database: Database, settings: Settings, clock: Clock
) -> None:
    with database.transaction() as session:
        row = enqueue(session, letter("a", "f@example.org", WORKBOOK), AT, sender="duban@example.org")
    assert row is not None
    with smtp_sink() as sink:
        assert deliver(database, by_smtp(settings, sink.port), clock=clock) == Delivered(sent=1)
    (message,) = sink.messages
    assert message["Message-ID"] == row.message_id
    assert message["Subject"] == "【催报】2024年第三季度 12 项未报（10月6日截止）"
    (attachment,) = message.iter_attachments()
    assert attachment.get_content() == WORKBOOK.content


def test_the_limit_is_one_batch(database: Database, settings: Settings, clock: Clock) -> None:
    fill(database, 5)
    assert deliver(database, settings, clock=clock, limit=3) == Delivered(sent=3)
    assert deliver(database, settings, clock=clock, limit=3) == Delivered(sent=2)


def test_one_bad_recipient_of_a_hundred_is_parked_and_ninety_nine_go_out(
    database: Database, settings: Settings, clock: Clock
) -> None:
    ids = fill(database, 100, bad=37)
    with smtp_sink(Sink(recipients={"gone@example.org": "550 5.1.1 no such user"})) as sink:
        assert deliver(database, by_smtp(settings, sink.port), clock=clock) == Delivered(sent=99, parked=1)
    assert len(set(sink.message_ids)) == len(sink.received) == 99
    (parked,) = mails(database, MailState.PARKED)
    assert parked.id == ids[37]
    assert parked.last_error == "550 5.1.1 no such user"


def test_a_recipient_that_is_no_address_holds_up_nobody(
    database: Database, settings: Settings, clock: Clock
) -> None:
    ids = fill(database, 3)
    with database.transaction() as session:
        session.get_one(OutgoingMail, ids[0]).to_address = "nobody"
    assert deliver(database, settings, clock=clock) == Delivered(sent=2, parked=1)


def test_a_fault_of_ours_in_one_mail_holds_up_nobody(
    database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = fill(database, 3)
    write = transport.FolderTransport.send

    async def send(self: transport.FolderTransport, envelope: Envelope) -> None:
        if envelope.recipient == "u0@example.org":
            raise ZeroDivisionError("unforeseen\x00")
        await write(self, envelope)

    monkeypatch.setattr(transport.FolderTransport, "send", send)
    assert deliver(database, settings, clock=clock) == Delivered(sent=2, retried=1)
    (waiting,) = mails(database, MailState.QUEUED)
    assert waiting.id == first
    assert waiting.last_error == "ZeroDivisionError: unforeseen"


def test_greylisted_mails_are_sent_when_the_server_takes_them(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 3)
    sink = Sink(recipients={f"u{n}@example.org": "450 4.2.0 greylisted" for n in range(3)})
    with smtp_sink(sink):
        live = by_smtp(settings, sink.port)
        assert deliver(database, live, clock=clock) == Delivered(retried=3)
        assert deliver(database, live, clock=clock) == Delivered()
        for _ in range(3):
            clock.forward(minutes=4)
            deliver(database, live, clock=clock)
        sink.recipients.clear()
        clock.forward(minutes=15)
        assert deliver(database, live, clock=clock) == Delivered(sent=3)
    assert len(set(sink.message_ids)) == len(sink.received) == 3


def test_after_the_last_attempt_a_mail_is_parked(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 1)
    with smtp_sink(Sink(recipients={"u0@example.org": "450 4.2.0 mailbox full"})) as sink:
        live = by_smtp(settings, sink.port)
        outcomes = []
        for _ in range(settings.mail.max_attempts):
            outcomes.append(deliver(database, live, clock=clock))
            clock.forward(hours=4)
    assert outcomes == [Delivered(retried=1)] * (settings.mail.max_attempts - 1) + [Delivered(parked=1)]
    (mail,) = mails(database, MailState.PARKED)
    assert mail.last_error == "450 4.2.0 mailbox full"


def test_an_unreachable_server_leaves_every_mail_queued_with_the_error(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 5)
    port = free_port()
    assert deliver(database, by_smtp(settings, port), clock=clock, limit=3) == Delivered(retried=3)
    for mail in mails(database):
        assert (mail.state, mail.attempts) == (MailState.QUEUED, 0)
        assert f"127.0.0.1:{port}" in mail.last_error
        assert mail.next_attempt_at == AT + SERVER_PAUSE


def test_a_server_away_for_five_days_loses_and_parks_nothing(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 3)
    away = by_smtp(settings, free_port())
    for _ in range(5 * 24):
        deliver(database, away, clock=clock)
        clock.forward(hours=1)
    with smtp_sink() as sink:
        assert deliver(database, by_smtp(settings, sink.port), clock=clock) == Delivered(sent=3)
    assert len(set(sink.message_ids)) == len(sink.received) == 3


def test_a_stalled_server_costs_one_time_limit_not_one_a_mail(
    database: Database, settings: Settings, clock: Clock
) -> None:
    ids = fill(database, 20)
    started = time.monotonic()
    with smtp_sink(Sink(replies=["stall"] * 20)) as sink:
        assert deliver(database, by_smtp(settings, sink.port, timeout_seconds=0.5), clock=clock) == Delivered(
            retried=20
        )
    assert time.monotonic() - started < 30
    attempts = {mail.id: mail.attempts for mail in mails(database)}
    # The mail at which it stalled may be the reason, so its turn comes later and later.
    assert attempts == dict.fromkeys(ids, 0) | {ids[0]: 1}


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_parks_nothing(database: Database, settings: Settings, clock: Clock) -> None:
    fill(database, 3)
    with smtp_sink(password="right") as sink:
        live = by_smtp(settings, sink.port, username="duban")
        for _ in range(20):
            assert deliver(database, live, clock=clock) == Delivered(retried=3)
            clock.forward(hours=4)
    assert {mail.state for mail in mails(database)} == {MailState.QUEUED}
    assert all(mail.last_error.startswith("535") for mail in mails(database))


def test_a_sender_that_is_no_address_parks_nothing(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 2)
    broken = settings.model_copy(
        update={"mail": settings.mail.model_copy(update={"sender": "督办@example.org"})}
    )
    assert deliver(database, broken, clock=clock) == Delivered(retried=2)
    assert all("mail.sender" in mail.last_error for mail in mails(database, MailState.QUEUED))


def test_a_connection_dropped_after_the_text_may_repeat_the_mail_but_not_its_id(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 3)
    with smtp_sink(Sink(replies=["250 OK", "drop", "250 OK"])) as sink:
        live = by_smtp(settings, sink.port)
        assert deliver(database, live, clock=clock) == Delivered(sent=2, retried=1)
        clock.forward(minutes=1)
        assert deliver(database, live, clock=clock) == Delivered(sent=1)
    assert len(sink.received) == 4
    assert set(sink.message_ids) == {mail.message_id for mail in mails(database)}


def test_a_claim_whose_worker_died_is_delivered_after_the_lease(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 2)
    with database.transaction() as session:
        dead = claim_due(session, clock(), leased_until=clock() + timedelta(minutes=10), limit=100)
    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port)
        clock.forward(minutes=9)
        assert deliver(database, live, clock=clock) == Delivered()
        clock.forward(minutes=1)
        assert deliver(database, live, clock=clock) == Delivered(sent=2)
        assert sink.message_ids == [mail.message_id for mail in dead.mails]
    with database.transaction() as session:
        assert not any(mark_sent(session, mail, clock()) for mail in dead.mails)


def test_a_batch_stops_before_its_lease_ends(database: Database, settings: Settings, clock: Clock) -> None:
    fill(database, 5)
    calls = 0

    def slow() -> datetime:
        nonlocal calls
        calls += 1
        clock.forward(minutes=3)
        return clock.now

    outcome = deliver(database, settings, clock=slow)
    assert outcome.sent + outcome.retried == 5
    assert outcome.sent < 5
    # What was not sent is not held until the lease ends but due at once.
    assert deliver(database, settings, clock=clock) == Delivered(sent=outcome.retried)


def test_workers_at_once_send_every_mail_once(database: Database, settings: Settings, clock: Clock) -> None:
    fill(database, 40)
    sent: list[int] = []
    start = Barrier(4)

    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port)

        def work() -> None:
            start.wait()
            sent.extend(deliver(database, live, clock=clock, limit=5).sent for _ in range(10))

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(sent) == 40
    assert len(set(sink.message_ids)) == len(sink.received) == 40


_WORKER = """
import sys
from datetime import datetime
from pathlib import Path
from tracker.actions.mailing.deliver import deliver
from tracker.config import load_settings
from tracker.db import open_database
environ = {
    "TRACKER_MAIL_TRANSPORT": "smtp",
    "TRACKER_MAIL_SMTP_PORT": sys.argv[2],
    "TRACKER_MAIL_SMTP_CONNECTIONS": "1",
}
settings = load_settings(Path(sys.argv[1]), environ)
now = datetime.fromisoformat(sys.argv[3])
deliver(open_database(settings), settings, clock=lambda: now)
"""


def test_a_process_killed_after_the_text_loses_nothing(
    sqlite_database: Database, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    fill(sqlite_database, 3)
    with smtp_sink(Sink(replies=["250 OK", "stall"])) as sink:
        arguments = [str(tmp_path / "config.toml"), str(sink.port), AT.isoformat()]
        worker = subprocess.Popen([sys.executable, "-W", "error", "-c", _WORKER, *arguments])
        while sink.replies and worker.poll() is None:
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        assert {mail.state for mail in mails(sqlite_database)} == {MailState.SENT, MailState.SENDING}
        clock.forward(hours=1)
        live = by_smtp(settings, sink.port)
        assert deliver(sqlite_database, live, clock=clock) == Delivered(sent=2)
    assert sorted(sink.message_ids) == sorted(mail.message_id for mail in mails(sqlite_database))


def test_a_parked_mail_is_sent_again_by_hand_once(
    database: Database, settings: Settings, clock: Clock
) -> None:
    (mail_id,) = fill(database, 1, bad=0)
    office = system("test")
    sink = Sink(recipients={"gone@example.org": "550 5.1.1 no such user"})
    with smtp_sink(sink):
        live = by_smtp(settings, sink.port)
        assert deliver(database, live, clock=clock) == Delivered(parked=1)
        sink.recipients.clear()
        with database.transaction() as session:
            mail = resend(session, office, mail_id, clock())
        assert deliver(database, live, clock=clock) == Delivered(sent=1)
        assert deliver(database, live, clock=clock) == Delivered()
    assert sink.message_ids == [mail.message_id]
    with database.transaction() as session:
        with pytest.raises(MailOnItsWayError):
            resend(session, office, mail_id, clock())
        with pytest.raises(NotFoundError):
            resend(session, office, mail_id + 1, clock())


def test_only_a_coordinator_sends_again(database: Database, clock: Clock) -> None:
    (mail_id,) = fill(database, 1)
    filler = Actor(role=Role.FILLER, label="f", via="test", unit_id=1)
    with database.transaction() as session, pytest.raises(ForbiddenError):
        resend(session, filler, mail_id, clock())
