"""Reminders that had to wait: what was filed meanwhile is not asked for, whatever held the mail up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.actions.mailing.test_deliver import by_smtp, mails
from tests.actions.reminding import EVE, at, file, numbers_in, remind
from tests.example import build_example
from tests.mail.smtp_sink import free_port, smtp_sink
from tracker.actions.mailing.deliver import Delivered, deliver
from tracker.models import MailState, OutgoingMail

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database


def by_address(database: Database) -> dict[str, OutgoingMail]:
    return {mail.to_address.partition("@")[0]: mail for mail in mails(database)}


def test_nothing_is_sent_after_filing_though_the_server_was_down_for_days(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        remind(session, settings, EVE)
    before = by_address(database)
    assert set(before) == {"bureau", "a", "b"}
    assert deliver(database, by_smtp(settings, free_port()), clock=lambda: EVE) == Delivered(retried=3)
    with database.transaction() as session:
        file(session, example, example.county_a, 1, 2)
        file(session, example, example.county_b, 1)
    later = at(10, 8, 10)
    assert later > EVE + timedelta(days=1)
    with smtp_sink() as sink:
        live = by_smtp(settings, sink.port)
        assert deliver(database, live, clock=lambda: later) == Delivered(sent=2, cancelled=1)
        assert deliver(database, live, clock=lambda: later + timedelta(days=30)) == Delivered()
    after = by_address(database)
    assert {name: mail.state for name, mail in after.items()} == {
        "bureau": MailState.SENT,
        "a": MailState.CANCELLED,
        "b": MailState.SENT,
    }
    assert after["a"].last_error == "发出前已全部报送，不再催报"
    # What is said is what is true now, and what the mail page shows is what went out.
    assert (numbers_in(before["b"]), numbers_in(after["b"])) == (["1", "2", "3"], ["2", "3"])
    sent = {str(message["To"].addresses[0].username): message for message in sink.messages}
    text = sent["b"].get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n").strip() == after["b"].text.strip()
    assert sent["b"]["Message-ID"] == after["b"].message_id == before["b"].message_id


def test_a_reminder_that_comes_to_its_turn_at_night_waits_for_the_morning(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
        remind(session, settings, EVE)
    night = EVE.replace(hour=22)
    assert deliver(sqlite_database, settings, clock=lambda: night) == Delivered(retried=3)
    waiting = mails(sqlite_database, MailState.QUEUED)
    assert all(mail.next_attempt_at > night and mail.attempts == 0 for mail in waiting)
    assert deliver(sqlite_database, settings, clock=lambda: night + timedelta(hours=1)) == Delivered()
    morning = max(mail.next_attempt_at for mail in waiting)
    assert deliver(sqlite_database, settings, clock=lambda: morning) == Delivered(sent=3)
