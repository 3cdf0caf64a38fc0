"""Mails that come back, from Debian's postfix and as other providers write them."""

from __future__ import annotations

import time
from datetime import timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail import bounce_samples
from tests.mail.postfix import postfix_relaying_to, why_not
from tests.mail.samples import AT, fill, letter
from tests.mail.smtp_sink import Sink, smtp_sink
from tracker.actions.mailing.deliver import Delivered, deliver
from tracker.mail.bounce import match_bounce
from tracker.mail.bounce_report import read_bounce
from tracker.mail.outbox import enqueue
from tracker.models import MailState, OutgoingMail
from tracker.store.bounces import bouncing_addresses
from tracker.store.mail_leases import claim_due, mark_sent
from tracker.store.mails import mails_in, requeue

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from email.message import Message

    from tracker.config import Settings
    from tracker.db import Database

LATER = AT + timedelta(minutes=5)


def sent(database: Database, count: int = 2, at: datetime = AT) -> list[OutgoingMail]:
    """Mails that a server has taken."""
    fill(database, count)
    with database.transaction() as session:
        claim = claim_due(session, at, leased_until=at + timedelta(minutes=10), limit=count)
        assert all([mark_sent(session, mail, at) for mail in claim.mails])  # noqa: C419 - all are marked first
    return list(claim.mails)


def stored(database: Database, mail: OutgoingMail) -> OutgoingMail:
    with database.reading() as session:
        return session.get_one(OutgoingMail, mail.id)


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (
            bounce_samples.standard,
            "550 5.1.1 <filler@example.org>: Recipient address rejected: User unknown",
        ),
        (bounce_samples.coremail, "550 User not found: filler@example.org"),
        (bounce_samples.qq, "收件人（filler@example.org）所属域名不存在，邮件无法送达。"),
        (bounce_samples.qmail, "550 5.1.1 unknown user"),
        (bounce_samples.exchange, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"),
    ],
)
def test_a_bounce_marks_its_mail_with_the_servers_words(
    database: Database, sample: Callable[[str], Message], words: str
) -> None:
    ours, other = sent(database)
    with database.transaction() as session:
        found = match_bounce(session, sample(ours.message_id), LATER)
    assert found is not None
    assert found.mail is not None
    assert found.mail.id == ours.id
    row = stored(database, ours)
    assert (row.state, row.bounced_at, row.last_error) == (MailState.BOUNCED, LATER, words)
    assert stored(database, other).state is MailState.SENT
    with database.transaction() as session:
        assert match_bounce(session, sample(ours.message_id), LATER + timedelta(hours=1)) is not None
    assert stored(database, ours).bounced_at == LATER


def test_a_delay_is_noted_and_the_mail_stays_sent(sqlite_database: Database) -> None:
    ours, _other = sent(sqlite_database)
    with sqlite_database.transaction() as session:
        match_bounce(session, bounce_samples.standard(ours.message_id, "delayed"), LATER)
    row = stored(sqlite_database, ours)
    assert (row.state, row.bounced_at) == (MailState.SENT, None)
    assert "User unknown" in row.last_error


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_receipt_of_delivery_is_no_bounce(action: str) -> None:
    assert read_bounce(bounce_samples.standard("<1@example.org>", action)) is None


@pytest.mark.parametrize(
    "sample", [bounce_samples.answer, bounce_samples.vacation, bounce_samples.read_receipt]
)
def test_what_people_and_their_programs_answer_is_no_bounce(
    sqlite_database: Database, sample: Callable[[str], Message]
) -> None:
    ours, _other = sent(sqlite_database)
    with sqlite_database.transaction() as session:
        assert match_bounce(session, sample(ours.message_id), LATER) is None
    assert stored(sqlite_database, ours).state is MailState.SENT


def test_a_bounce_of_a_mail_that_is_not_ours_changes_nothing(sqlite_database: Database) -> None:
    mails = sent(sqlite_database)
    with sqlite_database.transaction() as session:
        # To the same address, with the same subject: only the Message-ID counts.
        found = match_bounce(session, bounce_samples.standard("<other@example.org>"), LATER)
    assert found is not None
    assert found.mail is None
    assert {stored(sqlite_database, mail).state for mail in mails} == {MailState.SENT}


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.PARKED, MailState.CANCELLED])
def test_a_mail_that_never_went_out_does_not_bounce(sqlite_database: Database, state: MailState) -> None:
    (ours,) = sent(sqlite_database, 1)
    with sqlite_database.transaction() as session:
        session.get_one(OutgoingMail, ours.id).state = state
    with sqlite_database.transaction() as session:
        match_bounce(session, bounce_samples.standard(ours.message_id), LATER)
    assert stored(sqlite_database, ours).state is state


