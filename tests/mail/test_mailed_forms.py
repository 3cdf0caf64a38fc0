"""The whole way: a reminder out through postfix, its form back into the mailbox at dovecot, the receipt out."""

from __future__ import annotations

import json
import smtplib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from tests.example import SHANGHAI, Example, build_example
from tests.mail import dovecot as imap_server
from tests.mail import postfix as smtp_server
from tests.mail.dovecot import Dovecot, dovecot
from tests.mail.letters import OFFICE, fill_form, letter, posted
from tests.mail.postfix import postfix_relaying_to
from tests.mail.smtp_sink import Sink, smtp_sink
from tracker import jobs
from tracker.actions.chasing.send_due_reminders import send_due_reminders
from tracker.actions.mailing.deliver import deliver
from tracker.domain.actors import system
from tracker.models import IncomingMail, IncomingState, MailState, OutgoingMail, ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from tracker.config import Imap, Settings
    from tracker.db import Database

_WHY_NOT = smtp_server.why_not() or imap_server.why_not()
pytestmark = [
    pytest.mark.postfix,
    pytest.mark.dovecot,
    pytest.mark.skipif(bool(_WHY_NOT), reason=f"NOT RUN AGAINST POSTFIX AND DOVECOT: {_WHY_NOT}"),
]

# The round of the example has just opened: its first mail brings the form.
OPENED_AT = datetime(2024, 9, 12, 8, tzinfo=SHANGHAI)
NOW = datetime(2024, 9, 12, 9, tzinfo=SHANGHAI)


# Without slots, as the sink itself.
@dataclass
class PostOffice(Sink):
    """Postfix relays everything here; what is for the office goes into its maildir, the rest stays in `received`."""

    imap_server: Dovecot | None = None
    imap: Imap | None = None
    relay: int = 0
    delivered: int = field(default=0)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if OFFICE not in envelope.rcpt_tos:
            return await super().handle_DATA(server, session, envelope)
        assert self.imap_server
        assert self.imap
        # As a server's last hop does it: the envelope's sender is in the header, `<>` for a bounce.
        path = f"Return-Path: <{envelope.mail_from or ''}>\r\n".encode()
        self.imap_server.deliver(self.imap, path + envelope.content)
        self.delivered += 1
        return "250 OK"

    def post(self, message: EmailMessage) -> None:
        """A unit's mail, through postfix into the office's mailbox."""
        before = self.delivered
        with smtplib.SMTP("127.0.0.1", self.relay) as client:
            client.send_message(message)
        wait_until(lambda: self.delivered == before + 1)

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"].addresses[0].addr_spec == address]


def wait_until(holds: Any) -> None:
    until = time.monotonic() + 30
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    assert holds()


@pytest.fixture(scope="module")
def servers() -> Iterator[PostOffice]:
    office = PostOffice()
    with smtp_sink(office), postfix_relaying_to(office.port) as relay, dovecot() as imap:
        office.relay, office.imap_server = relay, imap
        yield office


@pytest.fixture
def post(servers: PostOffice) -> PostOffice:
    """With a new mailbox, and nothing received yet."""
    assert servers.imap_server
    servers.imap = servers.imap_server.mailbox()
    servers.received.clear()
    servers.recipients.clear()
    return servers


@pytest.fixture
def live(settings: Settings, post: PostOffice) -> Settings:
    smtp = settings.mail.smtp.model_copy(update={"port": post.relay})
    mail = settings.mail.model_copy(update={"transport": "smtp", "smtp": smtp})
    mailbox = settings.mailbox.model_copy(update={"imap": post.imap})
    return settings.model_copy(update={"mail": mail, "mailbox": mailbox})


@pytest.fixture
def example(sqlite_database: Database, live: Settings) -> Example:
    with sqlite_database.transaction() as session:
        example = build_example(session, live, OPENED_AT)
        rules = json.loads(example.round.rules)
        example.round.rules = json.dumps({**rules, "ladder": ["open", -5, 0]})
        return example


def send(database: Database, settings: Settings, now: datetime) -> None:
    while deliver(database, settings, clock=lambda: now).sent:
        pass


def states(database: Database) -> list[IncomingState]:
    with database.reading() as session:
        return [mail.state for mail in session.exec(select(IncomingMail).order_by(IncomingMail.id))]  # type: ignore[arg-type]


