"""Claims share the queue fairly between domains, and keep to what a domain may get in a minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import update

from tests.mail.samples import AT, letter
from tracker.mail.outbox import enqueue
from tracker.models import OutgoingMail
from tracker.store.mail_leases import claim_due, hold, mark_cancelled, mark_sent, put_back, reword
from tracker.store.mails import mails_in

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.db import Database
    from tracker.store.mail_leases import Claim


def queue(database: Database, *addresses: str) -> None:
    with database.transaction() as session:
        for number, address in enumerate(addresses):
            enqueue(session, letter(f"{number} {address}", address), AT, sender="duban@example.org")


def claim(database: Database, now: datetime = AT, *, limit: int = 100, per_minute: int = 0) -> Claim:
    with database.transaction() as session:
        return claim_due(
            session,
            now,
            leased_until=now + timedelta(minutes=10),
            limit=limit,
            per_domain_per_minute=per_minute,
        )


def claimed(taken: Claim) -> list[str]:
    return [mail.to_address for mail in taken.mails]


def send(database: Database, taken: Claim, now: datetime) -> None:
    with database.transaction() as session:
        for mail in taken.mails:
            assert mark_sent(session, mail, now)


def test_domains_take_turns_so_a_long_queue_for_one_holds_up_nobody(database: Database) -> None:
    queue(database, *(f"{n}@big.example.org" for n in range(6)), "a@small.example.org", "b@SMALL.example.org")
    assert claimed(claim(database, limit=3)) == [
        "0@big.example.org",
        "a@small.example.org",
        "1@big.example.org",
    ]
    assert claimed(claim(database, limit=2)) == ["2@big.example.org", "b@SMALL.example.org"]


def test_a_domain_gets_no_more_in_a_minute_than_its_limit_and_others_are_not_held_up(
    database: Database,
) -> None:
    queue(database, *(f"{n}@big.example.org" for n in range(5)), "a@small.example.org")
    first = claim(database, per_minute=2)
    assert claimed(first) == ["0@big.example.org", "a@small.example.org", "1@big.example.org"]
    # On their way they count, and so they do when they are sent.
    assert claim(database, per_minute=2).mails == ()
    send(database, first, AT)
    assert claim(database, AT + timedelta(seconds=59), per_minute=2).mails == ()
    second = claim(database, AT + timedelta(seconds=60), per_minute=2)
    assert claimed(second) == ["2@big.example.org", "3@big.example.org"]
    send(database, second, AT + timedelta(seconds=60))
    assert claimed(claim(database, AT + timedelta(minutes=2), per_minute=2)) == ["4@big.example.org"]


def test_mails_from_before_there_were_domains_are_limited_too(database: Database) -> None:
    queue(database, *(f"{n}@big.example.org" for n in range(3)), "no address")
    with database.transaction() as session:
        session.exec(update(OutgoingMail).values(to_domain=""))
    assert len(claim(database, per_minute=2).mails) == 3
    with database.reading() as session:
        domains = [mail.to_domain for mail in mails_in(session)]
    assert sorted(domains) == ["", *["big.example.org"] * 3]


def test_another_channel_is_not_claimed(database: Database) -> None:
    queue(database, "a@example.org", "b@example.org")
    with database.transaction() as session:
        mails_in(session)[0].channel = "chat"
    assert claimed(claim(database)) == ["a@example.org"]
    with database.transaction() as session:
        chat = claim_due(session, AT, leased_until=AT, limit=5, channel="chat")
    assert claimed(chat) == ["b@example.org"]


def test_what_is_cancelled_held_or_reworded_counts_no_attempt(database: Database) -> None:
    queue(database, "a@x.example.org", "b@y.example.org", "c@z.example.org")
    taken = claim(database)
    cancelled, held, reworded = taken.mails
    later = AT + timedelta(hours=8)
    with database.transaction() as session:
        assert mark_cancelled(session, cancelled, reason="已报送")
        assert hold(session, held, later)
        assert reword(session, reworded, subject="新主题", text="新", html="<p>新</p>")
    with database.reading() as session:
        rows = {mail.id: mail for mail in mails_in(session)}
    assert {mail.attempts for mail in rows.values()} == {0}
    assert [rows[mail.id].state.value for mail in taken.mails] == ["cancelled", "queued", "sending"]
    assert rows[cancelled.id].last_error == "已报送"
    assert rows[held.id].next_attempt_at == later
    assert (rows[reworded.id].subject, rows[reworded.id].lease) == ("新主题", taken.lease)
    # What is cancelled is due no more, not even when the rest of the claim is given up.
    with database.transaction() as session:
        put_back(session, taken, AT)
    assert claimed(claim(database, later)) == ["c@z.example.org", "b@y.example.org"]


def test_without_the_lease_a_mail_is_neither_cancelled_nor_held_nor_reworded(database: Database) -> None:
    queue(database, "a@example.org")
    (paused,) = claim(database).mails
    claim(database, AT + timedelta(minutes=10))
    with database.transaction() as session:
        assert not mark_cancelled(session, paused, reason="")
        assert not hold(session, paused, AT)
        assert not reword(session, paused, subject="", text="", html="")
