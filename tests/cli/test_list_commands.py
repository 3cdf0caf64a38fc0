"""Reading and importing task lists from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tracker.models import OrgUnit, Task, TaskList
from tracker.resources import bundled
from tracker.store.lists import current_tasks, list_by_slug

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database

NAME = "guilin-2022-2024"
HEADER = ("序号", "主要任务", "具体措施", "责任单位")
ROWS = (
    (1, "1．做强产业", "推动产业融合发展。", "市农业农村局、商务局"),
    (2, "2．强化技能", "开展技能培训。", "市教育局，各县人民政府"),
)


def contents(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {model.__name__: len(session.exec(select(model)).all()) for model in (TaskList, Task, OrgUnit)}


def test_parse_prints_the_promised_shape_and_needs_no_site(tracker: Command) -> None:
    ran = tracker.ok("parse", bundled("tasklists") / f"{NAME}.xlsx", "--json")
    document = ran.json
    assert set(document) == {
        "title", "rules", "tasks", "outline", "cadences", "indicators", "problems"
    }  # fmt: skip
    assert {found["task"] for found in document["indicators"]} >= {"3", "20", "27"}
    assert all(found["proposed"] for found in document["indicators"])
    assert document["problems"] == []
    assert len(document["tasks"]) == 70
    for task in document["tasks"]:
        assert set(task) == {
            "number",
            "section",
            "measure",
            "title",
            "content",
            "units",
            "deadline",
            "lead_certain",
            "where",
        }
        for unit in task["units"]:
            assert set(unit) == {"text", "name", "role", "inherited"}
            assert unit["role"] in {"lead", "support", "group"}
            assert isinstance(unit["inherited"], bool)
    assert document["tasks"][21]["number"] == "22"
    twentieth, twenty_second = (
        [unit["name"] for unit in document["tasks"][place]["units"]] for place in (19, 21)
    )
    assert twentieth == twenty_second


def test_parse_names_problems_with_sheet_and_row(tracker: Command, write_table: Callable[..., Path]) -> None:
    path = write_table(HEADER, [ROWS[0], (1, *ROWS[1][1:])])
    (problem,) = tracker.ok("parse", path, "--json").json["problems"]
    assert set(problem) == {"where", "code", "message"}
    assert (problem["where"], problem["code"]) == ("工作表“清单”第 4 行", "number_repeated")
    shown = tracker.ok("parse", path)
    assert "工作表“清单”第 4 行" in shown.err
    assert "市农业农村局" in shown.out


@pytest.mark.parametrize("name", ["missing.xlsx", "text.pdf"])
def test_parse_of_a_file_that_cannot_be_read_is_the_users_mistake(
    tracker: Command, tmp_path: Path, name: str
) -> None:
    (tmp_path / "text.pdf").write_bytes(b"%PDF-1.4")
    assert name in tracker.refused("parse", name, "--json")


@pytest.mark.usefixtures("empty_site")
def test_the_guilin_list_is_imported_opened_and_expects_1215_texts(tracker: Command) -> None:
    first = tracker.ok("import", NAME, "--json").json
    assert (first["measures"], first["tasks"], first["leads"], first["counties"]) == (35, 70, 17, 17)
    assert (first["is_new"], first["is_changed"], first["dry_run"]) == (True, False, False)
    second = tracker.ok("import", NAME, "--json").json
    assert (second["is_new"], second["is_changed"], second["new_units"]) == (False, False, [])
    assert {key: second[key] for key in ("measures", "tasks")} == {"measures": 35, "tasks": 70}
    assert "未作更改" in tracker.ok("import", NAME).out
    opened = tracker.ok("round", "open", NAME, "2024Q3", "--json").json
    assert opened["expected"] == 1215
    assert opened["due_at"] == "2024-10-06T23:59:59+08:00"
    kinds = [unit["kind"] for unit in opened["units"]]
    assert (kinds.count("department"), kinds.count("county")) == (17, 17)
    assert sum(unit["expected"] for unit in opened["units"]) == 1215


@pytest.mark.usefixtures("empty_site")
def test_a_dry_run_shows_what_would_come_and_writes_nothing(
    tracker: Command, stored: Database, write_table: Callable[..., Path]
) -> None:
    path = write_table(HEADER, ROWS)
    shown = tracker.ok("import", path, "--dry-run", "--json").json
    assert (shown["tasks"], shown["dry_run"]) == (2, True)
    assert contents(stored) == {"TaskList": 0, "Task": 0, "OrgUnit": 0}
    assert tracker.ok("import", path, "--json").json["tasks"] == 2
    assert contents(stored)["Task"] == 2


@pytest.mark.parametrize(
    ("header", "rows", "merges", "place", "words"),
    [
        (("序号", "主要任务", "具体措施"), [row[:3] for row in ROWS], (), "第 2 行", "责任单位"),
        (HEADER, [ROWS[0], (1, *ROWS[1][1:])], (), "第 4 行", "序号 1 重复"),
        (
            ("序号", "主要任务和措施", "具体措施", "落实进度", "责任单位"),
            [(*row[:3], "", row[3]) for row in ROWS],
            ("B2:D2",),
            "第 2 行",
            "合并了 3 栏",
        ),
    ],
    ids=["no unit column", "a number twice", "a merged header"],
)
@pytest.mark.usefixtures("empty_site")
def test_a_table_with_a_problem_is_named_by_sheet_and_row_and_nothing_is_written(
    tracker: Command,
    stored: Database,
    write_table: Callable[..., Path],
    header: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    merges: Sequence[str],
    place: str,
    words: str,
) -> None:
    said = tracker.refused("import", write_table(header, rows, merges))
    assert f"工作表“清单”{place}" in said
    assert words in said
    assert contents(stored) == {"TaskList": 0, "Task": 0, "OrgUnit": 0}


@pytest.mark.usefixtures("empty_site")
def test_an_unknown_list_is_named_with_the_nearest(tracker: Command) -> None:
    assert f"您是不是要找：{NAME}" in tracker.refused("import", "guilin")


@pytest.mark.usefixtures("empty_site")
def test_groups_without_members_are_pointed_out(tracker: Command, write_table: Callable[..., Path]) -> None:
    path = write_table(HEADER, ROWS)
    assert tracker.ok("import", path, "--json").json["empty_groups"] == ["各县人民政府"]
    ran = tracker.ok("import", path)
    assert "“各县人民政府”还没有成员" in ran.err
    assert "还没有成员" not in ran.out


# No rule says who leads, none when to report.
PLAN = """示例方案（2022—2024年）
一、重点任务
（一）做好第一件事。每季开展一次信息采集。（责任单位：市新设局、市示例局）
（二）做好第二件事。落实乡级半月研判机制。（责任单位：各县人民政府）
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, "utf-8")
    return path