@pytest.mark.usefixtures("example")
def test_a_reminders_form_comes_back_by_mail_and_its_receipt_goes_out_within_one_poll(
    sqlite_database: Database, live: Settings, post: PostOffice
) -> None:
    send_due_reminders(sqlite_database, system("test"), live, NOW)
    send(sqlite_database, live, NOW)
    wait_until(lambda: len(post.received) == 3)
    (reminder,) = post.to("a@example.org")
    (form,) = [part for part in reminder.iter_attachments() if str(part.get_filename()).endswith(".xlsx")]
    blank = form.get_payload(decode=True)
    assert isinstance(blank, bytes)
    filled = fill_form(blank, {"1": "建成示例基地 3 个。", "2": "字" * 318})

    answer = letter(
        "甲县某 <a@example.org>", ("改了名字.dat", filled), message_id="<reply-1@mail.example.org>"
    )
    post.post(answer)
    later = NOW + timedelta(hours=1)
    assert jobs.poll(sqlite_database, live, later) == {"read_mailbox": 1}
    send(sqlite_database, live, later)
    wait_until(lambda: len(post.to("a@example.org")) == 2)

    receipt = post.to("a@example.org")[1]
    assert receipt["In-Reply-To"] == receipt["References"] == "<reply-1@mail.example.org>"
    assert receipt["Auto-Submitted"] == "auto-replied"
    words = receipt.get_body(("plain",))
    assert words is not None
    assert "318 字，超过上限 300 字" in words.get_content()
    with sqlite_database.reading() as session:
        (update,) = session.exec(select(ProgressUpdate)).all()
    assert (update.text, update.via) == ("建成示例基地 3 个。", "mail")
    assert states(sqlite_database) == [IncomingState.FILED]


@pytest.mark.usefixtures("example")
def test_a_mail_that_comes_back_is_marked_and_not_answered(
    sqlite_database: Database, live: Settings, post: PostOffice
) -> None:
    post.recipients["b@example.org"] = "550 5.1.1 User unknown"
    before = post.delivered
    send_due_reminders(sqlite_database, system("test"), live, NOW)
    send(sqlite_database, live, NOW)
    wait_until(lambda: post.delivered == before + 1)
    jobs.poll(sqlite_database, live, NOW + timedelta(hours=1))
    assert states(sqlite_database) == [IncomingState.BOUNCE]
    with sqlite_database.reading() as session:
        mails = session.exec(select(OutgoingMail)).all()
    assert {mail.to_address for mail in mails if mail.state is MailState.BOUNCED} == {"b@example.org"}
    assert {mail.kind for mail in mails} == {"round_opened"}


@pytest.mark.usefixtures("example")
def test_a_receipt_that_is_answered_by_a_vacation_note_makes_no_circle(
    sqlite_database: Database, live: Settings, post: PostOffice
) -> None:
    note = letter("a@example.org", subject="自动回复：【回执】", headers={"Auto-Submitted": "auto-replied"})
    post.post(note)
    jobs.poll(sqlite_database, live, NOW)
    assert states(sqlite_database) == [IncomingState.IGNORED]
    send(sqlite_database, live, NOW)
    assert post.received == []


@pytest.mark.usefixtures("example")
def test_a_thousand_mails_of_one_sender_do_not_keep_another_waiting(
    sqlite_database: Database, live: Settings, post: PostOffice
) -> None:
    assert post.imap_server
    assert post.imap
    for number in range(1000):
        flood = posted("flood@example.net", message_id=f"<{number}@example.net>", subject=str(number))
        post.imap_server.deliver(post.imap, flood)
    post.imap_server.deliver(post.imap, posted("a@example.org", message_id="<other@example.org>"))
    jobs.poll(sqlite_database, live, NOW)
    with sqlite_database.reading() as session:
        mails = session.exec(select(IncomingMail)).all()
    of_flood = [mail.state for mail in mails if mail.from_address == "flood@example.net"]
    assert len(of_flood) == 1000
    assert of_flood.count(IncomingState.HELD) == 980
    (other,) = [mail for mail in mails if mail.from_address == "a@example.org"]
    assert other.state is IncomingState.QUARANTINED
    # Those held go on an hour later, as many again.
    jobs.poll(sqlite_database, live, NOW + timedelta(minutes=30))
    assert states(sqlite_database).count(IncomingState.HELD) == 980
    jobs.poll(sqlite_database, live, NOW + timedelta(minutes=61))
    assert states(sqlite_database).count(IncomingState.HELD) == 960
