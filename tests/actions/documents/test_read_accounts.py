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
from tracker.actions.documents.read_accounts import report_of_draft, report_of_round
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.compare_rounds import compare_rounds
from tracker.actions.rounds.open_round import open_round
from tracker.domain.rules import ReportingRules
from tracker.errors import NothingToSummariseError
from tracker.models import CircularKind, ReportingRound, TaskList, key

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


def test_a_span_without_rounds_cannot_be_summed_up(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        draft = draft_summary(session, COORDINATOR, settings, example.task_list, "2023", LATER)
        with pytest.raises(NothingToSummariseError):
            report_of_draft(session, settings, draft, LATER)


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
