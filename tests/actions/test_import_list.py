"""The Guilin list in the database: exactly what the table says, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tracker.actions.import_list import ImportOutcome, import_list
from tracker.actions.load_list import bundled_lists, load_list
from tracker.actions.open_round import open_round
from tracker.actions.prepare_database import seed_calendar
from tracker.domain.actors import system
from tracker.errors import BlockingProblemsError, ListInUseError, UnknownListError
from tracker.importers.parsed import Problem
from tracker.models import Assignment, AssignmentRole, Obligation, OrgUnit, Task
from tracker.store.lists import list_by_slug, tasks_of
from tracker.store.rounds import rates_by_task
from tracker.store.units import find_unit

if TYPE_CHECKING:
    from sqlmodel import Session

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
        numbers = {task.id: task.number for task in tasks_of(session, task_list)}
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


def test_a_list_with_rounds_is_not_rewritten(database: Database, settings: Settings) -> None:
    content = load_list(settings, NAME)
    with database.transaction() as session:
        imported(session, settings)
        open_round(session, ACTOR, settings, list_by_slug(session, NAME), "2024Q3", NOW)
    changed = replace(content, tasks=(replace(content.tasks[0], content="改过的内容"), *content.tasks[1:]))
    with pytest.raises(ListInUseError, match="第 1 项"), database.transaction() as session:
        import_list(session, ACTOR, changed, NOW)


def test_a_list_without_rounds_takes_the_changed_table(database: Database, settings: Settings) -> None:
    content = load_list(settings, NAME)
    changed = replace(content, tasks=(replace(content.tasks[0], content="改过的内容"), *content.tasks[1:]))
    with database.transaction() as session:
        imported(session, settings)
        outcome = import_list(session, ACTOR, changed, NOW)
        assert tasks_of(session, list_by_slug(session, NAME))[0].content == "改过的内容"
    assert outcome.is_changed
    assert outcome.tasks == 70


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
