"""Rows under one merged number: several tasks where other units answer, one task where the same do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.importers.plans import named
from tests.importers.test_table_shapes import Sheet, parse

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.importers.parsed import ParsedDocument

HEADER = ("序号", "工作任务", "具体举措", "责任单位", "完成时限")
LAST = (4, "收尾", "办丁事。", "市商务局", None)


def under_one_number(folder: Path, *rows: tuple[object, ...], merges: tuple[str, ...] = ()) -> ParsedDocument:
    """The table of `rows` under number 3, with one more task below them."""
    sheet: Sheet = [HEADER, *rows, LAST]
    last = len(rows) + 1
    return parse(folder, sheet, merges=(f"A2:A{last}", f"B2:B{last}", *merges))


def test_rows_with_units_of_their_own_are_tasks_of_their_own(tmp_path: Path) -> None:
    document = under_one_number(
        tmp_path,
        (3, "稳岗", "（1）办甲事。", "市财政局", "2025年6月"),
        (None, None, "（2）办乙事。", "市教育局、市民政局", None),
        (None, None, "（3）办丙事。", "市水利局", None),
    )
    assert [(task.number, task.measure, task.title) for task in document.tasks] == [
        ("3-1", "稳岗", "办甲事"),
        ("3-2", "稳岗", "办乙事"),
        ("3-3", "稳岗", "办丙事"),
        ("4", "收尾", "办丁事"),
    ]
    assert [named(task, "lead") for task in document.tasks[:3]] == [["市财政局"], ["市教育局"], ["市水利局"]]
    assert [task.where for task in document.tasks[1:3]] == ["工作表“表1”第 3 行", "工作表“表1”第 4 行"]
    assert document.problems == ()


def test_one_cell_of_units_makes_one_task_of_all_rows(tmp_path: Path) -> None:
    first, last = under_one_number(
        tmp_path,
        (3, "稳岗", "办甲事。", "市财政局", "2025年6月底前"),
        (None, None, "办乙事。", None, "2025年9月底前"),
        merges=("D2:D3",),
    ).tasks
    assert (first.number, last.number) == ("3", "4")
    assert first.content == "办甲事。\n办乙事。"
    assert first.deadline == "2025年6月底前；2025年9月底前"
    assert [unit.name for unit in first.units] == ["市财政局"]


@pytest.mark.parametrize("again", ["市财政局", None])
def test_the_same_units_again_or_none_go_on_with_the_task_above(tmp_path: Path, again: str | None) -> None:
    first, *_ = under_one_number(
        tmp_path, (3, "稳岗", "办甲事。", "市财政局", None), (None, None, "办乙事。", again, None)
    ).tasks
    assert (first.number, first.content) == ("3", "办甲事。\n办乙事。")
    assert [unit.name for unit in first.units] == ["市财政局"]


def test_one_content_over_several_rows_of_units_is_one_task(tmp_path: Path) -> None:
    first, *_ = under_one_number(
        tmp_path,
        (3, "稳岗", "办甲事。", "市财政局", None),
        (None, None, None, "市教育局", None),
        merges=("C2:C3",),
    ).tasks
    assert (first.number, first.content) == ("3", "办甲事。")
    assert [unit.name for unit in first.units] == ["市财政局", "市教育局"]


def test_a_row_that_only_adds_text_belongs_to_the_task_above_it(tmp_path: Path) -> None:
    document = under_one_number(
        tmp_path,
        (3, "稳岗", "办甲事。", "市财政局", None),
        (None, None, "办乙事。", "市教育局", None),
        (None, None, "再办乙事。", None, None),
    )
    assert [(task.number, task.content) for task in document.tasks] == [
        ("3-1", "办甲事。"),
        ("3-2", "办乙事。\n再办乙事。"),
        ("4", "办丁事。"),
    ]
