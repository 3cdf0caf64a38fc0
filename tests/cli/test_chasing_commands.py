"""Extensions, pauses, moved reminders and the ledger from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example import PERIOD, SLUG

if TYPE_CHECKING:
    from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("site")
GRANT = ("extension", "grant", SLUG, PERIOD, "甲县人民政府")


def test_an_extension_is_granted_listed_and_revoked(tracker: Command) -> None:
    said = tracker.ok(*GRANT, "--until", "2024-10-10", "--reason", "防汛").out
    assert said == "第 1 号延期：甲县延至 2024-10-10。\n"
    (row,) = tracker.ok("extension", "list", SLUG, PERIOD, "--json").json
    assert row == {
        "number": 1,
        "unit": "甲县",
        "due_at": "2024-10-10T23:59:59+08:00",
        "reason": "防汛",
        "granted_by": "命令行",
        "granted_at": "2024-09-20T10:00:00+08:00",
        "revoked_by": "",
        "revoked_at": None,
    }
    assert (
        "1\t甲县\t2024-10-10T23:59:59+08:00\t防汛\t命令行"
        in tracker.ok("extension", "list", SLUG, PERIOD).out
    )
    assert "第 1 号延期已撤销" in tracker.ok("extension", "revoke", SLUG, PERIOD, "1").out
    assert "已由命令行撤销" in tracker.refused("extension", "revoke", SLUG, PERIOD, "1")
    assert "没有第 9 号延期" in tracker.refused("extension", "revoke", SLUG, PERIOD, "9")


@pytest.mark.parametrize(
    ("until", "words"),
    [("2024-10-06", "应晚于"), ("2025-02-01", "最晚到 2025-01-06"), ("soon", "2024-11-30")],
)
def test_a_day_that_cannot_be_is_refused(tracker: Command, until: str, words: str) -> None:
    assert words in tracker.refused(*GRANT, "--until", until, "--reason", "防汛")
    assert tracker.ok("extension", "list", SLUG, PERIOD, "--json").json == []


def test_the_rung_of_an_extended_unit_is_still_its_distance_from_the_due_day(tracker: Command) -> None:
    tracker.ok(*GRANT, "--until", "2024-10-10", "--reason", "防汛")
    plan = tracker.ok("remind", "--at", "2024-10-09T09:00", "--dry-run", "--json").json
    (mail,) = [mail for mail in plan["mails"] if mail["unit"] == "甲县"]
    assert mail["rung"] == -1


def test_a_unit_is_paused_in_a_round_or_in_all_and_again_reminded(tracker: Command) -> None:
    assert "第 1 号暂停催报" in tracker.ok("pause", "start", "甲县", "--reason", "换人").out
    tracker.ok(
        "pause",
        "start",
        "乙县",
        "--reason",
        "培训",
        "--list",
        SLUG,
        "--period",
        PERIOD,
        "--until",
        "2024-10-09",
    )
    rows = tracker.ok("pause", "list", "--json").json
    assert [(row["unit"], row["list"], row["period"], row["last_on"]) for row in rows] == [
        ("乙县", SLUG, PERIOD, "2024-10-09"),
        ("甲县", "", "", None),
    ]
    plan = tracker.ok("remind", "--at", "2024-09-30T09:00", "--dry-run", "--json").json
    assert [mail["unit"] for mail in plan["mails"]] == ["市示例局"]
    assert "第 1 号暂停催报已结束" in tracker.ok("pause", "end", "1").out
    plan = tracker.ok("remind", "--at", "2024-09-30T09:00", "--dry-run", "--json").json
    assert sorted(mail["unit"] for mail in plan["mails"]) == ["市示例局", "甲县"]
    assert "已由命令行结束" in tracker.refused("pause", "end", "1")


def test_a_reminder_is_moved(tracker: Command) -> None:
    said = tracker.ok(
        "round", "move", SLUG, PERIOD, "--rung", "-5", "--to", "2024-09-27", "--reason", "会期"
    ).out
    assert said == "第 -5 档催报改到 2024-09-27。\n"
    plan = tracker.ok("remind", "--at", "2024-09-25T09:00", "--dry-run", "--json").json
    assert {mail["rung"] for mail in plan["mails"]} == {-10}
    plan = tracker.ok("remind", "--at", "2024-09-27T09:00", "--dry-run", "--json").json
    assert {mail["rung"] for mail in plan["mails"]} == {-5}
    refused = tracker.refused(
        "round", "move", SLUG, PERIOD, "--rung", "-5", "--to", "2024-10-01", "--reason", "会期"
    )
    assert "不是工作日" in refused


def test_the_ledger_lists_what_was_sent(tracker: Command) -> None:
    tracker.ok("remind", "--at", "2024-09-30T09:00")
    rows = tracker.ok("round", "reminders", SLUG, PERIOD, "--json").json
    assert {(row["unit"], row["rung"], row["outstanding"], *row["mails"]) for row in rows} == {
        ("市示例局", "-1", 3, "bureau@example.org queued"),
        ("甲县", "-1", 2, "a@example.org queued"),
        ("乙县", "-1", 3, "b@example.org queued"),
    }
    assert (
        "甲县\t-1\t2024-09-30T09:00:00+08:00\t2\ta@example.org queued"
        in tracker.ok("round", "reminders", SLUG, PERIOD).out
    )
