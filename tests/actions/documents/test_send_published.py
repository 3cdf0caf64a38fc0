"""Published accounts that go to the leaders: the newest edition, once, when it is final; and why another did not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.actions.documents.test_read_accounts import with_second_quarter
from tests.actions.documents.test_send_documents import (
    CLOSED_AT,
    MONDAY,
    MORNING,
    add_leader,
    attached,
    close,
    mails,
)
from tests.actions.publishing import PUBLISHED_AT, publish, publish_plainly, stage
from tests.example import COORDINATOR, SHANGHAI
from tracker.actions.documents import send_published as module
from tracker.actions.documents.correct_circular import correct_circular
from tracker.actions.documents.draft_circular import draft_summary
from tracker.actions.documents.send_documents import send_each
from tracker.actions.documents.send_published import Mailing, mailing_state, send_published
from tracker.actions.rounds.open_round import open_round
from tracker.models import Circular, CircularFile, TaskList, UnitKind, key
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.example import Example
    from tracker.config import Settings
    from tracker.db import Database


def test_the_published_files_go_to_the_leaders_of_the_office_when_the_round_is_closed(
    database: Database, settings: Settings
) -> None:
    example = stage(database, settings)
    add_leader(database)
    circular_id = publish(database, settings, example)
    assert send_published(database, settings, MORNING) == 0
    close(database, example)
    assert send_published(database, settings, CLOSED_AT) == 0
    assert send_published(database, settings, MONDAY) == 1
    assert send_published(database, settings, MONDAY + timedelta(hours=1)) == 0
    (mail,) = mails(database)
    assert (mail.to_address, mail.kind) == ("chief@example.org", "account_published")
    assert mail.subject.startswith("【报告】")
    assert "（第 1 期）" in mail.subject
    assert f"/circulars/{circular_id}" in mail.text
    assert len(attached(database)) == 2


def test_a_leader_of_another_unit_is_not_a_leader_of_the_whole(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    add_leader(sqlite_database, of_the_office=False)
    publish(sqlite_database, settings, example)
    close(sqlite_database, example)
    assert send_published(sqlite_database, settings, MONDAY) == 0
    assert mails(sqlite_database) == []


def test_a_leader_entered_later_is_not_sent_what_is_long_gone(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    publish(sqlite_database, settings, example)
    close(sqlite_database, example)
    add_leader(sqlite_database)
    # A Monday two months on.
    assert send_published(sqlite_database, settings, datetime(2024, 12, 16, 9, tzinfo=SHANGHAI)) == 0
    assert send_published(sqlite_database, settings, MONDAY) == 1


def test_a_corrected_edition_goes_out_as_a_correction(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    add_leader(sqlite_database)
    first = publish(sqlite_database, settings, example)
    close(sqlite_database, example)
    assert send_published(sqlite_database, settings, MONDAY) == 1
    correct(sqlite_database, settings, first, MONDAY)
    assert send_published(sqlite_database, settings, MONDAY) == 1
    mail = mails(sqlite_database)[-1]
    assert mail.subject.startswith("【更正】")
    assert "更正原因：更正一个数字" in mail.text


def correct(database: Database, settings: Settings, circular_id: int, now: datetime) -> int:
    with database.transaction() as session:
        corrected = key(correct_circular(session, COORDINATOR, circular_id, "更正一个数字", now))
    publish_plainly(database, settings, COORDINATOR, corrected, now)
    return corrected


def states(database: Database, settings: Settings, now: datetime) -> list[Mailing]:
    """Of every account, in the order of publication."""
    with database.reading() as session:
        found = session.exec(select(Circular).order_by(Circular.id)).all()  # type: ignore[arg-type]
        return [mailing_state(session, settings, circular, now) for circular in found]


def test_an_edition_that_was_corrected_before_it_left_never_leaves(
    database: Database, settings: Settings
) -> None:
    example = stage(database, settings)
    add_leader(database)
    circular_id = publish(database, settings, example)
    for hours in (1, 2):
        circular_id = correct(database, settings, circular_id, PUBLISHED_AT + timedelta(hours=hours))
    close(database, example)
    assert send_published(database, settings, MONDAY) == 1
    assert send_published(database, settings, MONDAY + timedelta(hours=1)) == 0
    (mail,) = mails(database)
    assert f"/circulars/{circular_id}" in mail.text
    assert states(database, settings, MONDAY) == [Mailing.SUPERSEDED, Mailing.SUPERSEDED, Mailing.MAILED]


def test_a_correction_published_while_mails_are_chosen_is_the_one_that_leaves(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = stage(database, settings)
    add_leader(database)
    first = publish(database, settings, example)
    close(database, example)
    corrected: list[int] = []

    def overtaken(due: list[int], send: Callable[[int], int]) -> int:
        corrected.append(correct(database, settings, first, MONDAY))
        return send_each(due, send)

    with monkeypatch.context() as patch:
        patch.setattr(module, "send_each", overtaken)
        assert send_published(database, settings, MONDAY) == 0
    assert send_published(database, settings, MONDAY) == 1
    (mail,) = mails(database)
    assert f"/circulars/{corrected[0]}" in mail.text


def summed_up(database: Database, settings: Settings) -> Example:
    """A summary of 2024 published while its second round is open."""
    example = with_second_quarter(database, settings)
    with database.transaction() as session:
        draft = key(draft_summary(session, COORDINATOR, settings, example.task_list, "2024", PUBLISHED_AT))
    publish_plainly(database, settings, COORDINATOR, draft, PUBLISHED_AT)
    return example


def test_a_summary_waits_until_every_round_that_it_tells_of_is_closed(
    database: Database, settings: Settings
) -> None:
    example = summed_up(database, settings)
    add_leader(database)
    assert send_published(database, settings, MORNING + timedelta(days=1)) == 0
    assert states(database, settings, MORNING + timedelta(days=1)) == [Mailing.ROUND_OPEN]
    close(database, example)
    assert send_published(database, settings, MONDAY) == 1


def test_a_summary_does_not_wait_for_a_round_that_was_opened_after_it(
    sqlite_database: Database, settings: Settings
) -> None:
    example = summed_up(sqlite_database, settings)
    add_leader(sqlite_database)
    close(sqlite_database, example)
    with sqlite_database.transaction() as session:
        task_list = session.get_one(TaskList, example.task_list.id)
        open_round(session, COORDINATOR, settings, task_list, "2024Q4", CLOSED_AT)
    assert send_published(sqlite_database, settings, MONDAY) == 1


def test_what_was_published_long_before_its_round_closed_is_mailed(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    add_leader(sqlite_database)
    publish(sqlite_database, settings, example)
    close(sqlite_database, example, datetime(2024, 12, 15, tzinfo=SHANGHAI))
    assert send_published(sqlite_database, settings, datetime(2024, 12, 16, 9, tzinfo=SHANGHAI)) == 1


def test_a_file_that_was_changed_since_is_not_mailed(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    add_leader(sqlite_database)
    publish(sqlite_database, settings, example)
    close(sqlite_database, example)
    with sqlite_database.transaction() as session:
        file = session.exec(select(CircularFile).where(CircularFile.form == "xlsx")).one()
        file.content = b"forged"
        session.add(file)
    assert send_published(sqlite_database, settings, MONDAY) == 0
    assert mails(sqlite_database) == []


def test_says_why_an_edition_has_not_left(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    publish(sqlite_database, settings, example)
    assert states(sqlite_database, settings, MORNING) == [Mailing.NO_OFFICE]
    with sqlite_database.transaction() as session:
        add_unit(session, "市另一办公室", UnitKind.OFFICE)
    assert states(sqlite_database, settings, MORNING) == [Mailing.NO_LEADER]
    add_leader(sqlite_database)
    assert states(sqlite_database, settings, MORNING) == [Mailing.ROUND_OPEN]
    close(sqlite_database, example)
    assert states(sqlite_database, settings, CLOSED_AT) == [Mailing.OUT_OF_HOURS]
    assert states(sqlite_database, settings, MONDAY) == [Mailing.DUE]
    assert states(sqlite_database, settings, MONDAY + timedelta(days=60)) == [Mailing.TOO_OLD]
