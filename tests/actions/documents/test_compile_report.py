"""A round as report data: at what price, what of earlier rounds, and the part of one unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, SHANGHAI, build_example
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B, UNITS
from tests.golden.round import AS_OF, PERIOD, SLUG, TEXTS, stage_golden
from tracker.actions.documents.compile_entries import compile_page
from tracker.actions.documents.compile_report import compile_head, compile_report
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.review.rank_units import rank_units
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import open_round
from tracker.domain.states import ObligationState
from tracker.errors import NotFoundError
from tracker.models import Indicator, ListVersion, Measure, OrgUnit, ReportedValue, ReportingRound, Task, key
from tracker.reports.narrow import of_unit
from tracker.reports.ranking import rankings_of
from tracker.store.rounds import round_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from tests.golden.round import Golden
    from tracker.config import Settings
    from tracker.db import Database

S = ObligationState


@pytest.fixture
def statements(sqlite_database: Database) -> Iterator[list[str]]:
    """Every statement that is sent, as it is sent."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(sqlite_database.engine, "before_cursor_execute", note)
    yield found
    event.remove(sqlite_database.engine, "before_cursor_execute", note)


def test_a_large_round_takes_as_many_questions_as_a_small_one(
    golden: Golden, settings: Settings, statements: list[str]
) -> None:
    """Of tasks, units, texts, findings and returns; earlier rounds take a few each."""
    golden.report()
    large = len(statements)
    with golden.database.transaction() as session:
        task_list, _ = round_by_name(session, SLUG, PERIOD)
        few = open_round(session, COORDINATOR, settings, task_list, "2024Q4", AS_OF + timedelta(days=80))
        statements.clear()
        compile_report(session, settings, task_list, few, AS_OF + timedelta(days=81))
    # As many with nothing filed as with everything, and two for the round more that lies before it.
    assert large <= len(statements) + 2 <= 34


def test_the_head_is_the_report_without_its_entries(golden: Golden) -> None:
    report = golden.report()
    with golden.database.reading() as session:
        task_list, reporting_round = round_by_name(session, SLUG, PERIOD)
        head = compile_head(session, golden.settings, task_list, reporting_round, AS_OF)
    assert [task.entries for task in head.tasks] == [()] * 6
    assert head == replace(report, tasks=tuple(replace(task, entries=()) for task in report.tasks))


def test_the_ranking_from_counts_is_that_of_the_report(golden: Golden) -> None:
    with golden.database.reading() as session:
        _, reporting_round = round_by_name(session, SLUG, PERIOD)
        assert rank_units(session, golden.settings, reporting_round, AS_OF) == rankings_of(golden.report())


@pytest.mark.parametrize("name", UNITS)
def test_one_units_part_is_read_alone_and_is_the_same(
    golden: Golden, statements: list[str], name: str
) -> None:
    whole = golden.report()
    unit_id = next(unit.id for unit in whole.units if unit.name == name)
    with golden.database.reading() as session:
        task_list, reporting_round = round_by_name(session, SLUG, PERIOD)
        statements.clear()
        part = compile_report(session, golden.settings, task_list, reporting_round, AS_OF, unit_id=unit_id)
    assert part == of_unit(whole, unit_id)
    texts = [entry.text for task in part.tasks for entry in task.entries if entry.text]
    assert texts == [text for (unit, _number), text in TEXTS.items() if unit == name]
    (newest,) = [
        found for found in statements if "progress_update" in found and "progress_update.filed_by" in found
    ]
    assert "obligation.unit_id = ?" in newest


def test_a_unit_that_owes_nothing_has_no_part(golden: Golden) -> None:
    with golden.database.reading() as session:
        task_list, reporting_round = round_by_name(session, SLUG, PERIOD)
        with pytest.raises(NotFoundError):
            compile_report(session, golden.settings, task_list, reporting_round, AS_OF, unit_id=-1)


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_pages_hold_the_entries_of_the_report(database: Database, settings: Settings, limit: int) -> None:
    staged = stage_golden(database, settings)
    expected = {
        (task.number, entry.unit.name): replace(entry, unit=entry.unit)
        for task in staged.report().tasks
        for entry in task.entries
    }
    found = {}
    after: tuple[int, int] | None = (0, 0)
    with database.reading() as session:
        _, reporting_round = round_by_name(session, SLUG, PERIOD)
        while after is not None:
            page = compile_page(session, settings, reporting_round, limit=limit, after=after)
            assert len(page.entries) <= limit
            for task, entry in page.entries:
                assert (task.number, entry.unit.name) not in found
                whole = expected[task.number, entry.unit.name]
                # A page knows its units by name only.
                found[task.number, entry.unit.name] = replace(entry, unit=whole.unit)
                assert (entry.unit.id, entry.unit.kind) == (whole.unit.id, whole.unit.kind)
            after = page.next
    assert found == expected


def test_a_draft_is_the_units_own(database: Database, settings: Settings) -> None:
    """Over nothing it is pending, now and when a later round looks back; over a filed text it changes nothing."""
    with database.transaction() as session:
        example = build_example(session, settings)
        bureau = example.filer(example.bureau)
        for task in example.tasks[:2]:
            save_draft(session, bureau, example.round, example.bureau, task, "草稿", OPENED_AT)
        filing = Filing(example.tasks[1], "已报")
        submit(session, bureau, example.round, example.bureau, [filing], OPENED_AT)
        save_draft(
            session,
            bureau,
            example.round,
            example.bureau,
            example.tasks[1],
            "再改",
            OPENED_AT,
            base_version=1,
        )
        now = OPENED_AT + timedelta(days=1)
        report = compile_report(session, settings, example.task_list, example.round, now)
        assert [(task.entries[0].state, task.entries[0].text) for task in report.tasks[:2]] == [
            (S.PENDING, ""),
            (S.SUBMITTED, "已报"),
        ]
        close_round(session, COORDINATOR, example.round, now)
        following = open_round(session, COORDINATOR, settings, example.task_list, "2024Q4", now)
        later = compile_report(session, settings, example.task_list, following, now)
    assert [(past.state, past.words) for task in later.tasks[:2] for past in task.past] == [
        (S.PENDING, ""),
        (S.SUBMITTED, "已报"),
    ]
    assert "草稿" not in repr(report) + repr(later)


