"""Rounds, submissions and reports from the command line."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from sqlmodel import select

from tests.example import PERIOD, SLUG
from tracker.actions.documents import make_document
from tracker.models import Draft, MailAttachment, Obligation, OutgoingMail, ProgressUpdate, ReportingRound

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command, Ran
    from tracker.db import Database

ROUND_KEYS = {
    "list",
    "period",
    "due_at",
    "expected",
    "filed",
    "on_time",
    "late",
    "nil",
    "exempt",
    "returned",
    "accepted",
    "units",
}
UNIT_KEYS = {"name", "kind", "expected", "filed", "on_time"}


def submit(tracker: Command, text: str, *more: str, unit: str = "甲县", task: str = "1") -> Ran:
    return tracker("submit", SLUG, PERIOD, "--unit", unit, "--task", task, "--text", text, *more)


def texts(database: Database) -> list[str]:
    with database.reading() as session:
        return [update.text or f"nil: {update.nil_reason}" for update in session.exec(select(ProgressUpdate))]


def drafts(database: Database) -> list[str]:
    with database.reading() as session:
        return [draft.text for draft in session.exec(select(Draft))]


@pytest.mark.usefixtures("site")
def test_a_round_is_shown_in_the_promised_shape(tracker: Command) -> None:
    assert submit(tracker, "已完成").code == 0
    assert submit(tracker, "没有安排", "--nil", task="2").code == 0
    shown = tracker.ok("round", "show", SLUG, "2024q3", "--json").json
    assert set(shown) == ROUND_KEYS
    assert all(set(unit) == UNIT_KEYS for unit in shown["units"])
    units = shown.pop("units")
    assert shown == {
        "list": "example",
        "period": "2024Q3",
        "due_at": "2024-10-06T23:59:59+08:00",
        "expected": 8,
        "filed": 2,
        "on_time": 2,
        "late": 0,
        "nil": 1,
        "exempt": 0,
        "returned": 0,
        "accepted": 0,
    }
    assert [tuple(unit.values()) for unit in units] == [
        ("市示例局", "department", 3, 0, 0),
        ("甲县", "county", 2, 2, 2),
        ("乙县", "county", 3, 0, 0),
    ]


@pytest.mark.usefixtures("site")
def test_a_round_is_shown_to_people_with_the_same_figures(tracker: Command) -> None:
    shown = tracker.ok("round", "show", SLUG, PERIOD).out
    assert "应报 8，已报 0" in shown
    assert "甲县\t2\t0\t0\t2" in shown


@pytest.mark.usefixtures("site")
def test_a_round_opened_after_its_due_day_says_that_it_does_not_chase(tracker: Command) -> None:
    ran = tracker.ok("round", "open", SLUG, "2024Q2", "--json")
    assert (ran.json["period"], ran.json["expected"]) == ("2024Q2", 8)
    assert "不自动催报" in ran.err
    assert "tracker round chase example 2024Q2" in ran.err
    assert "已打开" in tracker.ok("round", "chase", SLUG, "2024Q2").out
    assert "已关闭" in tracker.ok("round", "chase", SLUG, "2024Q2", "--off").out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("round", "show", "exampel", PERIOD), "没有名为“exampel”的任务清单。您是不是要找：example？"),
        (("round", "show", SLUG, "2024Q5"), "报送期“2024Q5”无法识别。您是不是要找：2024Q1？"),
        (("round", "show", SLUG, "2024Q4"), "报送期“2024Q4”尚未开启。您是不是要找：2024Q3？"),
        (("round", "open", SLUG, "2025Q1"), "报送期“2025Q1”不在清单的期限内（2024Q1 至 2024Q4）"),
        (("round", "open", SLUG, PERIOD), "已经开启过"),
        (("report", "exampel", PERIOD, "--out", "f"), "您是不是要找：example？"),
    ],
)
@pytest.mark.usefixtures("site")
def test_what_is_unknown_is_named_with_the_nearest(
    tracker: Command, line: tuple[str, ...], words: str
) -> None:
    assert words in tracker.refused(*line)


@pytest.mark.parametrize(
    ("unit", "task", "words"),
    [
        ("乙县政府", "1", "没有名为“乙县政府”的单位。您是不是要找：乙县"),
        ("甲县", "31", "清单中没有第 31 项任务。您是不是要找：1、3？"),
        ("甲县", "3", "本期第 3 项任务不需要甲县报送"),
    ],
)
@pytest.mark.usefixtures("site")
def test_a_submission_for_nothing_expected_is_refused_by_name(
    tracker: Command, stored: Database, unit: str, task: str, words: str
) -> None:
    ran = submit(tracker, "已完成", unit=unit, task=task)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert texts(stored) == []


@pytest.mark.usefixtures("site")
def test_a_text_is_filed_by_an_alias_with_a_receipt(tracker: Command, stored: Database) -> None:
    ran = submit(tracker, " 已完成 ", unit="甲县人民政府")
    assert ran.code == 0
    assert ran.out.startswith("甲县 第 1 项已报送，回执 20240920-")
    assert texts(stored) == ["已完成"]


@pytest.mark.usefixtures("site")
def test_301_characters_are_refused_with_both_numbers_and_nothing_is_stored(
    tracker: Command, stored: Database
) -> None:
    ran = submit(tracker, "字" * 301)
    assert (ran.code, ran.out) == (1, "")
    assert "301 字，超过上限 300 字" in ran.err
    assert texts(stored) == []
    # Not even as a draft: whoever files for a unit does not write into its drafts.
    assert drafts(stored) == []
    assert submit(tracker, "字" * 300).code == 0
    assert texts(stored) == ["字" * 300]


@pytest.mark.parametrize("text", ["\ufeff第一行\r\n第二行\r\n", "第一行\n第二行"])
@pytest.mark.usefixtures("site")
def test_a_text_is_read_from_standard_input(tracker: Command, stored: Database, text: str) -> None:
    tracker.ok(
        "submit", SLUG, PERIOD, "--unit", "甲县", "--task", "1", "--text", "-", stdin=text.encode("utf-8")
    )
    assert texts(stored) == ["第一行\n第二行"]


@pytest.mark.usefixtures("site")
def test_standard_input_in_another_encoding_is_the_users_mistake(tracker: Command, stored: Database) -> None:
    said = tracker.refused(
        "submit", SLUG, PERIOD, "--unit", "甲县", "--task", "1", "--text", "-", stdin="已完成".encode("gbk")
    )
    assert "UTF-8" in said
    assert texts(stored) == []


@pytest.mark.usefixtures("site")
def test_a_draft_is_kept_and_taken_away(tracker: Command, stored: Database) -> None:
    assert submit(tracker, "写了一半", "--draft").out == "草稿已保存。\n"
    assert drafts(stored) == ["写了一半"]
    assert submit(tracker, "", "--draft").out == "草稿已清空。\n"
    assert drafts(stored) == []
    assert texts(stored) == []


@pytest.mark.usefixtures("site")
def test_a_nil_report_carries_its_reason(tracker: Command, stored: Database) -> None:
    assert submit(tracker, "没有安排", "--nil").code == 0
    assert texts(stored) == ["nil: 没有安排"]
    assert "还没有填写内容" in submit(tracker, " ", "--nil", task="2").err


@pytest.mark.usefixtures("site")
def test_closing_takes_no_more_texts_and_mails_the_workbook(tracker: Command, stored: Database) -> None:
    assert submit(tracker, "已完成").code == 0
    ran = tracker.ok("round", "close", SLUG, PERIOD, "--json")
    assert (set(ran.json), ran.json["filed"]) == (ROUND_KEYS, 1)
    assert "2024Q3 已关闭。" in ran.err
    with stored.reading() as session:
        (mail,) = session.exec(select(OutgoingMail)).all()
        (workbook,) = session.exec(select(MailAttachment)).all()
        assert session.exec(select(ReportingRound)).one().closed_at is not None
    assert mail.to_address == "office@example.org"
    assert openpyxl.load_workbook(BytesIO(workbook.content)).sheetnames
    assert "报送期已关闭" in submit(tracker, "迟到").err
    assert "已关闭" in tracker.refused("round", "close", SLUG, PERIOD)


def test_a_report_is_written_in_each_format(tracker: Command, site: Path) -> None:
    assert submit(tracker, "=1+1 已完成").code == 0
    tracker.ok("report", SLUG, PERIOD, "--out", "a.xlsx")
    book = openpyxl.load_workbook(site / "a.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    filed = [cell for cell in cells if "=1+1 已完成" in str(cell.value)]
    assert filed
    assert all(cell.data_type == "s" for cell in filed)
    tracker.ok("report", SLUG, PERIOD, "--format", "html", "--out", "a.html")
    assert "=1+1 已完成" in (site / "a.html").read_text("utf-8")
    shown = tracker.ok("report", SLUG, PERIOD, "--format", "json", "--out", "-")
    assert "=1+1 已完成" in json.dumps(shown.json, ensure_ascii=False)


def test_a_report_of_a_part_holds_nothing_else(tracker: Command, site: Path) -> None:
    assert submit(tracker, "本单位已完成").code == 0
    shown = tracker.ok("report", SLUG, PERIOD, "--format", "json", "--unit", "甲县人民政府", "--out", "-")
    assert [unit["name"] for unit in shown.json["units"]] == ["甲县"]
    tracker.ok(
        "report", SLUG, PERIOD, "--format", "texts", "--kind", "county", "--measure", "2", "--out", "t.xlsx"
    )
    sheet = openpyxl.load_workbook(site / "t.xlsx").worksheets[0]
    assert [(row[0].value, row[4].value) for row in sheet.iter_rows(min_row=2)] == [(3, "乙县")]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--unit", "丙县", "没有名为“丙县”的单位"),
        ("--kind", "town", "没有找到"),
        ("--kind", "city", "应为"),
        ("--measure", "3", "清单有 2 条措施"),
    ],
)
@pytest.mark.usefixtures("site")
def test_a_part_that_there_is_not_is_named(tracker: Command, option: str, value: str, words: str) -> None:
    assert words in tracker.refused("report", SLUG, PERIOD, option, value, "--out", "f.xlsx")


def test_a_report_is_written_whole_or_not_at_all(
    tracker: Command, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = site / "a.xlsx"
    out.write_bytes(b"the report of last week")
    (site / "folder").mkdir()
    before = sorted(path.name for path in site.iterdir())
    assert "pdf" in tracker.refused("report", SLUG, PERIOD, "--format", "pdf", "--out", out)
    tracker.refused("report", SLUG, PERIOD, "--out", "nowhere/a.xlsx")
    tracker.refused("report", SLUG, PERIOD, "--out", "folder")

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(make_document, "write_report", fail)
    assert tracker("report", SLUG, PERIOD, "--out", out).code == 3
    assert out.read_bytes() == b"the report of last week"
    assert sorted(path.name for path in site.iterdir()) == before


@pytest.mark.usefixtures("site")
def test_showing_a_round_changes_nothing(tracker: Command, stored: Database) -> None:
    for line in (("round", "show"), ("round", "show")):
        tracker.ok(*line, SLUG, PERIOD)
    with stored.reading() as session:
        assert {row.state.value for row in session.exec(select(Obligation))} == {"pending"}
