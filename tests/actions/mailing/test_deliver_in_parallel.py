"""Several connections from one claim: none loses the mails of another, and none says what is no longer its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from tests.actions.mailing.test_deliver import Clock, by_smtp, mails
from tests.mail.samples import AT, fill
from tests.mail.smtp_sink import Sink, free_port, smtp_sink
from tracker.actions.chasing import outcomes
from tracker.actions.mailing.deliver import Delivered, deliver, deliver_all
from tracker.actions.mailing.resend_mail import resend_parked
from tracker.domain.actors import Actor, Role, system
from tracker.domain.backoff import SERVER_PAUSE
from tracker.errors import ForbiddenError
from tracker.models import MailState, OutgoingMail
from tracker.store.mails import MailFilter

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ids_of(database: Database) -> list[str]:
    return sorted(mail.message_id for mail in mails(database))


def test_a_claim_goes_out_over_several_connections_each_mail_once(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 40)
    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port, connections=4)
        assert deliver(database, live, clock=clock) == Delivered(sent=40)
    assert 1 < sink.connections <= 4
    assert sorted(sink.message_ids) == ids_of(database)


def test_a_server_that_takes_one_connection_only_gets_everything_over_it(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 40)
    with smtp_sink(Sink(most_connections=1)) as sink:
        live = by_smtp(settings, sink.port, connections=4)
        assert deliver(database, live, clock=clock) == Delivered(sent=40)
    assert sink.connections > 1
    assert sorted(sink.message_ids) == ids_of(database)


def test_a_connection_that_breaks_loses_none_of_the_others_mails(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 40)
    sink = Sink(recipients={f"u{number}@example.org": "drop" for number in (5, 6, 20)})
    with smtp_sink(sink):
        live = by_smtp(settings, sink.port, connections=4)
        assert deliver(database, live, clock=clock) == Delivered(sent=37, retried=3)
        sink.recipients.clear()
        clock.forward(minutes=1)
        assert deliver(database, live, clock=clock) == Delivered(sent=3)
    assert sorted(sink.message_ids) == ids_of(database)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_tried_once_a_batch_and_not_by_every_connection(
    sqlite_database: Database, settings: Settings, clock: Clock
) -> None:
    fill(sqlite_database, 20)
    with smtp_sink(password="right") as sink:
        live = by_smtp(settings, sink.port, username="duban", connections=4)
        assert deliver(sqlite_database, live, clock=clock) == Delivered(retried=20)
    # aiosmtplib says EHLO before it signs in.
    assert sink.connections == 1


def test_after_a_pause_past_the_time_that_is_left_no_text_is_given_away(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 1)
    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port, connections=1)
        # The worker stands still between RCPT and DATA, until its lease is over.
        sink.on_recipient = lambda _address: clock.forward(hours=1)
        assert deliver(database, live, clock=clock) == Delivered(retried=1)
        assert sink.received == []
        sink.on_recipient = lambda _address: None
        assert deliver(database, live, clock=clock) == Delivered(sent=1)
    assert sink.message_ids == ids_of(database)


def test_a_database_that_is_gone_stops_the_batch_and_keeps_the_lease(
    sqlite_database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_database, 10)

    def gone(*_given: object) -> list[int]:
        raise OperationalError("", None, Exception("disk full"))

    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port, connections=1)
        with monkeypatch.context() as patch:
            patch.setattr(outcomes, "_PAUSES", (0.0,))
            patch.setattr(outcomes.Outcomes, "_commit_once", gone)
            with pytest.raises(OperationalError):
                deliver(sqlite_database, live, clock=clock)
        # What went out and could not be recorded is one mail; it is not put back before its time.
        assert len(sink.received) == 1
        assert {mail.state for mail in mails(sqlite_database)} == {MailState.SENDING}
        clock.forward(hours=1)
        assert deliver(sqlite_database, live, clock=clock) == Delivered(sent=10)
    assert len(sink.received) == 11
    assert set(sink.message_ids) == set(ids_of(sqlite_database))


def test_a_name_server_that_is_down_delays_and_parks_nothing(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 3)
    with smtp_sink() as sink:
        nameless = by_smtp(settings, sink.port, host="no-such-host.invalid")
        assert deliver(database, nameless, clock=clock) == Delivered(retried=3)
        assert {mail.next_attempt_at for mail in mails(database)} == {AT + SERVER_PAUSE}
        clock.forward(minutes=5)
        assert deliver(database, by_smtp(settings, sink.port), clock=clock) == Delivered(sent=3)
    assert sorted(sink.message_ids) == ids_of(database)


def test_greylisting_for_a_quarter_of_an_hour_costs_four_attempts(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 5)
    first_seen: dict[str, datetime] = {}
    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port)
        while mails(database, MailState.QUEUED):
            for number in range(5):
                address = f"u{number}@example.org"
                seen = first_seen.setdefault(address, clock.now)
                is_known = clock.now >= seen + timedelta(minutes=15)
                sink.recipients[address] = (
                    "" if is_known else "451 4.7.1 Greylisted, try again in 900 seconds"
                )
            deliver(database, live, clock=clock)
            clock.forward(minutes=1)
    assert {mail.attempts for mail in mails(database)} == {5}
    assert sorted(sink.message_ids) == ids_of(database)


def test_mails_refused_for_five_days_are_parked_and_sent_again_by_one_command_once(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 6)
    office = system("test")
    sink = Sink(recipients={f"u{number}@example.org": "451 4.3.0 try later" for number in range(6)})
    with smtp_sink(sink):
        live = by_smtp(settings, sink.port)
        for _hour in range(5 * 24):
            deliver(database, live, clock=clock)
            clock.forward(hours=1)
        assert {mail.state for mail in mails(database)} == {MailState.PARKED}
        sink.recipients.clear()
        with database.transaction() as session:
            assert resend_parked(session, office, MailFilter(kind="interviews"), clock()) == 0
            assert resend_parked(session, office, MailFilter(kind="reminder"), clock()) == 6
            assert resend_parked(session, office, MailFilter(), clock()) == 0
        assert deliver(database, live, clock=clock) == Delivered(sent=6)
    assert sorted(sink.message_ids) == ids_of(database)


def test_only_a_coordinator_sends_parked_mails_again(sqlite_database: Database, clock: Clock) -> None:
    filler = Actor(role=Role.FILLER, label="f", via="test", unit_id=1)
    with sqlite_database.transaction() as session, pytest.raises(ForbiddenError):
        resend_parked(session, filler, MailFilter(), clock())


def test_batches_follow_each_other_until_nothing_is_due_or_the_time_is_over(
    sqlite_database: Database, settings: Settings, clock: Clock
) -> None:
    fill(sqlite_database, 250)
    told: list[int] = []

    def minute() -> datetime:
        clock.forward(seconds=1)
        return clock.now

    some = deliver_all(
        sqlite_database,
        settings,
        clock=minute,
        for_at_most=timedelta(seconds=1),
        told=lambda so_far: told.append(so_far.sent),
    )
    assert some.sent == 100
    assert deliver_all(sqlite_database, settings, clock=clock).sent == 150
    assert told == [100]


def test_an_unreachable_server_ends_the_batches(
    sqlite_database: Database, settings: Settings, clock: Clock
) -> None:
    fill(sqlite_database, 150)
    away = by_smtp(settings, free_port())
    assert deliver_all(sqlite_database, away, clock=clock) == Delivered(retried=100)


def test_a_domain_over_its_limit_goes_out_in_the_next_minutes(
    database: Database, settings: Settings, clock: Clock
) -> None:
    fill(database, 5)

    def move(session: Session) -> None:
        mail = session.get_one(OutgoingMail, 5)
        mail.to_address, mail.to_domain = "u@other.example.org", "other.example.org"

    with database.transaction() as session:
        move(session)
    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port)
        slow = live.model_copy(update={"mail": live.mail.model_copy(update={"per_domain_per_minute": 2})})
        counts = []
        for _minute in range(3):
            counts.append(deliver_all(database, slow, clock=clock).sent)
            clock.forward(minutes=1)
    assert counts == [3, 2, 0]
    assert sorted(sink.message_ids) == ids_of(database)
