"""Reading and importing task lists from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tracker.models import OrgUnit, Task, TaskList
from tracker.resources import bundled

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


@pytest.mark.usefixtures("site")
def test_lists_are_shown_with_those_that_could_be_imported(tracker: Command) -> None:
    lines = [line.split("\t") for line in tracker.ok("lists").out.splitlines()]
    assert lines[1] == ["example", "示例任务清单", "3"]
    assert [NAME, "（尚未导入）", ""] in lines[2:]
    assert {line[1] for line in lines[2:]} == {"（尚未导入）"}