@pytest.mark.usefixtures("site")
def test_a_preview_shows_everything_to_decide_on_and_writes_nothing(
    tracker: Command, stored: Database, plan: Path
) -> None:
    before = contents(stored)
    shown = tracker.ok("import", plan, "--preview", "--json").json
    assert set(shown) == {
        "file", "title", "tasks", "measures", "leads", "lead_options", "only_collectives", "without_units",
        "new_units", "groups", "indicators", "changes", "problems", "rules", "rhythms", "choices",
    }  # fmt: skip
    assert (shown["tasks"], shown["rules"]) == (2, None)
    assert shown["leads"] == {"certain": 0, "guessed": 1, "none": 1, "unnamed": 0}
    (guess,) = shown["lead_options"]
    assert (guess["lead"], guess["options"]) == ("市新设局", ["市新设局", "市示例局"])
    assert [unit["name"] for unit in shown["new_units"]] == ["市新设局"]
    assert shown["groups"] == [{"name": "各县人民政府", "meaning": "", "members": []}]
    assert [(found["words"], found["period_type"]) for found in shown["rhythms"]] == [
        ("每季", "quarter"),
        ("半月", "on_demand"),
    ]
    assert (shown["choices"]["first_year"], shown["choices"]["period_type"]) == ("2022", "")
    text = tracker.ok("import", plan, "--preview").out
    for words in ("推测 1 项", "第 3 行", "市新设局", "各县人民政府", "每季", "period_type"):
        assert words in text
    assert contents(stored) == before


@pytest.mark.usefixtures("site")
def test_a_document_without_rules_says_how_to_go_on(tracker: Command, stored: Database, plan: Path) -> None:
    before = contents(stored)
    said = tracker.refused("import", plan)
    for words in ("没有读到报送规则", "第 3 行：“每季”", "--preview --json", "--choices"):
        assert words in said
    assert contents(stored) == before


@pytest.mark.usefixtures("site")
def test_the_choices_of_a_preview_are_changed_and_imported(
    tracker: Command, stored: Database, plan: Path, tmp_path: Path
) -> None:
    before = contents(stored)
    preview = tracker.ok("import", plan, "--preview", "--json").json
    (guess,), (leaderless,) = preview["lead_options"], preview["only_collectives"]
    settled = {
        "slug": "plan",
        "period_type": "quarter",
        "due_day": 6,
        "leads": {guess["number"]: "市示例局", leaderless["number"]: "市新设局"},
        "groups": {"各县人民政府": "county"},
    }
    choices = tmp_path / "choices.json"
    choices.write_text(json.dumps(preview["choices"] | settled), "utf-8")
    again = tracker.ok("import", plan, "--preview", "--choices", choices, "--json").json
    assert again["leads"] == {"certain": 2, "guessed": 0, "none": 0, "unnamed": 0}
    assert tracker.ok("import", plan, "--choices", choices, "--dry-run", "--json").json["tasks"] == 2
    assert contents(stored) == before
    done = tracker.ok("import", plan, "--choices", choices, "--json").json
    assert (done["slug"], done["leads"], done["new_units"], done["empty_groups"]) == (
        "plan",
        2,
        ["市新设局"],
        [],
    )
    assert not tracker.ok("import", plan, "--choices", choices, "--json").json["is_changed"]
    with stored.reading() as session:
        task_list = list_by_slug(session, "plan")
        assert all(task.is_lead_certain for task in current_tasks(session, task_list))
        assert (task_list.first_period, task_list.last_period) == ("2022Q1", "2024Q4")


