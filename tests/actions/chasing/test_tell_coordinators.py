"""What coordinators are told by themselves: who is missing, and the workbook of a closed round."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from sqlmodel import col, delete, select

from tests.example import COORDINATOR, OPENED_AT, SHANGHAI, Example, build_example
from tracker.actions.chasing import tell_coordinators as module
from tracker.actions.chasing.tell_coordinators import announce_closed_rounds, missing_of, tell_missing
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.rounds.close_round import close_round, switch_chasing
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.domain.actors import Role
from tracker.models import Contact, MailAttachment, OutgoingMail, ReportingRound, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

# The first working day after 6 October 2024.
MORNING = datetime(2024, 10, 8, 9, tzinfo=SHANGHAI)
# A Sunday at midnight; mail leaves on the next working morning.
CLOSED_AT = datetime(2024, 10, 13, tzinfo=SHANGHAI)
MONDAY = datetime(2024, 10, 14, 8, tzinfo=SHANGHAI)


def staged(session: Session, settings: Settings, now: datetime = OPENED_AT) -> Example:
    """甲县 has filed everything, 乙县 one text late and another as a draft, the bureau nothing."""
    example = build_example(session, settings, now)
    one, two, _ = example.tasks
    for unit, tasks, at in (
        (example.county_a, (one, two), OPENED_AT),
        (example.county_b, (one,), datetime(2024, 10, 7, tzinfo=SHANGHAI)),
    ):
        filings = [Filing(task, f"{unit.name}第{task.number}项已完成") for task in tasks]
        submit(session, example.filer(unit), example.round, unit, filings, at)
    save_draft(
        session,
        example.filer(example.county_b),
        example.round,
        example.county_b,
        two,
        "未写完的草稿",
        MORNING,
    )
    session.flush()
    return example


def mails(database: Database) -> Sequence[OutgoingMail]:
    with database.reading() as session:
        return session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()


def close(database: Database, example: Example) -> None:
    with database.transaction() as session:
        close_round(session, COORDINATOR, session.get_one(ReportingRound, example.round.id), CLOSED_AT)


def test_missing_units_are_listed_with_their_tasks_and_contacts(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = staged(session, settings)
        missing = missing_of(session, settings, example.task_list, example.round)
    assert (missing.expected, missing.filed, missing.on_time) == (8, 3, 2)
    assert [(unit.unit, unit.expected, unit.missing, unit.task_numbers) for unit in missing.units] == [
        ("市示例局", 3, 3, ("1", "2", "3")),
        ("乙县", 3, 2, ("2", "3")),
    ]
    assert [unit.contacts for unit in missing.units] == [
        ("市示例局联系人 <bureau@example.org>",),
        ("乙县联系人 <b@example.org>",),
    ]


def test_the_coordinator_is_told_once_on_the_first_working_day_after(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        staged(session, settings)
        for moment in (
            datetime(2024, 10, 7, 0, tzinfo=SHANGHAI),
            datetime(2024, 10, 7, 12, tzinfo=SHANGHAI),
            MORNING - timedelta(minutes=1),
        ):
            assert tell_missing(session, settings, moment) == 0
    with database.transaction() as session:
        assert tell_missing(session, settings, MORNING) == 1
    with database.transaction() as session:
        assert tell_missing(session, settings, MORNING + timedelta(days=1)) == 0
    (mail,) = mails(database)
    assert (mail.to_address, mail.kind) == ("office@example.org", "missing_units")
    assert "乙县：应报 3 项，未报 2 项（第 2、3 项）" in mail.text
    assert "应报 8 项，已报 3 项" in mail.text
    assert "甲县" not in mail.text
    # A draft is its unit's own until it is filed.
    assert "草稿" not in mail.text


def test_when_everything_is_filed_the_coordinator_is_told_that(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        for unit, count in ((example.bureau, 3), (example.county_a, 2), (example.county_b, 3)):
            filings = [Filing(task, "已完成") for task in example.tasks[:count]]
            submit(session, example.filer(unit), example.round, unit, filings, OPENED_AT)
        session.flush()
        assert tell_missing(session, settings, MORNING) == 1
    (mail,) = mails(sqlite_database)
    assert "各单位已全部报送" in mail.text


def test_every_coordinator_is_told(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = staged(session, settings)
        session.add(
            Contact(unit_id=key(example.bureau), name="二", email="two@example.org", role=Role.COORDINATOR)
        )
        session.flush()
        assert tell_missing(session, settings, MORNING) == 2
    assert {mail.to_address for mail in mails(sqlite_database)} == {"office@example.org", "two@example.org"}


def test_without_a_coordinator_the_list_waits_for_one(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        staged(session, settings)
        session.exec(delete(Contact).where(col(Contact.role) == Role.COORDINATOR))
        assert tell_missing(session, settings, MORNING) == 0
        session.add(Contact(name="新", email="new@example.org", role=Role.COORDINATOR))
        session.flush()
        assert tell_missing(session, settings, MORNING + timedelta(days=1)) == 1


def test_a_round_that_is_not_chased_is_not_told_of(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = staged(session, settings)
        switch_chasing(session, COORDINATOR, example.round, OPENED_AT, is_chasing=False)
        session.flush()
        assert tell_missing(session, settings, MORNING) == 0
    with sqlite_database.reading() as session:
        assert session.get_one(ReportingRound, example.round.id).missing_told_at is None


def test_a_closed_round_is_announced_once_with_its_workbook(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = staged(session, settings)
    assert announce_closed_rounds(database, settings, MONDAY) == 0
    close(database, example)
    assert announce_closed_rounds(database, settings, MONDAY) == 1
    assert announce_closed_rounds(database, settings, MONDAY + timedelta(hours=1)) == 0
    (mail,) = mails(database)
    assert (mail.to_address, mail.kind) == ("office@example.org", "round_closed")
    assert "8" in mail.text
    with database.reading() as session:
        (attachment,) = session.exec(select(MailAttachment)).all()
        assert session.get_one(ReportingRound, example.round.id).announced_at == MONDAY
    assert attachment.mail_id == mail.id
    assert attachment.file_name == "示例任务清单 2024年第三季度.xlsx"
    book = openpyxl.load_workbook(BytesIO(attachment.content))
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value]
    for text in ("甲县第1项已完成", "甲县第2项已完成", "乙县第1项已完成"):
        assert any(text in cell for cell in cells)
    assert not any("未写完的草稿" in cell for cell in cells)


def test_a_round_that_closes_at_night_on_a_weekend_mails_its_workbook_on_the_next_working_morning(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = staged(session, settings)
    close(database, example)
    waits = (CLOSED_AT, CLOSED_AT + timedelta(hours=10), MONDAY - timedelta(seconds=1))
    assert [announce_closed_rounds(database, settings, moment) for moment in waits] == [0, 0, 0]
    assert mails(database) == []
    assert announce_closed_rounds(database, settings, MONDAY) == 1


def test_the_list_of_the_missing_waits_for_office_hours(database: Database, settings: Settings) -> None:
    evening = MORNING.replace(hour=18)
    with database.transaction() as session:
        staged(session, settings)
        assert tell_missing(session, settings, evening) == 0
        assert tell_missing(session, settings, evening + timedelta(hours=14)) == 1


def test_a_unit_with_an_extension_is_listed_with_its_own_day(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = staged(session, settings)
        until = date(2024, 10, 10)
        grant_extension(
            session, COORDINATOR, settings, example.round, example.county_b, until, "台风", OPENED_AT
        )
        assert tell_missing(session, settings, MORNING) == 1
    (mail,) = mails(database)
    assert "乙县：应报 3 项，未报 2 项（第 2、3 项），已延期至10月10日" in mail.text
    assert mail.text.count("已延期") == 1
    assert "已延期至10月10日" in mail.html


def test_a_process_killed_while_the_workbook_was_rendered_is_followed_by_the_next_run(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        example = staged(session, settings)
    close(database, example)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "render_report", die)
        with pytest.raises(KeyboardInterrupt):
            announce_closed_rounds(database, settings, MONDAY)
    assert mails(database) == []
    assert announce_closed_rounds(database, settings, MONDAY + timedelta(minutes=1)) == 1
    assert len(mails(database)) == 1


def test_two_processes_that_announce_at_once_send_one_mail(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = staged(session, settings)
    close(sqlite_database, example)
    for _ in range(2):
        module._announce(sqlite_database, settings, example.round.id, CLOSED_AT)
    assert len(mails(sqlite_database)) == 1
