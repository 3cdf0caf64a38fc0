"""Findings, appeals and the ranking from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example import PERIOD, SLUG

if TYPE_CHECKING:
    from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("site")
FIRST = (SLUG, PERIOD, "1", "甲县")


def submitted(tracker: Command) -> None:
    tracker.ok("submit", SLUG, PERIOD, "--unit", "甲县", "--task", "1", "--text", "高度重视。")


def test_a_finding_is_made_and_withdrawn(tracker: Command) -> None:
    assert "还没有报送文字" in tracker.refused("finding", "add", *FIRST, "--reason", "没有数字")
    submitted(tracker)
    assert "已认定无实质内容" in tracker.ok("finding", "add", *FIRST, "--reason", "没有数字").out
    assert "不必再认定" in tracker.refused("finding", "add", *FIRST, "--reason", "没有数字")
    assert "已撤销认定" in tracker.ok("finding", "withdraw", *FIRST).out
    assert "无需撤销" in tracker.refused("finding", "withdraw", *FIRST)
    assert "不需要甲县报送" in tracker.refused("finding", "withdraw", SLUG, PERIOD, "3", "甲县")


def test_an_appeal_is_asked_decided_and_listed(tracker: Command) -> None:
    submitted(tracker)
    assert "无需申诉" in tracker.refused("appeal", "ask", *FIRST, "returned", "--words", "误退")
    tracker.ok("review", "return", SLUG, PERIOD, "--unit", "甲县", "--task", "1", "--reason", "补数据")
    assert "第 1 号申诉已登记" in tracker.ok("appeal", "ask", *FIRST, "returned", "--words", "误退").out
    assert "目前为“待处理”" in tracker.refused("appeal", "excuse", *FIRST, "returned", "--reason", "误退")
    assert "照常扣分" in tracker.ok("appeal", "refuse", "1", "--reason", "没有误退").out
    assert "记为第 2 号" in tracker.ok("appeal", "excuse", *FIRST, "returned", "--reason", "确系误退").out
    assert "已撤回" in tracker.ok("appeal", "take-back", "2", "--reason", "再查").out
    assert "目前为“未采纳”" in tracker.refused("appeal", "uphold", "2", "--reason", "再查")
    rows = tracker.ok("appeal", "list", SLUG, "--json").json
    assert [(row["number"], row["fault"], row["state"]) for row in rows] == [
        (2, "returned", "refused"),
        (1, "returned", "refused"),
    ]
    assert "1\t2024Q3\t1\t甲县\t退回\t未采纳\t误退" in tracker.ok("appeal", "list", SLUG).out
    assert tracker("appeal", "ask", *FIRST, "nonsense", "--words", "x").code == 2


def test_the_ranking_is_printed_with_its_formula(tracker: Command) -> None:
    submitted(tracker)
    tracker.ok("submit", SLUG, PERIOD, "--unit", "甲县", "--task", "2", "--text", "推进中。")
    tracker.ok("finding", "add", *FIRST, "--reason", "没有数字")
    said = tracker.ok("ranking", SLUG, PERIOD).out
    assert "县（市、区）\t1\t甲县\t90.00\t无实质内容 1\t\t\n" in said
    assert "乙县 未到截止时间，暂不排名：未报 3 项。" in said
    assert "得分 = 100 − 100 × 未报占比" in said
    assert tracker.ok("ranking", SLUG, PERIOD, "--json").json == [
        {
            "kind": "county",
            "place": 1,
            "unit": "甲县",
            "score": "90.00",
            "deductions": {"no_substance": 1},
            "struck_out": {},
            "card": None,
            "interview": False,
        }
    ]