def test_a_bounce_quicker_than_our_own_record_counts_and_ends_the_lease(database: Database) -> None:
    fill(database, 1)
    with database.transaction() as session:
        (mail,) = claim_due(session, AT, leased_until=LATER, limit=1).mails
    with database.transaction() as session:
        match_bounce(session, bounce_samples.standard(mail.message_id), AT)
    with database.transaction() as session:
        assert not mark_sent(session, mail, AT)
    assert stored(database, mail).state is MailState.BOUNCED


def test_an_address_bounces_until_a_later_mail_has_stayed_away_for_a_day(database: Database) -> None:
    ours, other = sent(database)
    with database.transaction() as session:
        session.get_one(OutgoingMail, ours.id).to_address = "U0@Example.org"
        match_bounce(session, bounce_samples.standard(ours.message_id), LATER)
    with database.transaction() as session:
        assert list(bouncing_addresses(session, LATER)) == ["u0@example.org"]
        enqueue(session, letter("later", "u0@example.org"), LATER, sender="duban@example.org")
        again = LATER + timedelta(hours=1)
        (mail,) = claim_due(session, again, leased_until=again, limit=5).mails
        mark_sent(session, mail, again)
    with database.reading() as session:
        assert list(bouncing_addresses(session, again)) == ["u0@example.org"]
        assert bouncing_addresses(session, again + timedelta(days=1)) == {}
    assert other.to_address == "u1@example.org"


def test_a_bounced_mail_is_sent_again_by_hand_under_its_own_id(sqlite_database: Database) -> None:
    (ours,) = sent(sqlite_database, 1)
    with sqlite_database.transaction() as session:
        match_bounce(session, bounce_samples.standard(ours.message_id), LATER)
        assert requeue(session, ours.id or 0, LATER)
    row = stored(sqlite_database, ours)
    assert (row.state, row.message_id, row.bounced_at) == (MailState.QUEUED, ours.message_id, None)


@given(
    st.text(max_size=60),
    st.text(max_size=200),
    st.sampled_from(["multipart/report", "message/rfc822", "text/html"]),
)
def test_no_mail_breaks_the_reading(subject: str, body: str, kind: str) -> None:
    head = f"From: postmaster@example.org\r\nSubject: 系统退信 {subject}\r\nContent-Type: {kind}; boundary=b\r\n\r\n"
    report = read_bounce(message_from_bytes((head + body).encode("utf-8", "replace")))
    assert report is None or len(report.words) <= 500


def test_a_deep_or_wide_mail_is_read_as_far_as_a_bounce_goes() -> None:
    wide = "".join(f"--b\r\nContent-Type: text/html\r\n\r\n{'<style' * 200}\r\n" for _ in range(500))
    head = "Return-Path: <>\r\nSubject: failure notice\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    report = read_bounce(message_from_bytes((head + wide + "--b--\r\n").encode()))
    assert report is not None
    assert report.message_ids == ()


@pytest.mark.postfix
@pytest.mark.skipif(bool(why_not()), reason=f"NOT RUN AGAINST POSTFIX: {why_not()}")
def test_a_real_bounce_of_postfix_marks_its_mail(sqlite_database: Database, settings: Settings) -> None:
    fill(sqlite_database, 3)
    # Postfix takes the mail; the server behind it does not, and postfix writes to the sender.
    sink = Sink(recipients={"u1@example.org": "550 5.1.1 <u1@example.org> 查无此人"})
    with smtp_sink(sink), postfix_relaying_to(sink.port) as port:
        smtp = settings.mail.smtp.model_copy(update={"port": port})
        live = settings.model_copy(
            update={"mail": settings.mail.model_copy(update={"transport": "smtp", "smtp": smtp})}
        )
        assert deliver(sqlite_database, live, clock=lambda: AT) == Delivered(sent=3)
        until = time.monotonic() + 30
        while len(sink.received) < 3 and time.monotonic() < until:
            time.sleep(0.05)
    reports = [mail for mail in map(message_from_bytes, sink.received) if read_bounce(mail)]
    assert len(reports) == 1
    with sqlite_database.transaction() as session:
        found = match_bounce(session, reports[0], LATER)
    assert found is not None
    assert found.report.recipient == "u1@example.org"
    with sqlite_database.reading() as session:
        (bounced,) = mails_in(session, MailState.BOUNCED)
        assert len(mails_in(session, MailState.SENT)) == 2
    assert bounced.to_address == "u1@example.org"
    assert bounced.last_error.startswith("550 5.1.1 <u1@example.org>")
