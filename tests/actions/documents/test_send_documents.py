"""Documents that leave by themselves: previews and summaries to the coordinators, and the whole end of a round."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from sqlmodel import col, select

from tests.actions.publishing import PUBLISHED_AT, draft, plain_file, publish, stage
from tests.example import COORDINATOR, SHANGHAI
from tracker import jobs
from tracker.actions.documents import send_documents as module
from tracker.actions.documents.draft_circular import save_words
from tracker.actions.documents.prepare_account import prepare_account
from tracker.actions.documents.render_account import render_file
from tracker.actions.documents.send_documents import send_previews, send_summaries
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Role, system
from tracker.domain.rules import ReportingRules
from tracker.errors import FiguresDisagreeError
from tracker.models import (
    Circular,
    CircularKind,
    Contact,
    DocumentMailing,
    MailAttachment,
    OutgoingMail,
    ReportingRound,
    TaskList,
    UnitKind,
    key,
)
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.example import Example
    from tracker.actions.documents.prepare_account import PreparedAccount
    from tracker.actions.documents.render_account import RenderedFile
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.periods import PeriodType

# The first working day after 6 October 2024.
MORNING = datetime(2024, 10, 8, 9, tzinfo=SHANGHAI)
# A Sunday at midnight; mail leaves on the next working morning.
CLOSED_AT = datetime(2024, 10, 13, tzinfo=SHANGHAI)
MONDAY = datetime(2024, 10, 14, 8, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "render_file", plain_file)


def mails(database: Database) -> Sequence[OutgoingMail]:
    with database.reading() as session:
        return session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()


def attached(database: Database) -> list[str]:
    with database.reading() as session:
        return [
            one.file_name for one in session.exec(select(MailAttachment).order_by(col(MailAttachment.id)))
        ]


def close(database: Database, example: Example, now: datetime = CLOSED_AT) -> None:
    with database.transaction() as session:
        close_round(session, COORDINATOR, session.get_one(ReportingRound, example.round.id), now)


def add_leader(database: Database, *, of_the_office: bool = True) -> None:
    with database.transaction() as session:
        if of_the_office:
            unit = add_unit(session, "市示例办公室", UnitKind.OFFICE)
        else:
            unit = add_unit(session, "丙局", UnitKind.DEPARTMENT)
        session.add(Contact(unit_id=key(unit), name="某领导", email="chief@example.org", role=Role.LEADER))


def test_the_preview_leaves_once_on_the_first_working_day_after_the_due_day(
    database: Database, settings: Settings
) -> None:
    stage(database, settings)
    too_early = (datetime(2024, 10, 7, 12, tzinfo=SHANGHAI), MORNING - timedelta(minutes=1))
    assert [send_previews(database, settings, moment) for moment in too_early] == [0, 0]
    assert send_previews(database, settings, MORNING) == 1
    assert send_previews(database, settings, MORNING + timedelta(days=1)) == 0
    (mail,) = mails(database)
    assert (mail.to_address, mail.kind) == ("office@example.org", "account_preview")
    assert "应报 8 项，已报 3 项" in mail.text
    assert "/rounds/example/2024Q3/account" in mail.text
    title = "示例任务清单2024年第三季度落实情况报告"
    assert attached(database) == [f"{title}.docx", f"{title}.xlsx"]
    with database.reading() as session:
        assert session.exec(select(Circular)).all() == []


def test_the_preview_waits_for_office_hours_and_for_a_coordinator(
    sqlite_database: Database, settings: Settings
) -> None:
    stage(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        contact = session.exec(select(Contact).where(Contact.role == Role.COORDINATOR)).one()
        session.delete(contact)
    assert send_previews(sqlite_database, settings, MORNING) == 0
    with sqlite_database.transaction() as session:
        session.add(Contact(name="新", email="new@example.org", role=Role.COORDINATOR))
    assert send_previews(sqlite_database, settings, MORNING.replace(hour=18)) == 0
    assert send_previews(sqlite_database, settings, MORNING + timedelta(days=1)) == 1


def test_a_round_opened_after_its_due_day_or_forgotten_for_months_has_no_preview(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    assert send_previews(sqlite_database, settings, MORNING + timedelta(days=60)) == 0
    with sqlite_database.transaction() as session:
        current = session.get_one(ReportingRound, example.round.id)
        current.opened_at = current.due_at + timedelta(hours=1)
        session.add(current)
    assert send_previews(sqlite_database, settings, MORNING) == 0


def test_the_preview_has_the_words_of_the_draft_and_leads_to_it(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    circular_id = written_draft(sqlite_database, settings, example)
    assert send_previews(sqlite_database, settings, MORNING) == 1
    assert f"/circulars/{circular_id}" in mails(sqlite_database)[0].text
    assert attached(sqlite_database)[0] == "改过的标题.docx"


def test_the_preview_is_a_word_file_and_a_workbook_that_open(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "render_file", render_file)
    example = stage(sqlite_database, settings)
    written_draft(sqlite_database, settings, example)
    assert send_previews(sqlite_database, settings, MORNING) == 1
    with sqlite_database.reading() as session:
        word, book = session.exec(select(MailAttachment).order_by(col(MailAttachment.id))).all()
    text = "\n".join(one.text for one in docx.Document(BytesIO(word.content)).paragraphs)
    assert "改过的标题" in text
    assert "应报8项，已报3项" in text
    assert openpyxl.load_workbook(BytesIO(book.content)).sheetnames


def written_draft(database: Database, settings: Settings, example: Example) -> int:
    circular_id = draft(database, settings, example)
    with database.transaction() as session:
        save_words(session, COORDINATOR, circular_id, "改过的标题", {"overall": "平稳。"})
    return circular_id


def test_a_process_killed_while_a_preview_is_made_is_followed_by_the_next_run(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(database, settings)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("render_file", "account_preview"):
        with monkeypatch.context() as patch:
            patch.setattr(module, step, die)
            with pytest.raises(KeyboardInterrupt):
                send_previews(database, settings, MORNING)
        assert mails(database) == []
    assert send_previews(database, settings, MORNING + timedelta(minutes=1)) == 1
    assert len(mails(database)) == 1


def test_two_schedulers_that_come_to_it_at_once_mail_it_once(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(database, settings)
    # Both have read that it is due, and both have made its documents, before either mails.
    together = threading.Barrier(2)

    def render(prepared: PreparedAccount, form: str, settings: Settings) -> RenderedFile:
        together.wait(30)
        return plain_file(prepared, form, settings)

    monkeypatch.setattr(module, "render_file", render)
    sent: list[int] = []
    schedulers = [
        threading.Thread(target=lambda: sent.append(send_previews(database, settings, MORNING)))
        for _ in range(2)
    ]
    for scheduler in schedulers:
        scheduler.start()
    for scheduler in schedulers:
        scheduler.join()
    assert sorted(sent) == [0, 1]
    assert len(mails(database)) == 1


def test_one_document_that_cannot_be_made_does_not_keep_back_the_others(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = stage(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        second = session.get_one(TaskList, example.task_list.id).model_copy(
            update={"id": None, "slug": "second"}
        )
        copied = TaskList(**second.model_dump())
        session.add(copied)
        session.flush()
        current = session.get_one(ReportingRound, example.round.id)
        session.add(ReportingRound(**current.model_dump(exclude={"id", "list_id"}), list_id=key(copied)))
    broken = key(example.task_list)

    def prepare(
        session: object, settings: Settings, draft: Circular, *more: object, **names: object
    ) -> object:
        if draft.list_id == broken:
            raise FiguresDisagreeError(one="甲", first=1, other="乙", second=2)
        return prepare_account(session, settings, draft, *more, **names)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "prepare_account", prepare)
    assert send_previews(sqlite_database, settings, MORNING) == 1
    monkeypatch.setattr(module, "prepare_account", prepare_account)
    assert send_previews(sqlite_database, settings, MORNING) == 1


@pytest.mark.parametrize(
    ("period_type", "periods", "last", "spans"),
    [
        ("quarter", ("2024Q1", "2024Q2"), "2024Q4", ["2024H1"]),
        ("quarter", ("2024Q3", "2024Q4"), "2024Q4", ["2024H2", "2024"]),
        ("quarter", ("2024Q2",), "2024Q4", []),
        ("two_months", ("2024B2", "2024B3"), "2024B6", ["2024H1"]),
        ("half_year", ("2024H1", "2024H2"), "2024H2", ["2024"]),
        ("half_year", ("2024H1",), "2024H2", []),
        ("year", ("2023", "2024"), "2026", ["2024"]),
        ("year", ("2024",), "2026", []),
    ],
)
def test_a_summary_is_drafted_and_mailed_once_when_the_last_round_of_its_span_is_closed(
    sqlite_database: Database,
    settings: Settings,
    period_type: PeriodType,
    periods: tuple[str, ...],
    last: str,
    spans: list[str],
) -> None:
    rounds = with_rounds(sqlite_database, settings, period_type, periods, last)
    assert send_summaries(sqlite_database, settings, MONDAY) == 0
    close_all(sqlite_database, rounds[:-1])
    assert send_summaries(sqlite_database, settings, MONDAY) == 0
    close_all(sqlite_database, rounds[-1:])
    assert send_summaries(sqlite_database, settings, MONDAY) == len(spans)
    assert send_summaries(sqlite_database, settings, MONDAY + timedelta(hours=1)) == 0
    with sqlite_database.reading() as session:
        drafts = session.exec(select(Circular).order_by(col(Circular.id))).all()
        mailed = session.exec(select(DocumentMailing.period)).all()
    assert [(draft.period, draft.kind, draft.published_at) for draft in drafts] == [
        (span, CircularKind.SUMMARY, None) for span in spans
    ]
    assert sorted(mailed) == sorted(spans)
    assert [mail.kind for mail in mails(sqlite_database)] == ["account_preview"] * len(spans)
    assert all(mail.subject.startswith("【总结草稿】") for mail in mails(sqlite_database))


def test_a_list_that_reports_on_demand_is_summed_up_when_the_year_is_over(
    sqlite_database: Database, settings: Settings
) -> None:
    rounds = with_rounds(sqlite_database, settings, "on_demand", ("2024N01", "2024N02"), "")
    close_all(sqlite_database, rounds)
    assert send_summaries(sqlite_database, settings, MONDAY) == 0
    assert send_summaries(sqlite_database, settings, datetime(2025, 1, 2, 9, tzinfo=SHANGHAI)) == 1


def with_rounds(
    database: Database, settings: Settings, period_type: PeriodType, periods: tuple[str, ...], last: str
) -> list[int]:
    """The example reporting in another rhythm, with open rounds of `periods`; their ids."""
    example = stage(database, settings)
    with database.transaction() as session:
        task_list = session.get_one(TaskList, example.task_list.id)
        rules = ReportingRules(
            period_type=period_type,
            due_day=None if period_type == "on_demand" else 6,
            character_limit=300,
            lead="first",
        )
        task_list.rules = rules.model_dump_json()
        task_list.first_period, task_list.last_period = (periods[0], last) if last else ("", "")
        session.add(task_list)
        # The round that is there already becomes the last of these; the others are opened.
        first = session.get_one(ReportingRound, example.round.id)
        first.period, first.rules = periods[-1], task_list.rules
        session.add(first)
        session.flush()
        found = [
            key(
                open_round(
                    session,
                    system("test"),
                    settings,
                    task_list,
                    period,
                    datetime(2024, 9, 1, tzinfo=SHANGHAI),
                    due_on=datetime(2024, 9, place + 1, tzinfo=SHANGHAI).date(),
                )
            )
            for place, period in enumerate(periods[:-1])
        ]
        return [*found, key(first)]


def close_all(database: Database, rounds: Sequence[int]) -> None:
    with database.transaction() as session:
        for round_id in rounds:
            close_round(session, COORDINATOR, session.get_one(ReportingRound, round_id), CLOSED_AT)


def test_sweeps_of_two_processes_through_the_whole_end_of_a_round_send_each_document_once(
    database: Database, settings: Settings
) -> None:
    example = stage(database, settings)
    add_leader(database)
    publish(database, settings, example, now=PUBLISHED_AT)
    # Two processes sweep at moments of their own, and both again after a restart.
    moments = [
        MORNING + timedelta(hours=hours, seconds=seconds) for hours in range(0, 170, 7) for seconds in (0, 61)
    ]
    for moment in sorted(moments):
        jobs.sweep(database, settings, moment)
    kinds = [mail.kind for mail in mails(database) if mail.kind.startswith(("account", "round_closed"))]
    assert sorted(kinds) == ["account_preview", "account_published", "round_closed"]
    (closing,) = [mail for mail in mails(database) if mail.kind == "round_closed"]
    assert "本期的报告或通报已经发布" in closing.text


def test_when_nothing_is_published_at_closing_the_coordinator_is_told_that_it_waits(
    database: Database, settings: Settings
) -> None:
    example = stage(database, settings)
    add_leader(database)
    close(database, example)
    jobs.sweep(database, settings, MONDAY)
    (closing,) = [mail for mail in mails(database) if mail.kind == "round_closed"]
    assert "还没有发布" in closing.text
    assert "/rounds/example/2024Q3/account" in closing.text
    assert [mail.kind for mail in mails(database) if mail.to_address == "chief@example.org"] == []
