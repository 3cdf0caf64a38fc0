"""Task tables without a column of units, whose cells name them as a plan does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.importers.plans import named, shape
from tests.importers.test_table_shapes import Sheet, parse

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("序号", "重点任务", "工作内容")


def test_cells_that_end_with_an_annotation_are_read_like_an_annotated_plan(tmp_path: Path) -> None:
    rows: Sheet = [
        HEADER,
        (1, "稳岗", "办甲事。责任单位：市财政局；完成时限：2025年6月底"),
        (2, "促学", "办乙事。\n责任单位：市教育局、\n市商务局\n完成时限：长期坚持"),
        (3, "助困", "办丙事。（市民政局牵头，市财政局配合）"),
    ]
    document = parse(tmp_path, rows)
    assert [(t.number, t.measure, t.content, t.deadline) for t in document.tasks] == [
        ("1", "稳岗", "办甲事。", "2025年6月底"),
        ("2", "促学", "办乙事。", "长期坚持"),
        ("3", "助困", "办丙事。", ""),
    ]
    assert [shape(task) for task in document.tasks] == [
        (["市财政局"], [], [], False),
        (["市教育局"], ["市商务局"], [], False),
        (["市民政局"], ["市财政局"], [], True),
    ]
    assert document.problems == ()


@pytest.mark.parametrize("label", ["工作任务及责任单位", "主要措施和责任部门", "工作内容（含责任单位）"])
def test_the_header_may_say_that_the_units_stand_with_the_task(tmp_path: Path, label: str) -> None:
    rows: Sheet = [("序号", label), (1, "办甲事。（市财政局负责）"), (2, "办乙事。（市教育局牵头）")]
    assert [named(task, "lead") for task in parse(tmp_path, rows).tasks] == [["市财政局"], ["市教育局"]]


def test_two_annotations_in_one_cell_are_two_tasks(tmp_path: Path) -> None:
    rows: Sheet = [HEADER, (1, "稳岗", "先办甲事。（市财政局负责）再办乙事。（市教育局负责）")]
    found = parse(tmp_path, rows).tasks
    assert [(task.number, task.content, named(task, "lead")) for task in found] == [
        ("1-1", "先办甲事。", ["市财政局"]),
        ("1-2", "再办乙事。", ["市教育局"]),
    ]
    assert found[0].where != found[1].where


def test_a_row_that_names_nobody_is_a_task_that_needs_units(tmp_path: Path) -> None:
    rows: Sheet = [HEADER, (1, "稳岗", "办甲事。责任单位：市财政局"), (2, "促学", "办乙事。")]
    document = parse(tmp_path, rows)
    assert [len(task.units) for task in document.tasks] == [1, 0]
    assert [(p.code, p.is_blocking) for p in document.problems] == [("units_missing", False)]


def test_a_rule_that_goes_on_holds_for_the_rows_below(tmp_path: Path) -> None:
    rows: Sheet = [
        HEADER,
        (1, "稳岗", "办甲事。（责任单位：市财政局、市教育局，列第一位的为牵头单位，下同）"),
        (2, "促学", "办乙事。（责任单位：市教育局、市商务局）"),
    ]
    assert [task.lead_certain for task in parse(tmp_path, rows).tasks] == [True, True]


def test_a_table_of_which_few_rows_name_anybody_has_no_units(tmp_path: Path) -> None:
    rows: Sheet = [
        HEADER,
        *((n, "事", f"办第{n}件事。") for n in range(1, 4)),
        (4, "事", "办事。（市财政局负责）"),
    ]
    document = parse(tmp_path, rows)
    assert document.tasks == ()
    assert [problem.code for problem in document.problems] == ["no_unit_column"]


@pytest.mark.parametrize(
    "annotation", ["（市财政局牵头，市教育局配合）", "\n牵头单位：市财政局\n配合单位：市教育局"]
)
def test_a_measure_may_name_the_units_of_its_rows(tmp_path: Path, annotation: str) -> None:
    rows: Sheet = [
        HEADER,
        (1, f"稳岗{annotation}", "办甲事。"),
        (2, None, "办乙事。"),
        (3, "促学（市商务局牵头）", "办丙事。"),
    ]
    found = parse(tmp_path, rows, merges=("B2:B3",)).tasks
    assert [(task.number, task.measure, task.content) for task in found] == [
        ("1", "稳岗", "办甲事。"),
        ("2", "稳岗", "办乙事。"),
        ("3", "促学", "办丙事。"),
    ]
    assert [shape(task) for task in found] == [
        (["市财政局"], ["市教育局"], [], True),
        (["市财政局"], ["市教育局"], [], True),
        (["市商务局"], [], [], True),
    ]
    assert [task.units[0].inherited for task in found] == [False, True, False]
