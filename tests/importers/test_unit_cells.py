"""What stands in a cell of units besides plain names: lists with numbers, slashes, 同上, and words for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.importers.plans import named, one, shape
from tests.importers.test_table_shapes import Sheet, parse

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("序号", "任务", "责任单位")
TWO: tuple[list[str], list[str], list[str]] = (["市财政局"], ["市教育局"], [])


@pytest.mark.parametrize(
    "cell",
    [
        "1.市财政局\n2.市教育局",
        "1、市财政局 2、市教育局",
        "①市财政局②市教育局",
        "（1）市财政局；（2）市教育局",
        "1.市财政局2.市教育局",
        "市财政局/市教育局",
        "市财政局｜市教育局",
        "市财政局+市教育局",
    ],
)
def test_marks_of_a_list_are_no_part_of_the_names(tmp_path: Path, cell: str) -> None:
    (task,) = parse(tmp_path, [HEADER, (1, "办事。", cell)]).tasks
    assert shape(task) == (*TWO, False)


@pytest.mark.parametrize(
    "cell",
    ["市财政局（牵头）\n市教育局（配合）", "市财政局（牵头）\n市教育局", "主办：市财政局；协办：市教育局"],
)
def test_parts_told_line_by_line_or_with_short_labels(tmp_path: Path, cell: str) -> None:
    (task,) = parse(tmp_path, [HEADER, (1, "办事。", cell)]).tasks
    assert shape(task) == (*TWO, True)


def test_names_with_slashes_of_their_own_stay_whole() -> None:
    assert named(one("（责任单位：12345/110联动中心）"), "lead") == ["12345/110联动中心"]


@pytest.mark.parametrize("mark", ["同上", "（同上）", "〃"])
def test_the_same_as_above_is_like_a_merged_cell(tmp_path: Path, mark: str) -> None:
    rows: Sheet = [
        HEADER,
        (1, "办甲事。", "市财政局、市教育局"),
        (2, "办乙事。", mark),
        (3, "办丙事。", mark),
    ]
    document = parse(tmp_path, rows)
    assert [shape(task)[:3] for task in document.tasks] == [TWO] * 3
    assert [task.units[0].inherited for task in document.tasks] == [False, True, True]
    assert document.problems == ()


@pytest.mark.parametrize("words", ["待定", "/", "—", "另行确定", "见附件", "同序号1", "待市政府确定"])
def test_words_for_nobody_name_nobody_and_are_reported(tmp_path: Path, words: str) -> None:
    document = parse(tmp_path, [HEADER, (1, "办甲事。", "市财政局"), (2, "办乙事。", words)])
    assert document.tasks[1].units == ()
    assert [(p.code, p.is_blocking) for p in document.problems] == [("units_missing", False)]
