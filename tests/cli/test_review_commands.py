"""tracker review: what waits, accepted, returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.gathering import gather
from tracker.models import ReportingRound, Review
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database

EXAMPLE = ("example", "2024Q3")
ONE = ("--unit", "甲县", "--task", "1")


@pytest.fixture
def filed(tracker: Command, site: Path) -> None:
    assert site.is_dir()
    for task, text in (("1", "高度重视，加强领导，扎实推进各项工作。"), ("2", "建成示范点3个。")):
        tracker.ok("submit", *EXAMPLE, "--unit", "甲县", "--task", task, "--text", text)
    tracker.ok("submit", *EXAMPLE, "--unit", "乙县", "--task", "3", "--text", "没有安排", "--nil")


@pytest.mark.usefixtures("filed")
def test_what_waits_is_listed_with_its_flags(tracker: Command) -> None:
    lines = [line.split("\t") for line in tracker.ok("review", "list", *EXAMPLE).out.splitlines()]
    assert [(line[0], line[1], line[-1].partition("：")[0]) for line in lines] == [
        ("序号", "单位", "提示"),
        ("1", "甲县", "套话占 84%"),
        ("2", "甲县", ""),
        ("3", "乙县", "无进展"),
    ]
    rows = tracker.ok("review", "list", *EXAMPLE, "--json").json
    assert [flag["kind"] for flag in rows[0]["flags"]] == ["stock_phrases"]
    assert (rows[2]["nil_reason"], rows[2]["flags"]) == ("没有安排", [])
    assert tracker.ok("review", "list", *EXAMPLE, "--above", "--json").json == []


@pytest.mark.usefixtures("filed")
def test_a_text_is_accepted_once(tracker: Command) -> None:
    assert tracker.ok("review", "accept", *EXAMPLE, *ONE).out == "甲县 第 1 项已通过。\n"
    assert "已通过" in tracker.refused("review", "accept", *EXAMPLE, *ONE)


@pytest.mark.usefixtures("filed")
def test_a_text_is_returned_with_a_mail(tracker: Command, site: Path) -> None:
    assert tracker.ok("review", "return", *EXAMPLE, *ONE, "--reason", "请补充数字").err == ""
    assert tracker.ok("review", "list", *EXAMPLE).out.count("\n") == 3
    tracker.ok("deliver")
    assert len(list(site.glob("var/mail/*.eml"))) == 1


@pytest.mark.usefixtures("filed")
def test_what_was_filed_after_it_was_read_is_not_decided_on(tracker: Command) -> None:
    tracker.ok("submit", *EXAMPLE, *ONE, "--text", "又改了。")
    assert "又报了新的一版" in tracker.refused("review", "accept", *EXAMPLE, *ONE, "--version", "1")
    tracker.ok("review", "accept", *EXAMPLE, *ONE, "--version", "2")


@pytest.mark.usefixtures("filed")
def test_what_is_not_owed_or_has_no_reason_is_refused(tracker: Command) -> None:
    assert "3" in tracker.refused("review", "accept", *EXAMPLE, "--unit", "甲县", "--task", "3")
    assert "退回理由" in tracker.refused("review", "return", *EXAMPLE, *ONE, "--reason", " ")


@pytest.mark.usefixtures("filed")
def test_a_text_is_endorsed_on_behalf_of_the_unit_above(tracker: Command, stored: Database) -> None:
    with stored.transaction() as session:
        below, above = (unit_by_name(session, name) for name in ("甲县", "乙县"))
        below.parent_id = above.id
        gather(session, session.exec(select(ReportingRound)).one())
    assert "转给统筹办公室" in tracker.ok("review", "endorse", *EXAMPLE, *ONE, "--by", "乙县").out
    assert [row["task"] for row in tracker.ok("review", "list", *EXAMPLE, "--above", "--json").json] == ["2"]
    assert "权限" in tracker.refused("review", "endorse", *EXAMPLE, *ONE, "--by", "甲县")
    assert tracker("review", "endorse", *EXAMPLE, *ONE, "--by", "市示例局").code != 0
    second = ("--unit", "甲县", "--task", "2", "--reason", "请补充数字", "--by", "乙县")
    tracker.ok("review", "return", *EXAMPLE, *second)
    with stored.reading() as session:
        words = session.exec(select(Review)).all()
    assert [(word.outcome, word.by_unit_id) for word in words] == [
        ("endorsed", above.id),
        ("returned", above.id),
    ]
