"""What an account is made from: one round, the rounds of a span, or what was frozen before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.publishing import PUBLISHED_AT, publish, stage
from tests.example import COORDINATOR, SHANGHAI
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.documents.draft_circular import draft_summary
from tracker.actions.documents.prepare_account import prepare_account
from tracker.actions.documents.read_accounts import (
    circular_in_sight,
    file_in_sight,
    files_in_sight,
    is_round_open,
    issuer_of,
    report_of_draft,
    report_of_round,
    rounds_told_of,
)
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.compare_rounds import compare_rounds
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import Actor, Role
from tracker.domain.rules import ReportingRules
from tracker.errors import DamagedFileError, NotFoundError, NothingToSummariseError
from tracker.models import CircularKind, OrgUnit, ReportingRound, TaskList, UnitKind, key
from tracker.store.circulars import circular_by_id

if TYPE_CHECKING:
    from tests.example import Example
    from tracker.config import Settings
    from tracker.db import Database

LATER = PUBLISHED_AT + timedelta(days=1)


def with_second_quarter(database: Database, settings: Settings) -> Example:
    """The example, with a closed round of the quarter before in which the bureau filed its first task."""
    example = stage(database, settings)
    opened_at = datetime(2024, 7, 1, 9, tzinfo=SHANGHAI)
    with database.transaction() as session:
        task_list = session.get_one(TaskList, example.task_list.id)
        before = open_round(
            session, COORDINATOR, settings, task_list, "2024Q2", opened_at, due_on=date(2024, 7, 6)
        )
        session.flush()
        lead = Filing(example.tasks[0], "上一季度的进展")
        submit(session, example.filer(example.bureau), before, example.bureau, [lead], opened_at)
        close_round(session, COORDINATOR, before, opened_at + timedelta(days=14))
    return example


@pytest.mark.parametrize(
    ("span", "earlier", "texts"), [("2024H2", [], []), ("2024", ["2024Q2"], ["上一季度的进展"])]
)
def test_a_summary_tells_of_the_rounds_of_its_span_and_of_no_other(
    database: Database, settings: Settings, span: str, earlier: list[str], texts: list[str]
) -> None:
    example = with_second_quarter(database, settings)
    with database.transaction() as session:
        draft = draft_summary(session, COORDINATOR, settings, example.task_list, span, LATER)
        report = report_of_draft(session, settings, draft, LATER)
        account = prepare_account(session, settings, draft, LATER).account
    assert report.period == "2024Q3"
    assert [past.period for past in report.past_rounds] == earlier
    assert [past.words for task in report.tasks[:1] for past in task.past] == texts
    assert [line.period for line in account.rounds][-1] == "2024年第三季度"
    assert len(account.rounds) == len(earlier) + 1


def test_a_year_of_months_is_told_month_by_month(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        task_list = session.get_one(TaskList, example.task_list.id)
        rules = ReportingRules(period_type="month", due_day=6, character_limit=300, lead="first")
        task_list.rules, task_list.first_period, task_list.last_period = rules.model_dump_json(), "", ""
        last = session.get_one(ReportingRound, example.round.id)
        last.period, last.rules = "2024M12", task_list.rules
        session.add_all([task_list, last])
        session.flush()
        for month in range(1, 12):
            period, due_on = f"2024M{month:02}", date(2024, 1, month)
            opened = open_round(
                session, COORDINATOR, settings, task_list, period, PUBLISHED_AT, due_on=due_on
            )
            session.flush()
            lead = Filing(example.tasks[0], f"第 {month} 月的进展")
            submit(session, example.filer(example.bureau), opened, example.bureau, [lead], PUBLISHED_AT)
            close_round(session, COORDINATOR, opened, PUBLISHED_AT)
        session.flush()
        draft = draft_summary(session, COORDINATOR, settings, task_list, "2024", LATER)
        report = report_of_draft(session, settings, draft, LATER)
    assert [past.period for past in report.past_rounds] == [f"2024M{month:02}" for month in range(1, 12)]
    assert [past.words for past in report.tasks[0].past] == [
        f"第 {month} 月的进展" for month in range(11, 0, -1)
    ]


def test_a_draft_of_a_span_without_rounds_cannot_be_read(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        draft = draft_summary(session, COORDINATOR, settings, example.task_list, "2024", LATER)
        # As an earlier version of the program let it be drafted.
        draft.period = "2023"
        with pytest.raises(NothingToSummariseError):
            report_of_draft(session, settings, draft, LATER)
        assert not is_round_open(session, draft)


def test_a_summary_is_of_an_open_round_while_one_of_its_own_is_open(
    database: Database, settings: Settings
) -> None:
    example = with_second_quarter(database, settings)
    with database.transaction() as session:
        whole, half = (
            draft_summary(session, COORDINATOR, settings, example.task_list, span, LATER)
            for span in ("2024", "2024H1")
        )
        assert (is_round_open(session, whole), is_round_open(session, half)) == (True, False)
        # Of what is published only the rounds that were there then count.
        half.published_at = half.cut_off_at = LATER
        task_list = session.get_one(TaskList, example.task_list.id)
        opened = open_round(session, COORDINATOR, settings, task_list, "2024Q1", LATER + timedelta(days=1))
        session.flush()
        assert [one.period for one in rounds_told_of(session, half)] == ["2024Q2"]
        half.published_at = None
        assert rounds_told_of(session, half)[0].id == opened.id


def actor_of_unit(unit_id: int) -> Actor:
    return Actor(Role.FILLER, "填报人", "test", unit_id)


def test_units_are_given_documents_and_not_the_workbook_of_all(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    circular_id = publish(sqlite_database, settings, example, CircularKind.CIRCULAR)
    unit = actor_of_unit(key(example.county_a))
    with sqlite_database.reading() as session:
        circular = circular_in_sight(session, unit, circular_id)
        assert [form for form, *_ in files_in_sight(session, unit, circular)] == ["docx", "html"]
        assert [form for form, *_ in files_in_sight(session, COORDINATOR, circular)] == [
            "docx",
            "html",
            "xlsx",
        ]
        assert file_in_sight(session, unit, circular, "docx").form == "docx"
        assert file_in_sight(session, COORDINATOR, circular, "xlsx").form == "xlsx"
        for form in ("xlsx", "pdf", "\x00"):
            with pytest.raises(NotFoundError):
                file_in_sight(session, unit, circular, form)


def test_a_file_that_was_changed_is_not_given(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    circular_id = publish(sqlite_database, settings, example)
    with sqlite_database.transaction() as session:
        circular = circular_by_id(session, circular_id)
        file = file_in_sight(session, COORDINATOR, circular, "docx")
        file.content = b"forged"
        session.add(file)
        session.flush()
        with pytest.raises(DamagedFileError, match=file.file_name):
            file_in_sight(session, COORDINATOR, circular, "docx")
        assert file_in_sight(session, COORDINATOR, circular, "html").form == "html"


def test_a_round_that_was_published_is_compared_as_it_was_published(
    database: Database, settings: Settings
) -> None:
    example = with_second_quarter(database, settings)
    circular_id = publish(database, settings, example, CircularKind.CIRCULAR)
    with database.transaction() as session:
        current = session.get_one(ReportingRound, example.round.id)
        more = Filing(example.tasks[1], "发布以后才报的")
        submit(session, example.filer(example.bureau), current, example.bureau, [more], LATER)
    with database.reading() as session:
        task_list = session.get_one(TaskList, example.task_list.id)
        current = session.get_one(ReportingRound, example.round.id)
        before = next(one for one in session.exec(select(ReportingRound)).all() if one.period == "2024Q2")
        compared = compare_rounds(session, settings, task_list, before, current, LATER)
        live = compile_report(session, settings, task_list, current, LATER)
        source = report_of_round(session, settings, task_list, current, LATER)
    assert live.rates.filed == 4
    assert source.report.rates.filed == compared.comparison.after.rates.filed == 3
    assert compared.published_before is None
    assert compared.published_after
    assert key(compared.published_after) == circular_id
    first = compared.comparison.tasks[0]
    assert first.before
    assert first.after
    assert (first.before.filed, first.after.filed) == (1, 2)


def test_the_issuer_is_that_of_the_settings_else_the_office_among_the_units(
    database: Database, settings: Settings
) -> None:
    named = settings.model_copy(
        update={"site": settings.site.model_copy(update={"issuer": "示例市人民政府"})}
    )
    with database.transaction() as session:
        assert issuer_of(session, settings) == ""
        assert issuer_of(session, named) == "示例市人民政府"
        session.add(OrgUnit(name="示例市督查室", kind=UnitKind.OFFICE))
        session.flush()
        assert issuer_of(session, settings) == "示例市督查室"
        assert issuer_of(session, named) == "示例市人民政府"