@pytest.mark.usefixtures("site")
def test_wrong_choices_are_all_named_and_nothing_is_written(
    tracker: Command, stored: Database, plan: Path, tmp_path: Path
) -> None:
    before = contents(stored)
    choices = tmp_path / "choices.json"
    choices.write_text('{"due_dya": 6, "leads": ["市示例局"]}', "utf-8")
    said = tracker.refused("import", plan, "--choices", choices)
    assert "due_dya" in said
    assert "leads" in said
    choices.write_text('{"due_day": 31, "leads": {"99": "市示例局"}}', "utf-8")
    said = tracker.refused("import", plan, "--choices", choices)
    for path in ("period_type: ", "due_day: ", "leads.99: "):
        assert path in said
    assert contents(stored) == before
    for content, words in (("[]", "JSON 对象"), ("{", "不是有效的 JSON")):
        choices.write_text(content, "utf-8")
        assert words in tracker.refused("import", plan, "--choices", choices)
    assert "nowhere.json" in tracker.refused("import", plan, "--choices", tmp_path / "nowhere.json")


@pytest.mark.usefixtures("empty_site")
def test_guesses_stay_guesses_until_they_are_confirmed(
    tracker: Command, stored: Database, tmp_path: Path
) -> None:
    path = tmp_path / "guess.csv"
    note = "备注：每季度填写，于每季度第一个月6日前报送。"
    path.write_text(f"序号,具体措施,责任单位\n1,做好示例。,市新设局、市示例局\n{note}\n", "utf-8")

    def certain() -> list[bool]:
        with stored.reading() as session:
            task_list = list_by_slug(session, "guess")
            return [task.is_lead_certain for task in current_tasks(session, task_list)]

    tracker.ok("import", path)
    assert certain() == [False]
    tracker.ok("import", path, "--confirm-leads")
    assert certain() == [True]


@pytest.mark.parametrize("options", [["--preview"], ["--confirm-leads"], ["--choices", "choices.json"]])
@pytest.mark.usefixtures("empty_site")
def test_a_list_file_settles_everything_itself(tracker: Command, options: list[str]) -> None:
    assert f"{options[0]} 只用于任务表" in tracker.refused("import", NAME, *options)


@pytest.mark.usefixtures("site")
def test_lists_are_shown_with_those_that_could_be_imported(tracker: Command) -> None:
    lines = [line.split("\t") for line in tracker.ok("lists").out.splitlines()]
    assert lines[1] == ["example", "示例任务清单", "3"]
    assert [NAME, "（尚未导入）", ""] in lines[2:]
    assert {line[1] for line in lines[2:]} == {"（尚未导入）"}


@pytest.mark.usefixtures("empty_site")
def test_a_changed_file_says_what_changed_and_versions_can_be_compared(
    tracker: Command, tmp_path: Path
) -> None:
    header = "序号,具体措施,责任单位\n"
    choices = tmp_path / "choices.json"
    choices.write_text('{"slug": "shiyan", "period_type": "quarter", "due_day": "6"}', "utf-8")
    file = tmp_path / "shiyan.csv"
    file.write_text(header + "1,建设养老服务中心。,市新设局\n2,改造农村公路。,市示例局\n", "utf-8")
    tracker.ok("import", file, "--choices", choices)
    file.write_text(header + "1,建设养老服务中心。,市新设局、市示例局\n2,开展种业振兴。,市示例局\n", "utf-8")
    preview = tracker.ok("import", file, "--choices", choices, "--preview", "--json").json
    kinds = [(change["kind"], change["number"], change["before_number"]) for change in preview["changes"]]
    assert kinds == [("changed", "1", "1"), ("added", "2", None), ("removed", None, "2")]
    done = tracker.ok("import", file, "--choices", choices)
    assert "新增 1 项，修改 1 项，移动 0 项，删除 1 项" in done.out
    shown = tracker.ok("versions", "shiyan", "--json").json
    assert [version["number"] for version in shown["versions"]] == [2, 1]
    assert shown["changes"] == preview["changes"]
    assert "第 2 版与第 1 版比较" in tracker.ok("versions", "shiyan").out
    assert "清单没有第 7 版" in tracker.refused("versions", "shiyan", "--to", "7")
