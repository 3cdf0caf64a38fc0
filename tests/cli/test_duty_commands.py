"""Moved and finished tasks, and instructions, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, PERIOD, SLUG
from tracker.actions.review.review_update import exempt
from tracker.models import Obligation, OutgoingMail, Task
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from tests.cli.conftest import Command
    from tracker.db import Database

pytestmark = pytest.mark.usefixtures("site")
MOVE = ("reassign", "move", SLUG, PERIOD, "3", "乙县", "甲县人民政府")


def test_a_task_is_moved_listed_and_taken_back(tracker: Command, stored: Database) -> None:
    said = tracker.ok(*MOVE, "--reason", "职能调整", "--lasting", "--tell").out
    assert said == "第 1 号改派：第 3 项改由甲县报送。\n通知新单位的邮件 1 封已列入待发。\n"
    with stored.reading() as session:
        assert session.exec(select(OutgoingMail)).one().to_address == "a@example.org"
    (row,) = tracker.ok("reassign", "list", SLUG, "--json").json
    assert row == {
        "number": 1,
        "task": "3",
        "from": "乙县",
        "to": "甲县",
        "period": "2024Q3",
        "lasting": True,
        "reason": "职能调整",
        "by": "命令行",
        "at": "2024-09-20T10:00:00+08:00",
        "undone_by": "",
        "undone_at": None,
    }
    assert "1\t3\t乙县\t甲县\t2024Q3\t是\t职能调整" in tracker.ok("reassign", "list", SLUG).out
    assert "仍由原单位报送" in tracker.ok("reassign", "undo", "1").out
    assert "已由命令行撤销" in tracker.refused("reassign", "undo", "1")
    assert "本来就由乙县报送" in tracker.refused(
        "reassign", "move", SLUG, PERIOD, "1", "甲县", "乙县", "--reason", "试"
    )
    assert "不需要甲县报送" in tracker.refused(
        "reassign", "move", SLUG, PERIOD, "3", "甲县", "市示例局", "--reason", "试"
    )


def test_an_exemption_is_taken_back(tracker: Command, stored: Database) -> None:
    with stored.transaction() as session:
        task = session.exec(select(Task).where(Task.number == "3")).one()
        owed = session.exec(
            select(Obligation).where(
                Obligation.task_id == task.id, Obligation.unit_id == unit_by_name(session, "乙县").id
            )
        ).one()
        exempt(session, COORDINATOR, owed, task, "点错了")
    restore = ("reassign", "restore", SLUG, PERIOD, "3", "乙县", "--reason", "应当报送")
    assert tracker.ok(*restore).out == "第 3 项已恢复应报。\n"
    assert "不是免报" in tracker.refused(*restore)


def test_a_close_out_is_asked_refused_agreed_and_reopened(tracker: Command) -> None:
    ask = ("closeout", "ask", SLUG, "1", "甲县", "--evidence", "已验收")
    assert tracker.ok(*ask).out == "第 1 号销号已申请。\n"
    assert "正在等待审批" in tracker.refused(*ask)
    assert "未同意" in tracker.ok("closeout", "refuse", "1", "--reason", "请附文件").out
    tracker.ok(*ask)
    assert "已销号" in tracker.ok("closeout", "close", "2", "--decision", "同意", "--exempt").out
    rows = tracker.ok("closeout", "list", SLUG, "--json").json
    assert [(row["number"], row["unit"], row["state"], row["decision"]) for row in rows] == [
        (2, "甲县", "closed", "同意"),
        (1, "甲县", "refused", "请附文件"),
    ]
    assert "2\t1\t甲县\t已销号\t已验收" in tracker.ok("closeout", "list", SLUG).out
    assert "已销号" in tracker.refused("closeout", "close", "2")
    assert "已重新开启" in tracker.ok("closeout", "reopen", "2", "--reason", "未完成").out
    assert "已销号" in tracker.ok("closeout", "close-task", SLUG, "1", "--evidence", "全部完成").out
    assert "没有第 9 号销号" in tracker.refused("closeout", "reopen", "9", "--reason", "试")


def test_an_instruction_is_registered_answered_and_closed(tracker: Command) -> None:
    add = ("instruction", "add", "甲县", "市示例局", "--text", "请加快", "--by", "示例市长")
    ran = tracker.ok(*add, "--due", "2024-10-06", "--list", SLUG, "--task", "1")
    assert ran.out == "已登记批示：1、2。\n"
    assert "休息日" in ran.err
    assert "还没有答复" in tracker.refused("instruction", "close", "1")
    assert "已答复" in tracker.ok("instruction", "reply", "1", "--text", "已办").out
    (row,) = tracker.ok("instruction", "list", "--state", "answered", "--json").json
    assert row == {
        "number": 1,
        "unit": "甲县",
        "text": "请加快",
        "by": "示例市长",
        "on": "2024-09-20",
        "due_on": "2024-10-06",
        "state": "answered",
        "about": "示例任务清单 1 示例任务1",
        "entries": [{"text": "已办", "by": "命令行", "at": "2024-09-20T10:00:00+08:00", "further": False}],
    }
    assert (
        "进一步答复"
        in tracker.ok("instruction", "further", "1", "--text", "请补充", "--due", "2024-10-10").out
    )
    tracker.ok("instruction", "reply", "1", "--text", "已补充")
    assert "已办结" in tracker.ok("instruction", "close", "1").out
    assert "已由命令行办结" in tracker.refused("instruction", "close", "1")
    listed = tracker.ok("instruction", "list").out.splitlines()
    assert [line.split("\t")[0] for line in listed[1:]] == ["2", "1"]
    assert listed[2].endswith("2024-10-10\t已办结")


def test_wrong_words_are_usage_errors(tracker: Command) -> None:
    add = ("instruction", "add", "甲县", "--text", "请加快", "--by", "示例市长")
    assert tracker(*add, "--due", "2024-10-10", "--task", "1").code == 2
    assert tracker("instruction", "list", "--state", "late").code == 2
    assert "应形如" in tracker.refused(*add, "--due", "soon")
