"""Filing for a unit from the command line: 自评 and values of indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.asked import add_indicator, ask_assessment
from tests.example import PERIOD, SLUG
from tracker.domain.assessment import Assessment
from tracker.domain.reported_values import TypedValue, read_typed
from tracker.models import Draft, ProgressUpdate, ReportedValue
from tracker.store.lists import task_by_number
from tracker.store.rounds import round_by_name

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database

COMMAND = ("submit", SLUG, PERIOD, "--unit", "甲县", "--task", "1", "--text", "已完成")


@pytest.fixture
def asking(site: Path, stored: Database) -> Database:  # noqa: ARG001 - the site is what is stored
    """Task 1 asks for indicators 5 and 6 of the list."""
    with stored.transaction() as session:
        task_list, opened = round_by_name(session, SLUG, PERIOD)
        ask_assessment(session, task_list, opened)
        task = task_by_number(session, opened.version_id, "1")
        add_indicator(session, task, "新建示例站点", "个", "300", lineage=5)
        add_indicator(session, task, "示例覆盖率", "%", "95", lineage=6)
    return stored


@pytest.mark.parametrize("word", ["按序时", "on_schedule"])
def test_an_assessment_and_values_are_filed(tracker: Command, asking: Database, word: str) -> None:
    tracker.ok(
        *COMMAND, "--assessment", word, "--value", "5=1,200", "--value", "6=80%", "--value-reason", "5=核减"
    )
    with asking.reading() as session:
        [update] = session.exec(select(ProgressUpdate)).all()
        values = session.exec(select(ReportedValue).order_by("id")).all()
    assert update.assessment is Assessment.ON_SCHEDULE
    assert [(found.value, found.reason) for found in values] == [(Decimal(1200), "核减"), (Decimal(80), "")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "还没有选择自评"),
        (("--assessment", "很好"), "应为提前、按序时、滞后、完成或未启动"),
        (("--assessment", "完成", "--value", "5"), "应形如 3=1234.5"),
        (("--assessment", "完成", "--value", "站点=5"), "应形如 3=1234.5"),
        (("--assessment", "完成", "--value", "7=5"), "可填的指标：5、6"),
        (("--assessment", "完成", "--value", "5=5", "--value", "5=6"), "不能出现两次"),
        (("--assessment", "完成", "--value", "5=约5"), "不能识别为数字"),
        (("--assessment", "完成", "--value", "5=5", "--value-reason", "6=原因"), "没有为这个指标写 --value"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_filed(
    tracker: Command, asking: Database, options: tuple[str, ...], words: str
) -> None:
    assert words in tracker.refused(*COMMAND, *options)
    with asking.reading() as session:
        assert not session.exec(select(ProgressUpdate)).all()


def test_a_draft_keeps_them_as_typed(tracker: Command, asking: Database) -> None:
    tracker.ok(*COMMAND, "--draft", "--nil", "--assessment", "滞后", "--value", "5=约5")
    with asking.reading() as session:
        [draft] = session.exec(select(Draft)).all()
    assert (draft.text, draft.is_nil, draft.assessment) == ("已完成", True, Assessment.BEHIND)
    assert list(read_typed(draft.reported).values()) == [TypedValue("约5")]
