"""A document with a person's choices applied, from proposal to stored list, without any page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tracker.actions.lists.commit_import import UnshownUnitsError, commit_import
from tracker.actions.lists.import_choices import ImportChoices, propose, proposed_rhythms, read_choices
from tracker.actions.lists.import_draft import NoRulesError, draft_of, require_rules, unattended
from tracker.actions.lists.settle_import import LeadCounts, settle
from tracker.actions.lists.wrong_choices import WrongChoicesError
from tracker.domain.actors import system
from tracker.errors import UnreadableFileError
from tracker.importers.document import read_source
from tracker.importers.files.source import SourceFile
from tracker.models import Task, TaskList, UnitKind
from tracker.resources import bundled
from tracker.store.lists import current_tasks, list_by_slug, rules_of
from tracker.store.units import add_alias, add_unit, known_names

if TYPE_CHECKING:
    from tracker.actions.lists.import_draft import ImportDraft
    from tracker.actions.lists.settle_import import Settlement
    from tracker.db import Database

ACTOR = system("test")
NOW = datetime(2024, 9, 1, tzinfo=UTC)
TABLE = """序号,具体措施,责任单位
1,做好第一件事。,市示例局、隆胜县
2,做好第二件事。,各县人民政府
3,做好第三件事。,无
"""
NOTE = "备注：第一个单位为牵头单位，每季度填写（每条控制在250字以内），于每季度第一个月6日前报送。\n"
SETTLED = {"period_type": "quarter", "due_day": "6", "slug": "shiyan", "title": "试验清单"}


def draft(text: str = TABLE, name: str = "方案.csv", /, **choices: object) -> ImportDraft:
    source = SourceFile(name, text.encode())
    reading = read_source(source)
    proposal = propose(reading, name, 300)
    return draft_of(source, reading, proposal.model_copy(update=choices))


def settled(found: ImportDraft, database: Database) -> Settlement:
    with database.reading() as session:
        return settle(found.reading, found.choices, known_names(session))


def wrong(found: ImportDraft, database: Database) -> dict[str, str]:
    """What the import says of the draft, by the path of each choice; nothing is stored."""
    with pytest.raises(WrongChoicesError) as caught, database.transaction() as session:
        commit_import(session, ACTOR, found, NOW)
    with database.reading() as session:
        assert not session.exec(select(TaskList)).all()
    assert all(f"{one.path}: {one.error}" in str(caught.value) for one in caught.value.wrong)
    return {one.path: str(one.error) for one in caught.value.wrong}


def test_tasks_are_counted_by_their_lead_before_and_after_settling(database: Database) -> None:
    assert settled(draft(), database).leads == LeadCounts(certain=0, guessed=1, none=1, unnamed=1)
    choices = {"leads": {"1": "隆胜县", "2": "市新局"}, "units": {"3": "市示例局、各县人民政府"}}
    after = settled(draft(**choices), database)
    assert after.leads == LeadCounts(certain=3, guessed=0, none=0, unnamed=0)
    leads = [unit.name for task in after.tasks for unit in task.units if unit.role == "lead"]
    assert leads == ["隆胜县", "市新局", "市示例局"]
    # What is settled is no problem any more.
    codes = [problem.code for problem in settled(draft(), database).problems]
    assert "lead_missing" in codes
    assert [problem.code for problem in after.problems] == [
        code for code in codes if code not in ("lead_missing", "needs_units")
    ]
    # Who is typed as a lead is shown among the new units before anything is made.
    assert "市新局" in [unit.name for unit in after.new_units]


def test_a_name_typed_by_its_sound_is_proposed_by_the_alias_that_it_sounds_like(database: Database) -> None:
    with database.transaction() as session:
        unit = add_unit(session, "龙胜各族自治县", UnitKind.COUNTY)
        add_alias(session, unit, "龙胜县")
        add_unit(session, "资源县", UnitKind.COUNTY)
    found = settled(draft(), database)
    assert [(unit.name, unit.near) for unit in found.new_units] == [
        ("市示例局", ()),
        ("隆胜县", ("龙胜各族自治县",)),
    ]
    # Proposed is not joined.
    assert [unit.name for unit in found.tasks[0].units] == ["市示例局", "隆胜县"]
    joined = settled(draft(same_as={"隆胜县": "龙胜各族自治县"}), database)
    assert [unit.name for unit in joined.tasks[0].units] == ["市示例局", "龙胜各族自治县"]


def test_the_two_wordings_of_a_station_in_the_lufeng_plan_are_proposed(database: Database) -> None:
    text = (bundled("tasklists") / "lufeng-town-2022-2024.txt").read_text("utf-8")
    near = {unit.name: unit.near for unit in settled(draft(text, "方案.txt"), database).new_units}
    assert near["镇市场监管所"] == ("镇市场监管管理所",)
    assert "镇市自然资源所" in near["镇自然资源所"]
    # Each other name of the 24 stands for itself.
    assert sorted(name for name, found in near.items() if found) == [
        "镇市场监管所", "镇市自然资源所", "镇自然资源所",
    ]  # fmt: skip


def test_every_wrong_choice_is_said_at_once(database: Database) -> None:
    found = draft(
        slug="a/b",
        title="",
        due_day="31",
        first_year="2030",
        last_year="2020",
        character_limit="none",
        lead="nobody",
        filers=(),
        leads={"1": "市别的局", "2": "甲局、乙局", "9": "市示例局"},
        units={"1": "市示例局", "3": "、"},
        kinds={"市示例局": "bureau", "市别的局": "county"},
        same_as={"隆胜县": "市示例局"},
        groups={"各县人民政府": "planet", "各镇": "town"},
        members={"各镇": "甲镇"},
    )
    assert set(wrong(found, database)) == {
        "slug", "title", "period_type", "due_day", "last_year", "character_limit", "lead", "filers",
        "leads.1", "leads.2", "leads.9", "units.1", "units.3", "kinds.市示例局", "kinds.市别的局",
        "same_as.隆胜县", "groups.各县人民政府", "groups.各镇", "members.各镇",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "path", "words"),
    [
        ({"due_day": ""}, "due_day", "应为 1—28 的整数"),
        ({"due_dates": "3月25日", "due_day": ""}, "due_dates", "每一期的日期"),
        ({"due_dates": "随便", "due_day": ""}, "due_dates", "每一期的日期"),
        ({"due_dates": "3月25日 6月25日 9月25日 2月30日", "due_day": ""}, "due_dates", "不是每年都有的日期"),
        ({"due_dates": "3月25日 6月25日 9月25日 11月30日"}, "due_day", "只填一个"),
        ({"title": "标\0题"}, "title", "控制字符"),
        ({"filers": ("lead", "mayor")}, "filers", "不在可选的范围内"),
        ({"last_year": "2024", "first_year": ""}, "first_year", "四位数字"),
    ],
)
def test_a_wrong_value_is_said_with_its_reason(
    sqlite_database: Database, choices: dict[str, object], path: str, words: str
) -> None:
    found = wrong(draft(**(SETTLED | choices)), sqlite_database)
    assert set(found) == {path}
    assert words in found[path]


def test_a_draft_is_stored_with_what_was_settled(database: Database) -> None:
    years = {"first_year": "2024", "last_year": ""}
    found = draft(**SETTLED, **years, leads={"2": "市示例局"}, confirms_leads=True)
    with database.transaction() as session:
        outcome = commit_import(session, ACTOR, found, NOW)
    assert (outcome.tasks, outcome.leads, outcome.new_units) == (3, 1, ("市示例局", "隆胜县"))
    with database.reading() as session:
        task_list = list_by_slug(session, "shiyan")
        assert (rules_of(task_list).due_day, task_list.first_period, task_list.last_period) == (
            6,
            "2024Q1",
            "2024Q4",
        )
        assert [task.is_lead_certain for task in current_tasks(session, task_list)] == [True, True, False]
    with database.transaction() as session:
        again = commit_import(session, ACTOR, found.settled(unattended(found.choices)), NOW)
        assert not again.is_new


def test_units_that_were_not_shown_are_not_made(sqlite_database: Database) -> None:
    found = draft(**SETTLED)
    with pytest.raises(UnshownUnitsError), sqlite_database.transaction() as session:
        commit_import(session, ACTOR, found, NOW, shown="something else")
    with sqlite_database.transaction() as session:
        commit_import(session, ACTOR, found, NOW, shown=settled(found, sqlite_database).made)
        assert len(session.exec(select(Task)).all()) == 3


def test_on_demand_needs_no_due_day(sqlite_database: Database) -> None:
    found = draft(**(SETTLED | {"period_type": "on_demand", "due_day": ""}))
    with sqlite_database.transaction() as session:
        commit_import(session, ACTOR, found, NOW)
        assert rules_of(list_by_slug(session, "shiyan")).due_day is None


def test_a_document_is_proposed_as_it_describes_itself() -> None:
    stated = draft(f"示例方案（2022—2024年）\n{TABLE}{NOTE}").choices
    assert (stated.period_type, stated.due_day, stated.character_limit, stated.lead) == (
        "quarter",
        "6",
        "250",
        "first",
    )
    nothing = draft().choices
    assert (nothing.period_type, nothing.due_day, nothing.character_limit, nothing.lead) == (
        "",
        "",
        "300",
        "unknown",
    )


def test_where_nobody_looks_years_of_a_title_are_not_taken() -> None:
    found = draft("示例方案（2022—2024年）\n一、任务\n（一）做好示例。\n", "方案.txt").choices
    assert (found.first_year, found.last_year, found.replaces) == ("2022", "2024", False)
    alone = unattended(found)
    assert (alone.first_year, alone.last_year, alone.replaces) == ("", "", True)


def test_rhythms_are_proposed_where_no_rules_are_stated_and_named_where_rules_are_missing() -> None:
    text = (
        "示例方案\n一、任务\n（一）做好示例。每季开展一次信息采集。\n（二）做好调度。落实乡级半月研判机制。\n"
    )
    found = draft(text, "方案.txt")
    rhythms = proposed_rhythms(found.reading)
    assert [(one.cadence.every, one.period_type, one.is_exact) for one in rhythms] == [
        ("quarter", "quarter", True),
        ("half_month", "on_demand", False),
    ]
    assert found.choices.period_type == ""
    with pytest.raises(NoRulesError, match=r"第 3 行：“每季”[\s\S]*tracker import 方案.txt --preview --json"):
        require_rules(found)
    require_rules(draft(TABLE + NOTE))
    assert proposed_rhythms(draft(TABLE + NOTE).reading) == ()


def test_choices_are_read_over_the_proposal() -> None:
    base = ImportChoices(slug="a", title="甲")
    given = {"due_day": 6, "title": " 乙\n清单 ", "leads": {"1": "市示例局", "2": ""}, "filers": ["lead"]}
    found = read_choices(json.dumps(given), base, file="c.json")
    assert found == base.model_copy(
        update={"due_day": "6", "title": "乙 清单", "leads": {"1": "市示例局"}, "filers": ("lead",)}
    )
    assert read_choices(found.model_dump_json(), ImportChoices(), file="c.json") == found


def test_unknown_choices_and_wrong_types_are_refused_together() -> None:
    given = {"due_dya": 6, "replaces": "perhaps", "leads": {"3": ["市示例局"]}, "filers": "lead"}
    with pytest.raises(WrongChoicesError) as caught:
        read_choices(json.dumps(given), ImportChoices(), file="c.json")
    assert {one.path for one in caught.value.wrong} == {"due_dya", "replaces", "leads.3", "filers"}
    assert "没有这一项" in str(caught.value)
    assert "due_day" in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"c\.json"):
        read_choices(text, ImportChoices(), file="c.json")
