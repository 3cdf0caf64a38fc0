"""The queue: written once, leased, fenced."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.mail.samples import AT, WORKBOOK, fill, letter
from tracker.mail.outbox import enqueue
from tracker.models import JobRun, MailAttachment, MailState, OutgoingMail, key
from tracker.store.mail_leases import claim_due, mark_failed, mark_sent, postpone_queued, put_back
from tracker.store.mails import attachments_of, count_by_state, mails_in, requeue
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.db import Database
    from tracker.store.mail_leases import Claim

LATER = AT + timedelta(minutes=10)


def claim(database: Database, now: datetime = AT, limit: int = 100) -> Claim:
    with database.transaction() as session:
        return claim_due(session, now, leased_until=now + timedelta(minutes=10), limit=limit)


def stored(database: Database, mail_id: int) -> OutgoingMail:
    with database.reading() as session:
        return session.get_one(OutgoingMail, mail_id)


def test_a_letter_is_queued_with_its_attachments_and_a_message_id_of_our_domain(database: Database) -> None:
    with database.transaction() as session:
        row = enqueue(session, letter("a", "f@example.org", WORKBOOK), AT, sender="duban@office.example.org")
    assert row is not None
    assert row.message_id.startswith("<")
    assert row.message_id.endswith("@office.example.org>")
    with database.reading() as session:
        saved = session.get_one(OutgoingMail, row.id)
        (attachment,) = attachments_of(session, saved)
    assert (saved.state, saved.attempts, saved.next_attempt_at) == (MailState.QUEUED, 0, AT)
    assert saved.text == "您好：\n.以点开头的一行\n结束。\n"
    assert (attachment.file_name, attachment.media_type, attachment.content) == (
        WORKBOOK.file_name,
        WORKBOOK.media_type,
        WORKBOOK.content,
    )


def test_the_same_cause_is_never_mailed_twice(database: Database) -> None:
    with database.transaction() as session:
        assert enqueue(session, letter("a"), AT, sender="duban@example.org") is not None
        # And the transaction goes on: another cause, other rows.
        assert enqueue(session, letter("a", "f@example.org", WORKBOOK), AT, sender="x@example.org") is None
        assert enqueue(session, letter("b"), AT, sender="duban@example.org") is not None
    with database.transaction() as session:
        assert enqueue(session, letter("a"), LATER, sender="duban@example.org") is None
    with database.reading() as session:
        assert [mail.cause for mail in mails_in(session)] == ["b", "a"]
        assert session.exec(select(MailAttachment)).all() == []


def test_a_letter_of_a_rolled_back_cause_is_never_sent(database: Database) -> None:
    with database.transaction() as session:
        enqueue(session, letter("a"), AT, sender="duban@example.org")
        session.rollback()
    assert claim(database).mails == ()


def test_writers_of_one_cause_at_once_make_one_mail(database: Database) -> None:
    made: list[bool] = []
    start = Barrier(4)

    def write() -> None:
        start.wait()
        with database.transaction() as session:
            made.append(enqueue(session, letter("a"), AT, sender="duban@example.org") is not None)

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]


def test_insert_if_absent_returns_the_key_once(database: Database) -> None:
    values = {"job": "sweep", "planned_at": AT, "finished_at": None, "outcome": ""}
    with database.transaction() as session:
        assert insert_if_absent(session, JobRun, values) == ("sweep", AT)
        assert insert_if_absent(session, JobRun, values) is None
        assert insert_if_absent(session, JobRun, values | {"job": "deliver"}) == ("deliver", AT)


def test_a_claim_takes_what_is_due_oldest_first(database: Database) -> None:
    ids = fill(database, 3)
    with database.transaction() as session:
        session.get_one(OutgoingMail, ids[0]).next_attempt_at = LATER
    taken = claim(database)
    assert [mail.id for mail in taken.mails] == ids[1:]
    assert len(taken.lease) == 32
    row = stored(database, ids[1])
    assert (row.state, row.lease, row.leased_until) == (MailState.SENDING, taken.lease, taken.leased_until)


def test_a_claimed_mail_is_nobody_elses_until_the_lease_runs_out(database: Database) -> None:
    fill(database, 3)
    first = claim(database, limit=2)
    second = claim(database)
    assert (len(first.mails), len(second.mails)) == (2, 1)
    assert claim(database, LATER - timedelta(seconds=1)).mails == ()
    third = claim(database, LATER)
    assert len(third.mails) == 3
    assert {mail.message_id for mail in third.mails} == {
        mail.message_id for mail in (*first.mails, *second.mails)
    }


def test_a_worker_past_its_lease_cannot_mark(database: Database) -> None:
    (mail_id,) = fill(database, 1)
    (paused,) = claim(database).mails
    (holder,) = claim(database, LATER).mails
    with database.transaction() as session:
        assert not mark_sent(session, paused, LATER)
        assert not mark_failed(session, paused, reason="550", next_attempt_at=None)
    assert stored(database, mail_id).state is MailState.SENDING
    with database.transaction() as session:
        assert mark_sent(session, holder, LATER)
        assert not mark_sent(session, holder, LATER)
    row = stored(database, mail_id)
    assert (row.state, row.sent_at, row.attempts, row.lease) == (MailState.SENT, LATER, 1, None)
    assert claim(database, LATER + timedelta(days=9)).mails == ()


def test_a_failed_mail_waits_or_is_parked_with_the_servers_words(database: Database) -> None:
    waiting, parked = fill(database, 2)
    first, second = claim(database).mails
    with database.transaction() as session:
        assert mark_failed(session, first, reason="451 later", next_attempt_at=LATER)
        assert mark_failed(session, second, reason="550 gone", next_attempt_at=None)
    row = stored(database, waiting)
    assert (row.state, row.attempts, row.last_error, row.next_attempt_at) == (
        MailState.QUEUED,
        1,
        "451 later",
        LATER,
    )
    row = stored(database, parked)
    assert (row.state, row.attempts, row.last_error) == (MailState.PARKED, 1, "550 gone")
    assert [mail.id for mail in claim(database, LATER).mails] == [waiting]


def test_what_is_put_back_has_no_attempt_counted(database: Database) -> None:
    ids = fill(database, 3)
    taken = claim(database, limit=2)
    with database.transaction() as session:
        assert put_back(session, taken, LATER, reason="refused") == 2
        assert put_back(session, taken, LATER, reason="refused") == 0
    row = stored(database, ids[0])
    assert (row.state, row.attempts, row.last_error, row.lease) == (MailState.QUEUED, 0, "refused", None)
    assert stored(database, ids[2]).last_error == ""
    assert [mail.id for mail in claim(database).mails] == [ids[2]]


def test_postponing_moves_only_what_would_be_tried_sooner(database: Database) -> None:
    sooner, later, taken = fill(database, 3)
    with database.transaction() as session:
        session.get_one(OutgoingMail, later).next_attempt_at = LATER + timedelta(hours=1)
        session.get_one(OutgoingMail, taken).state = MailState.SENDING
    with database.transaction() as session:
        postpone_queued(session, LATER, reason="down")
    assert (stored(database, sooner).next_attempt_at, stored(database, sooner).last_error) == (LATER, "down")
    assert stored(database, later).next_attempt_at == LATER + timedelta(hours=1)
    assert stored(database, taken).last_error == ""


def test_a_parked_mail_is_queued_again_by_hand_once_under_its_own_id(database: Database) -> None:
    (mail_id,) = fill(database, 1)
    (mail,) = claim(database).mails
    with database.transaction() as session:
        mark_failed(session, mail, reason="550 gone", next_attempt_at=None)
    with database.transaction() as session:
        assert requeue(session, mail_id, LATER)
    (again,) = claim(database, LATER).mails
    assert (again.message_id, again.attempts, again.last_error) == (mail.message_id, 0, "550 gone")
    with database.transaction() as session:
        assert not requeue(session, mail_id, LATER)
        mark_sent(session, again, LATER)
        assert not requeue(session, mail_id, LATER)
        assert not requeue(session, mail_id + 1, LATER)


def test_mails_are_listed_and_counted_by_state(database: Database) -> None:
    ids = fill(database, 3)
    (mail,) = claim(database, limit=1).mails
    with database.transaction() as session:
        mark_sent(session, mail, AT)
    with database.reading() as session:
        assert [row.id for row in mails_in(session)] == ids[::-1]
        assert [row.id for row in mails_in(session, MailState.QUEUED, limit=1, offset=1)] == [ids[1]]
        assert [row.id for row in mails_in(session, MailState.SENT)] == [ids[0]]
        assert count_by_state(session) == {
            MailState.QUEUED: 2,
            MailState.SENDING: 0,
            MailState.SENT: 1,
            MailState.PARKED: 0,
            MailState.CANCELLED: 0,
            MailState.BOUNCED: 0,
        }


def test_claims_at_once_share_no_mail(database: Database) -> None:
    ids = fill(database, 40)
    claims: list[Claim] = []
    start = Barrier(4)

    def work() -> None:
        start.wait()
        while True:
            taken = claim(database, limit=3)
            if not taken.mails:
                break
            claims.append(taken)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key(mail) for taken in claims for mail in taken.mails) == ids


def test_an_open_claim_on_postgresql_is_passed_over_not_waited_for(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    ids = fill(database, 4)
    with database.transaction() as session:
        first = claim_due(session, AT, leased_until=LATER, limit=2)
        second = claim(database)
        assert [mail.id for mail in first.mails] == ids[:2]
        assert [mail.id for mail in second.mails] == ids[2:]
