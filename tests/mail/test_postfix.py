"""Delivery through Debian's postfix: what a real server makes of our mails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.mail.postfix import postfix_relaying_to, why_not
from tests.mail.samples import AT, WORKBOOK, fill, letter
from tests.mail.smtp_sink import Sink, smtp_sink
from tracker.actions.mailing.deliver import Delivered, deliver
from tracker.mail.outbox import enqueue
from tracker.models import MailState
from tracker.store.mails import mails_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.config import Settings
    from tracker.db import Database

pytestmark = [
    pytest.mark.postfix,
    pytest.mark.skipif(bool(why_not()), reason=f"NOT RUN AGAINST POSTFIX: {why_not()}"),
]


@pytest.fixture(scope="module")
def relay() -> Iterator[tuple[int, Sink]]:
    """The port of a running postfix, and the server it relays to."""
    with smtp_sink() as sink, postfix_relaying_to(sink.port) as port:
        yield port, sink


@pytest.fixture
def sink(relay: tuple[int, Sink]) -> Sink:
    """Where postfix delivers; empty at the start of a test."""
    relay[1].received.clear()
    return relay[1]


@pytest.fixture
def live(settings: Settings, relay: tuple[int, Sink]) -> Settings:
    """The site's settings with postfix as its mail server."""
    smtp = settings.mail.smtp.model_copy(update={"port": relay[0]})
    mail = settings.mail.model_copy(update={"transport": "smtp", "smtp": smtp, "sender_name": "督办办公室"})
    return settings.model_copy(update={"mail": mail})


def wait_for(sink: Sink, count: int) -> None:
    until = time.monotonic() + 30
    while len(sink.received) < count and time.monotonic() < until:
        time.sleep(0.05)
    assert len(sink.received) == count


def test_a_mail_arrives_through_postfix_whole(sqlite_database: Database, live: Settings, sink: Sink) -> None:
    with sqlite_database.transaction() as session:
        row = enqueue(session, letter("a", "f@example.org", WORKBOOK), AT, sender="duban@example.org")
    assert row is not None
    assert deliver(sqlite_database, live, clock=lambda: AT) == Delivered(sent=1)
    wait_for(sink, 1)
    (message,) = sink.messages
    assert message["From"].addresses[0].display_name == "督办办公室"
    assert message["From"].addresses[0].addr_spec == "duban@example.org"
    assert message["To"].addresses[0].display_name == "某科室填报人"
    assert message["To"].addresses[0].addr_spec == "f@example.org"
    assert message["Subject"] == "【催报】2024年第三季度 12 项未报（10月6日截止）"
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Received"] is not None
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == row.text
    assert html.get_content().replace("\r\n", "\n") == row.html
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == WORKBOOK.file_name
    assert attachment.get_content() == WORKBOOK.content


def test_postfix_refuses_one_recipient_and_takes_the_others(
    sqlite_database: Database, live: Settings, sink: Sink
) -> None:
    fill(sqlite_database, 100, bad=37)
    assert deliver(sqlite_database, live, clock=lambda: AT) == Delivered(sent=99, parked=1)
    with sqlite_database.reading() as session:
        (parked,) = mails_in(session, MailState.PARKED)
        sent = {mail.message_id for mail in mails_in(session, MailState.SENT)}
    assert parked.to_address == "gone@example.org"
    assert parked.last_error.startswith("554 5.7.1 <gone@example.org>")
    wait_for(sink, 99)
    assert set(sink.message_ids) == sent


def test_a_hostile_name_and_subject_pass_postfix_as_one_header_each(
    sqlite_database: Database, live: Settings, sink: Sink
) -> None:
    (mail_id,) = fill(sqlite_database, 1)
    evil = "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=\r\nBcc: evil@example.org"
    with sqlite_database.transaction() as session:
        (row,) = mails_in(session)
        assert row.id == mail_id
        row.subject = row.to_name = evil
    assert deliver(sqlite_database, live, clock=lambda: AT) == Delivered(sent=1)
    wait_for(sink, 1)
    (message,) = sink.messages
    assert message["Bcc"] is None
    assert message["Subject"] == evil.replace("\r\n", " ")
