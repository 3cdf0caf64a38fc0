"""Task tables of other shapes: columns for lead and support, two header rows, several sheets and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.plans import named, shape
from tracker.importers.document import parse_document
from tracker.importers.files.grid import Cell, Grid, Row
from tracker.importers.tables.cells import follows
from tracker.importers.tables.table import read_tables
from tracker.importers.tables.tasks import read_task

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.importers.parsed import ParsedDocument, ParsedTask

Sheet = list[tuple[Any, ...]]


def parse(folder: Path, *sheets: Sheet, merges: tuple[str, ...] = ()) -> ParsedDocument:
    book = openpyxl.Workbook()
    for index, rows in enumerate(sheets, start=1):
        sheet = book.active if index == 1 else book.create_sheet()
        assert sheet is not None
        sheet.title = f"表{index}"
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
    path = folder / "清单.xlsx"
    book.save(path)
    return parse_document(path)


HEADER = ("序号", "工作任务", "具体举措", "牵头单位", "配合单位", "完成时限")


def test_lead_and_support_in_columns_of_their_own(tmp_path: Path) -> None:
    rows: Sheet = [
        ("河洲市重点工作任务分工表",),
        ("填表时间：2025年1月",),
        HEADER,
        (1, "促增收", "办甲事。", "市财政局、教育局", "市商务局，各县（市、区）人民政府", "2025年6月底"),
        (2, "稳就业", "办乙事。", "市人社局", None, "长期"),
        (3, "强监管", "办丙事。", "市场监管局", "/", "2025年"),
    ]
    document = parse(tmp_path, rows)
    assert [shape(task) for task in document.tasks] == [
        (["市财政局", "市教育局"], ["市商务局"], ["各县（市、区）人民政府"], True),
        (["市人社局"], [], [], True),
        (["市场监管局"], [], [], True),
    ]
    assert [task.deadline for task in document.tasks] == ["2025年6月底", "长期", "2025年"]
    assert document.title == "河洲市重点工作任务分工表"
    assert document.problems == ()


@pytest.mark.parametrize(
    ("lead", "support"),
    [
        ("牵头部门", "责任单位"),
        ("主办单位", "协办单位"),
        ("责任单位", "配合部门"),
        ("牵头单位（部门）", "参与单位"),
    ],
)
def test_labels_of_the_two_columns(tmp_path: Path, lead: str, support: str) -> None:
    rows: Sheet = [("序号", "任务", lead, support), (1, "办事。", "市财政局", "市教育局")]
    (task,) = parse(tmp_path, rows).tasks
    assert (named(task, "lead"), named(task, "support")) == (["市财政局"], ["市教育局"])
    assert task.lead_certain is (lead != "责任单位")


def test_a_header_of_two_rows(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "任务", "责任单位", None, "完成时限"),
        (None, None, "牵头单位", "配合单位", None),
        (1, "办事。", "市财政局", "市教育局", "2025年底前"),
    ]
    (task,) = parse(tmp_path, rows, merges=("A1:A2", "B1:B2", "C1:D1", "E1:E2")).tasks
    assert shape(task) == (["市财政局"], ["市教育局"], [], True)


def test_a_rule_in_the_label_of_the_column(tmp_path: Path) -> None:
    rows: Sheet = [("序号", "任务", "责任单位（第一个为牵头单位）"), (1, "办事。", "市财政局、市教育局")]
    (task,) = parse(tmp_path, rows).tasks
    assert shape(task) == (["市财政局"], ["市教育局"], [], True)


def test_a_cell_may_hold_labels_verbs_or_one_name_a_line(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "任务", "责任单位"),
        (1, "办事。", "牵头单位：市财政局\n配合单位：市教育局、市商务局"),
        (2, "办事。", "市财政局牵头，市教育局配合"),
        (3, "办事。", "市财政局\n市教育局\n市商务局"),
    ]
    found = parse(tmp_path, rows).tasks
    assert [named(task, "lead") for task in found] == [["市财政局"]] * 3
    assert [named(task, "support") for task in found] == [
        ["市教育局", "市商务局"],
        ["市教育局"],
        ["市教育局", "市商务局"],
    ]
    assert [task.lead_certain for task in found] == [True, True, False]


def test_persons_in_a_column_are_no_units(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "任务", "责任领导", "责任单位", "责任人"),
        (1, "办事。", "张某某", "市财政局", "李某某"),
    ]
    (task,) = parse(tmp_path, rows).tasks
    assert [unit.name for unit in task.units] == ["市财政局"]


def test_sheets_that_each_count_from_one_get_numbers_of_their_own(tmp_path: Path) -> None:
    header = ("序号", "任务", "责任单位")
    document = parse(
        tmp_path,
        [header, (1, "办甲事。", "市财政局")],
        [header, (1, "办乙事。", "市教育局"), (2, "办丙事。", "市商务局")],
    )
    assert [task.number for task in document.tasks] == ["1", "2-1", "2-2"]
    assert [(p.code, p.is_blocking) for p in document.problems] == [("numbers_restart", False)]


def test_numbers_with_a_point_stay_apart(tmp_path: Path) -> None:
    header = ("序号", "任务", "责任单位")
    rows: Sheet = [
        header,
        ("1.1", "办甲事。", "市财政局"),
        ("1.2．", "办乙事。", "市教育局"),
        ("11", "办丙事。", "市水利局"),
    ]
    document = parse(tmp_path, rows)
    assert [task.number for task in document.tasks] == ["1.1", "1.2", "11"]
    assert document.problems == ()


@pytest.mark.parametrize("label", ["责任单位及责任人", "责任单位（责任人）", "责任部门/负责人"])
def test_persons_beside_units_are_left_out(tmp_path: Path, label: str) -> None:
    rows: Sheet = [
        ("序号", "任务", label),
        (1, "办甲事。", "市财政局 张某某"),
        (2, "办乙事。", "市教育局（李某）、市委办（督查室）"),
        (3, "办丙事。", "市财政局 市教育局"),
    ]
    assert [[unit.name for unit in task.units] for task in parse(tmp_path, rows).tasks] == [
        ["市财政局"],
        ["市教育局", "市委办（督查室）"],
        ["市财政局", "市教育局"],
    ]


def test_a_column_of_aims_behind_the_measures_is_no_measure(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "改革任务", "改革举措", "改革目标", "牵头单位"),
        (1, "一网通办", "上线平台。", "全部可办", "市数据局"),
    ]
    (task,) = parse(tmp_path, rows).tasks
    assert (task.measure, task.title, task.content) == ("一网通办", "上线平台", "上线平台。\n全部可办")


def test_beside_one_column_of_leads_there_may_be_several_others(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "任务", "牵头单位", "省直配合单位", "市县责任单位"),
        (1, "办事。", "省发展改革委", "省财政厅、教育厅", "各市（州）人民政府"),
    ]
    (task,) = parse(tmp_path, rows).tasks
    assert shape(task) == (["省发展改革委"], ["省财政厅", "省教育厅"], ["各市（州）人民政府"], True)


def test_without_a_deadline_of_its_own_the_row_takes_that_of_its_text(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "任务", "责任单位", "完成时限"),
        (1, "办甲事，2025年6月底前办完。", "市财政局", None),
        (2, "办乙事。完成时限：第三季度", "市财政局", "/"),
        (3, "办丙事，2025年6月底前办完。", "市财政局", "长期坚持"),
    ]
    assert [task.deadline for task in parse(tmp_path, rows).tasks] == [
        "2025年6月底前",
        "第三季度",
        "长期坚持",
    ]


@pytest.mark.parametrize(
    ("number", "later", "is_next"),
    [
        ("3", "4", True),
        ("3", "5", False),
        ("1.3", "1.4", True),
        ("1.3", "2.1", True),
        ("1.3", "2.2", False),
        ("1.3", "2", False),
        ("一", "二", False),
        ("3", "", False),
    ],
)
def test_the_number_that_follows(number: str, later: str, is_next: bool) -> None:
    assert follows(number, later) is is_next


@given(st.lists(st.integers(1, 99), min_size=1, max_size=3))
def test_no_number_follows_itself_and_the_next_does(parts: list[int]) -> None:
    number = ".".join(map(str, parts))
    assert not follows(number, number)
    assert follows(number, ".".join(map(str, [*parts[:-1], parts[-1] + 1])))


def grid(rows: list[list[str]], where: str) -> Grid:
    return Grid(
        where, tuple(Row(tuple(Cell(text) for text in row), f"{where}{n}") for n, row in enumerate(rows))
    )


def test_a_table_goes_on_on_the_next_page() -> None:
    first = grid([["序号", "任务", "责任单位"], ["1", "办甲事，", "市财政局、"]], "甲")
    second = grid([["", "再办甲事。", "市教育局"], ["2", "办乙事。", "市商务局"]], "乙")
    third = grid([["序号", "任务", "责任单位"], ["3", "办丙事。", "市水利局"]], "丙")
    (reading,) = read_tables([first, second, third])
    tasks = [read_task(row, "first").task for row in reading.rows]
    assert [(task.number, task.content) for task in tasks] == [
        ("1", "办甲事，再办甲事。"),
        ("2", "办乙事。"),
        ("3", "办丙事。"),
    ]
    assert [unit.name for unit in tasks[0].units] == ["市财政局", "市教育局"]


COLUMNS = {
    "number": "序号",
    "measure": "主要任务",
    "content": "具体措施",
    "lead": "牵头单位",
    "support": "配合单位",
    "deadline": "完成时限",
}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_order_of_columns_and_any_blanks_read_back(data: st.DataObject) -> None:
    """Columns in any order, title rows above, support and deadlines here and there, headers repeated."""
    keys = list(data.draw(st.permutations(list(COLUMNS))))
    # The measure stands in front of its contents wherever there are both.
    measure, content = sorted((keys.index("measure"), keys.index("content")))
    keys[measure], keys[content] = "measure", "content"
    count = data.draw(st.integers(1, 6))
    expected: list[tuple[str, ...]] = []
    rows = [["河洲市任务表", *[""] * 5][: len(keys)] for _ in range(data.draw(st.integers(0, 2)))]
    rows.append([COLUMNS[key] for key in keys])
    for n in range(1, count + 1):
        cells = {
            "number": str(n),
            "measure": f"措施{n}",
            "content": f"内容{n}。",
            "lead": f"市第{n}局",
            "support": data.draw(st.sampled_from(["", "市教育局", "市教育局、市商务局"])),
            "deadline": data.draw(st.sampled_from(["", "2025年", "6月底前"])),
        }
        expected.append(tuple(cells.values()))
        rows.append([cells[key] for key in keys])
        if data.draw(st.booleans()):
            rows.append(data.draw(st.sampled_from([[COLUMNS[key] for key in keys], [""] * len(keys)])))
    (reading,) = read_tables([grid(rows, "表")])
    assert reading.problems == ()
    found: list[ParsedTask] = [read_task(row, "unknown").task for row in reading.rows]
    assert [
        (
            t.number,
            t.measure,
            t.content,
            "、".join(named(t, "lead")),
            "、".join(named(t, "support")),
            t.deadline,
        )
        for t in found
    ] == expected
