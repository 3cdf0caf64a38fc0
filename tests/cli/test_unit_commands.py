"""Units as a tree, renamed, merged, undone, and the members of groups, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import SLUG
from tracker.models import Obligation, OrgUnit

if TYPE_CHECKING:
    from tests.cli.conftest import Command
    from tracker.db import Database

pytestmark = pytest.mark.usefixtures("site")
GROUP = "各县人民政府"


def changes(tracker: Command) -> list[tuple[int, str]]:
    rows = tracker.ok("units", "changes", "--json").json
    assert all(set(row) == {"number", "at", "by", "what", "undone_at"} for row in rows)
    return [(row["number"], row["what"]) for row in rows]


def names(tracker: Command) -> list[str]:
    return [row["name"] for row in tracker.ok("units", "list", "--json").json]


def test_units_are_shown_as_a_tree(tracker: Command) -> None:
    tracker.ok("units", "add", "甲镇", "--kind", "town", "--parent", "甲县人民政府")
    assert tracker.ok("units", "tree").out.splitlines()[1:] == [
        "市示例局\tdepartment",
        "甲县\tcounty",
        "  甲镇\ttown",
        "乙县\tcounty",
    ]
    tracker.ok("units", "move", "甲镇", "乙县")
    assert tracker.ok("units", "tree", "--json").json[-1] == {"depth": 1, "name": "甲镇", "kind": "town"}
    assert "没有上级" in tracker.ok("units", "move", "甲镇").out
    assert "成为自己的下级" in tracker.refused("units", "move", "甲镇", "甲镇")


def test_renamed_the_old_name_still_means_the_unit(tracker: Command) -> None:
    assert "甲县已改名为甲自治县（第 1 号变更）" in tracker.ok("units", "rename", "甲县", "甲自治县").out
    assert "本来就叫" in tracker.ok("units", "rename", "甲县", "甲自治县").out
    assert "已被使用（乙县）" in tracker.refused("units", "rename", "甲县", "乙县")
    tracker.ok("units", "kind", "甲县", "town")
    assert "planet" in tracker.refused("units", "kind", "甲县", "planet")
    assert "不再指甲自治县" in tracker.ok("units", "alias", "甲自治县", "甲县", "--remove").out
    assert "不是这个单位的别名" in tracker.refused("units", "alias", "甲自治县", "甲县", "--remove")


def test_a_merge_shows_what_moves_and_asks(tracker: Command, stored: Database) -> None:
    ran = tracker("units", "merge", "甲县", "乙县", stdin=b"n\n")
    assert ran.code == 1
    assert "甲县就是乙县？" in ran.err
    assert "联系人 1" in ran.err
    assert f"单位组只算一次：{GROUP}" in ran.err
    assert "没有更改" in ran.err
    assert tracker("units", "merge", "甲县", "乙县").code == 1
    assert changes(tracker) == []
    assert "第 1 号变更" in tracker.ok("units", "merge", "甲县", "乙县", stdin=b"y\n").out
    assert names(tracker) == ["市示例局", "乙县"]
    with stored.reading() as session:
        assert len(session.exec(select(Obligation)).all()) == 6
    assert "不能并入自己" in tracker.refused("units", "merge", "甲县", "乙县", "--yes")


def test_each_change_is_undone_by_its_number(tracker: Command) -> None:
    tracker.ok("units", "merge", "甲县", "乙县", "--yes")
    tracker.ok("units", "merge", "乙县", "市示例局", "--yes")
    assert [number for number, _ in changes(tracker)] == [2, 1]
    assert "请先撤销第 2 号变更" in tracker.refused("units", "undo", "1")
    assert "“乙县”并入“市示例局”" in tracker.ok("units", "undo", "2").out
    tracker.ok("units", "undo", "1")
    assert names(tracker) == ["市示例局", "甲县", "乙县"]
    assert "已由命令行撤销" in tracker.refused("units", "undo", "1")
    assert "没有第 9 号变更记录" in tracker.refused("units", "undo", "9")


def test_members_are_shown_added_removed_and_set(tracker: Command) -> None:
    def members(*options: str) -> list[str]:
        ran = tracker.ok("units", "members", SLUG, GROUP, *options, "--json")
        return [row["name"] for row in ran.json]

    assert members() == ["甲县", "乙县"]
    assert members("--remove", "甲县人民政府") == ["乙县"]
    assert members("--add", "甲县", "--add", "市示例局") == ["市示例局", "甲县", "乙县"]
    ran = tracker.ok("units", "members", SLUG, GROUP, "--set", "甲县")
    assert "从下一个开启的报送期起生效" in ran.err
    assert members() == ["甲县"]
    assert next(what for _, what in changes(tracker)).endswith("移出：市示例局、乙县")
    assert f"您是不是要找：{GROUP}" in tracker.refused("units", "members", SLUG, "各县政府")
    tracker.ok("units", "undo", "3")
    assert members() == ["市示例局", "甲县", "乙县"]


def test_an_added_unit_is_taken_back(tracker: Command, stored: Database) -> None:
    tracker.ok("units", "add", "丙县", "--kind", "county")
    tracker.ok("units", "undo", "1")
    with stored.reading() as session:
        assert len(session.exec(select(OrgUnit)).all()) == 3
    assert changes(tracker) == [(1, "新增“丙县”（县（市、区））")]