def test_earlier_texts_are_found_through_the_versions_of_the_list(
    database: Database, settings: Settings
) -> None:
    """The task is another row with another number by then; rounds that are still open are none of the past."""
    with database.transaction() as session:
        example = build_example(session, settings)
        filing = Filing(example.tasks[2], "任务三的进展。")
        submit(session, example.filer(example.bureau), example.round, example.bureau, [filing], OPENED_AT)
        _renumber(session, example.round)
        following = open_round(session, COORDINATOR, settings, example.task_list, "2024Q4", OPENED_AT)
        now = OPENED_AT + timedelta(days=1)
        assert not compile_report(session, settings, example.task_list, following, now).past_rounds
        close_round(session, COORDINATOR, example.round, now)
        report = compile_report(session, settings, example.task_list, following, now)
    past = {task.number: [(one.unit, one.words) for one in task.past] for task in report.tasks}
    assert past["甲-3"] == [("市示例局", "任务三的进展。")]
    assert past["甲-1"] == [("市示例局", "")]
    assert [one.period for one in report.past_rounds] == ["2024Q3"]
    assert {unit.name: unit.missed_before for unit in report.units} == {"市示例局": 1, "甲县": 1, "乙县": 1}


def _renumber(session: Session, reporting_round: ReportingRound) -> None:
    """A second version of the list in which every task has another number."""
    version = ListVersion(list_id=reporting_round.list_id, number=2, imported_at=OPENED_AT)
    session.add(version)
    session.flush()
    measure = Measure(version_id=key(version), position=1, title="新措施")
    session.add(measure)
    session.flush()
    for task in session.exec(select(Task).where(Task.version_id == reporting_round.version_id)).all():
        made = Task(
            **task.model_dump(exclude={"id", "version_id", "number", "measure_id"}),
            version_id=key(version),
            measure_id=key(measure),
            number=f"甲-{task.number}",
        )
        session.add(made)
        session.flush()
        _assign_alike(session, task, made)


def _assign_alike(session: Session, task: Task, made: Task) -> None:
    from tracker.models import Assignment  # noqa: PLC0415 - for this alone

    for found in session.exec(select(Assignment).where(Assignment.task_id == key(task))).all():
        session.add(Assignment(**found.model_dump(exclude={"id", "task_id"}), task_id=key(made)))
    session.flush()


def test_no_more_than_four_texts_and_eight_rounds_of_the_past(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        example.task_list.first_period, example.task_list.last_period = "2020Q1", "2026Q4"
        for year in (2021, 2022, 2023):
            for quarter in (1, 2, 3, 4):
                made = open_round(
                    session, COORDINATOR, settings, example.task_list, f"{year}Q{quarter}", OPENED_AT
                )
                close_round(session, COORDINATOR, made, OPENED_AT)
        report = compile_report(session, settings, example.task_list, example.round, OPENED_AT)
    assert [past.period for past in report.tasks[0].past] == ["2023Q4", "2023Q3", "2023Q2", "2023Q1"]
    assert [past.period for past in report.past_rounds] == [
        f"{year}Q{quarter}" for year in (2022, 2023) for quarter in (1, 2, 3, 4)
    ]


def test_a_list_that_reported_by_another_period_before(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        opened = datetime(2024, 7, 1, tzinfo=SHANGHAI)
        before = open_round(session, COORDINATOR, settings, example.task_list, "2024Q2", opened)
        before.period = "2024M06"
        before.rules = before.rules.replace('"quarter"', '"month"')
        session.add(before)
        close_round(session, COORDINATOR, before, opened)
        report = compile_report(session, settings, example.task_list, example.round, OPENED_AT)
    assert [past.period_label for past in report.past_rounds] == ["2024年6月"]
    assert report.tasks[0].past[0].period_label == "2024年6月"


def test_values_in_another_unit_of_measure_are_no_points(golden: Golden) -> None:
    with golden.database.transaction() as session:
        today = session.exec(select(Indicator).where(Indicator.name == "标准化示例站点")).one()
        older = session.exec(select(ReportedValue).where(ReportedValue.value == Decimal(40))).one()
        _, reporting_round = round_by_name(session, SLUG, PERIOD)
        version = ListVersion(list_id=reporting_round.list_id, number=2, imported_at=AS_OF)
        session.add(version)
        session.flush()
        then = Indicator(
            **today.model_dump(exclude={"id", "version_id", "task_id", "unit"}),
            version_id=key(version),
            unit="座",
        )
        session.add(then)
        session.flush()
        older.indicator_id = key(then)
        session.add(older)
    first = golden.report().indicators[0]
    assert (first.name, first.unit, first.points) == (today.name, "个", (("2024Q3", Decimal(60)),))


def test_units_merged_away_are_in_no_part_of_the_past(golden: Golden) -> None:
    with golden.database.transaction() as session:
        bureau, agency = (
            session.exec(select(OrgUnit).where(OrgUnit.name == name)).one() for name in (BUREAU, AGENCY)
        )
        bureau.merged_into_id = agency.id
        session.add(bureau)
    report = golden.report()
    assert [unit.name for unit in report.units] == [AGENCY, COUNTY_A, COUNTY_B]
    assert BUREAU not in {past.unit for task in report.tasks for past in task.past}
