"""The Guilin list in the database: exactly what the table says, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tracker.actions.documents.compile_report import compile_report
from tracker.actions.filing.compile_worksheet import compile_worksheet
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.lists.import_list import ImportOutcome, import_list
from tracker.actions.lists.load_list import bundled_lists, load_list
from tracker.actions.rounds.open_round import open_round
from tracker.actions.site.prepare_database import seed_calendar
from tracker.domain.actors import Actor, Role, system
from tracker.errors import BlockingProblemsError, UnknownListError
from tracker.importers.problem import Problem
from tracker.models import Assignment, AssignmentRole, Obligation, OrgUnit, Task, key
from tracker.store.list_lines import stored_lines
from tracker.store.lists import (
    current_tasks,
    current_version,
    list_by_slug,
    task_by_number,
    tasks_of,
    versions_of,
)
from tracker.store.rounds import obligations_of, rates_by_task
from tracker.store.units import find_unit

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.actions.lists.list_content import ListContent
    from tracker.config import Settings
    from tracker.db import Database

ACTOR = system("test")
NOW = datetime(2024, 9, 1, tzinfo=UTC)
NAME = "guilin-2022-2024"


def imported(session: Session, settings: Settings) -> ImportOutcome:
    seed_calendar(session)
    return import_list(session, ACTOR, load_list(settings, NAME), NOW)


def test_holds_35_measures_70_tasks_17_leads_and_17_counties(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        outcome = imported(session, settings)
    assert (outcome.measures, outcome.tasks, outcome.leads, outcome.counties) == (35, 70, 17, 17)
    assert outcome.is_new


def test_importing_twice_changes_nothing(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        imported(session, settings)
        before = [task.model_dump() for task in session.exec(select(Task))]
        second = imported(session, settings)
        after = [task.model_dump() for task in session.exec(select(Task))]
    assert (second.is_new, second.is_changed, second.new_units) == (False, False, ())
    assert before == after


def test_the_third_quarter_of_2024_expects_1215_texts(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        imported(session, settings)
        task_list = list_by_slug(session, NAME)
        opened = open_round(session, ACTOR, settings, task_list, "2024Q3", NOW)
        roles = [obligation.role for obligation in session.exec(select(Obligation))]
        by_task = rates_by_task(session, opened)
        numbers = {task.id: task.number for task in current_tasks(session, task_list)}
    assert roles.count(AssignmentRole.LEAD) == 70
    assert roles.count(AssignmentRole.LOCAL) == 1145
    few = {numbers[task_id] for task_id, rates in by_task.items() if rates.expected != 18}
    assert few == {"8", "9", "10"}


def test_every_name_in_the_table_means_a_unit_that_the_list_file_describes(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        imported(session, settings)
        described = {entry.name for entry in load_list(settings, NAME).definition.units}
        assert {unit.name for unit in session.exec(select(OrgUnit))} == described
        market = find_unit(session, "市市场监督管理局")
        assert market is not None
        assert find_unit(session, "市市场监管局") == market


def test_tasks_20_and_22_bind_the_same_units(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        imported(session, settings)
        bound = {
            number: [
                (row.unit_id, row.group_id, row.role)
                for row in session.exec(
                    select(Assignment).join(Task).where(Task.number == number).order_by(Assignment.position)  # type: ignore[arg-type]
                )
            ]
            for number in ("20", "22")
        }
    assert bound["20"] == bound["22"]
    assert len(bound["20"]) == 12


def test_blocking_problems_keep_everything_out(database: Database, settings: Settings) -> None:
    content = load_list(settings, NAME)
    bad = replace(content, problems=(Problem("第 9 行", "number_repeated", "序号 6 用了两次"),))
    with (
        pytest.raises(BlockingProblemsError, match="第 9 行：序号 6 用了两次"),
        database.transaction() as session,
    ):
        import_list(session, ACTOR, bad, NOW)
    with database.reading() as session:
        assert session.exec(select(Task)).all() == []


def changed(content: ListContent) -> ListContent:
    """Task 1 reworded, task 3 gone, one more at the end; the numbers behind task 3 are what they were."""
    first = replace(content.tasks[0], content=content.tasks[0].content + "每年至少一次。")
    last = replace(
        content.tasks[-1], number="71", content="建立示范项目库，入库项目不少于十个。", title="项目库"
    )
    return replace(
        content,
        tasks=(first, content.tasks[1], *content.tasks[3:], last),
        rows=(*content.rows[:2], *content.rows[3:], content.rows[-1]),
    )


def test_a_changed_document_is_a_new_version(database: Database, settings: Settings) -> None:
    content = load_list(settings, NAME)
    with database.transaction() as session:
        imported(session, settings)
        outcome = import_list(session, ACTOR, changed(content), NOW)
        newest, oldest = versions_of(session, list_by_slug(session, NAME))
        lineages = [
            {task.number: task.lineage for task in tasks_of(session, key(version))}
            for version in (oldest, newest)
        ]
    assert (outcome.is_new, outcome.is_changed, outcome.version, outcome.tasks) == (False, True, 2, 70)
    assert [
        (change.kind, (change.after or change.before).number)  # type: ignore[union-attr]
        for change in outcome.changes
    ] == [("changed", "1"), ("added", "71"), ("removed", "3")]
    assert lineages[1].pop("71") == 71
    assert lineages[0].pop("3") == 3
    assert lineages[0] == lineages[1]


def test_a_round_keeps_the_version_it_was_opened_on(database: Database, settings: Settings) -> None:
    content = load_list(settings, NAME)
    with database.transaction() as session:
        imported(session, settings)
        task_list = list_by_slug(session, NAME)
        opened = open_round(session, ACTOR, settings, task_list, "2024Q3", NOW)
        before = compile_report(session, settings, task_list, opened, NOW)
        outcome = import_list(session, ACTOR, changed(content), NOW)
        after = compile_report(session, settings, task_list, opened, NOW)
        next_round = open_round(session, ACTOR, settings, task_list, "2024Q4", NOW)
        expected = {
            task.number: task for task in compile_report(session, settings, task_list, next_round, NOW).tasks
        }
    assert outcome.keeping == ("2024Q3",)
    assert before == after
    assert "3" not in expected
    assert expected["71"].rates.expected > 0
    assert expected["1"].content.endswith("每年至少一次。")


def test_the_text_of_the_last_round_is_found_through_the_versions(
    database: Database, settings: Settings
) -> None:
    """Task 5 is task 4 of the new version: its lead still sees what it wrote."""
    content = load_list(settings, NAME)
    fewer = replace(
        content,
        tasks=tuple(
            replace(task, number=str(place))
            for place, task in enumerate((*content.tasks[:2], *content.tasks[3:]), start=1)
        ),
        rows=(*content.rows[:2], *content.rows[3:]),
    )
    with database.transaction() as session:
        imported(session, settings)
        task_list = list_by_slug(session, NAME)
        opened = open_round(session, ACTOR, settings, task_list, "2024Q3", NOW)
        task = task_by_number(session, opened.version_id, "5")
        lead = session.get_one(
            OrgUnit,
            next(
                found.unit_id
                for found in obligations_of(session, opened, task_id=key(task))
                if found.role is AssignmentRole.LEAD
            ),
        )
        filer = Actor(role=Role.FILLER, label="填报人", via="test", unit_id=key(lead))
        submit(session, filer, opened, lead, [Filing(task, "已完成前期工作。")], NOW)
        import_list(session, ACTOR, fewer, NOW)
        next_round = open_round(session, ACTOR, settings, task_list, "2024Q4", NOW)
        sheet = compile_worksheet(session, filer, task_list, next_round, lead)
    previous = {line.task.number: line.previous.text for line in sheet.lines if line.previous}
    assert previous == {"4": "已完成前期工作。"}


def test_other_places_in_the_file_are_no_new_version(database: Database, settings: Settings) -> None:
    content = load_list(settings, NAME)
    elsewhere = replace(content, tasks=tuple(replace(task, where="别处") for task in content.tasks))
    with database.transaction() as session:
        imported(session, settings)
        outcome = import_list(session, ACTOR, elsewhere, NOW)
    assert (outcome.is_changed, outcome.version, outcome.changes) == (False, 1, ())


@pytest.mark.parametrize(
    "headings",
    [
        [("一", "甲"), ("一", "甲"), ("", "甲"), ("二", ""), ("二", "乙"), ("", "")],
        [("", ""), ("一", ""), ("", "甲"), ("一", "甲"), ("", ""), ("一", "")],
    ],
)
def test_headings_of_every_kind_are_read_back(
    database: Database, settings: Settings, headings: list[tuple[str, str]]
) -> None:
    """A measure may stand in no section, a task right below a section: importing that again adds no version."""
    whole = load_list(settings, NAME)
    tasks = tuple(
        replace(task, section=section, measure=measure)
        for task, (section, measure) in zip(whole.tasks[:6], headings, strict=True)
    )
    content = replace(whole, tasks=tasks, rows=whole.rows[:6], indicators=())
    with database.transaction() as session:
        import_list(session, ACTOR, content, NOW)
        version = current_version(session, list_by_slug(session, NAME))
        stored = [(line.section, line.measure) for line in stored_lines(session, key(version))]
        again = import_list(session, ACTOR, content, NOW)
    assert stored == headings
    assert again.version == 1


def test_new_rules_alone_are_no_new_version(database: Database, settings: Settings) -> None:
    content = load_list(settings, NAME)
    rules = content.definition.rules.model_copy(update={"due_day": 8})
    other = replace(content, definition=content.definition.model_copy(update={"rules": rules}))
    with database.transaction() as session:
        imported(session, settings)
        outcome = import_list(session, ACTOR, other, NOW)
    assert (outcome.is_changed, outcome.version) == (True, 1)


def test_an_unknown_list_is_named_with_the_nearest(settings: Settings) -> None:
    with pytest.raises(UnknownListError, match=NAME):
        load_list(settings, "guilin-2022")


def test_every_bundled_list_goes_into_one_site(database: Database, settings: Settings) -> None:
    """(tasks, leads, counties) of each, as read by hand; two of the documents name no unit at all."""
    with database.transaction() as session:
        seed_calendar(session)
        found = {
            name: import_list(session, ACTOR, load_list(settings, name), NOW)
            for name in reversed(bundled_lists(settings))
        }
    figures = {
        name: (outcome.tasks, outcome.leads, outcome.counties) for name, outcome in sorted(found.items())
    }
    assert figures == {
        "daxiang-2023-2025": (14, 0, 0),
        "guilin-2022-2024": (70, 17, 17),
        "lufeng-town-2022-2024": (20, 8, 0),
        "yuxi-145-2021-2025": (93, 0, 0),
        "yuxi-income-2022-2024": (14, 9, 9),
    }
