"""One table written in the many ways that offices write it: the tasks read stay the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.plans import named, read, shape
from tests.importers.test_table_shapes import Sheet, grid, parse
from tracker.importers.document import parse_document
from tracker.importers.files.grid import Cell, Grid, Row
from tracker.importers.tables.table import read_tables
from tracker.importers.tables.tasks import read_task

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("序号", "任务", "责任单位")
TASK_LABELS = (
    "重点任务", "工作任务", "主要措施", "目标任务", "整改措施", "问题", "落实举措", "工作内容", "实施内容",
    "存在问题", "反馈问题", "工作要点", "重点工作", "具体要求", "政策措施", "任务分解",
)  # fmt: skip
NUMBERS = ("{}", "{}.0", "{}.", "{}、", "（{}）", "第{}项", "{}．")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
PERSONS = {"责任科室": "预算科", "责任人": "张某某", "联系人": "李某", "联系电话": "（略）", "备注": ""}
UNITS = {
    ("责任单位",): ("{lead}、{support}",),
    ("责任单位", "责任部门"): ("{lead}", "{support}"),
    ("市级责任单位", "县级责任单位"): ("{lead}", "{support}"),
    ("牵头单位", "配合单位"): ("{lead}", "{support}"),
    ("牵头单位", "责任单位"): ("{lead}", "{support}"),
    (): (),
}
ANNOTATIONS = (
    "。责任单位：{lead}、{support}",
    "。\n责任单位：{lead}、{support}",
    "。（{lead}牵头，{support}配合）",
)
IDLE_ROWS = ("小计", "合计：", "总 计", "（续表）", "")


@dataclass(frozen=True)
class Table:
    """A table as written, and what is to be read: number, section, text, lead and support of each task."""

    rows: list[list[str]]
    header: list[str]
    expected: list[tuple[str, str, str, str, str]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    labels = draw(st.sampled_from(sorted(UNITS)))
    beside = draw(st.sets(st.sampled_from(sorted(PERSONS))))
    header = ["序号", draw(st.sampled_from(TASK_LABELS)), *labels, *sorted(beside)]
    style, is_wide = draw(st.sampled_from(NUMBERS)), draw(st.booleans())
    annotation = draw(st.sampled_from(ANNOTATIONS))
    count = draw(st.integers(3, 7))
    without_number = draw(st.sampled_from([None, *range(2, count)]))
    has_sections = draw(st.booleans())
    rows: list[list[str]] = []
    expected = []
    section = ""

    def line(*cells: str) -> list[str]:
        return [*cells, *[""] * (len(header) - len(cells))]

    for n in range(1, count + 1):
        if has_sections and draw(st.booleans()):
            name = draw(st.sampled_from(["做实就业", "加强供给"]))
            section = f"一、{name}"
            rows.append(line(section) if draw(st.booleans()) else line("一", name))
        if n > 1 and (idle := draw(st.sampled_from([None, *IDLE_ROWS]))) is not None:
            rows.append(line(idle, "3项") if "计" in idle else line(idle))
        if n > 1 and draw(st.integers(0, 4)) == 0:
            rows.append(list(header))
        lead, support = f"市第{n}局", draw(st.sampled_from(["市教育局", "市商务局"]))
        number = style.format(str(n).translate(FULL_WIDTH) if is_wide else n)
        text = f"办第{n}件事"
        end = "。" if labels else annotation.format(lead=lead, support=support)
        units = (cell.format(lead=lead, support=support) for cell in UNITS[labels])
        rows.append(
            [
                "" if n == without_number else number,
                text + end,
                *units,
                *(PERSONS[one] for one in sorted(beside)),
            ]
        )
        expected.append((str(n), section, f"{text}。", lead, support))
    return Table(rows, header, expected)


@settings(max_examples=250, deadline=None)
@given(table=tables(), titles=st.integers(0, 2))
def test_a_table_reads_the_same_however_it_is_written(table: Table, titles: int) -> None:
    above = [["河洲市任务表", *[""] * (len(table.header) - 1)]] * titles
    (reading,) = read_tables([grid([*above, table.header, *table.rows], "表")])
    assert not [problem for problem in reading.problems if problem.is_blocking]
    found = [read_task(row, "unknown").task for row in reading.rows]
    assert [
        (t.number, t.section, t.content, "、".join(named(t, "lead")), "、".join(named(t, "support")))
        for t in found
    ] == table.expected


def merged(rows: list[list[str]], *merges: tuple[int, int, int, int]) -> Grid:
    """A grid in which each of `merges` (top, left, bottom, right) is one cell."""
    cells = [[Cell(text) for text in row] for row in rows]
    for top, left, bottom, right in merges:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                cells[row][column] = Cell(rows[top][left], row - top, column - left)
    return Grid("表", tuple(Row(tuple(row), f"第 {n} 行") for n, row in enumerate(cells, start=1)))


TWO_LINES = [["序号", "任务", "责任单位", "", "时限"], ["", "", "牵头", "配合", ""]]
MERGES = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4))


@pytest.mark.parametrize("title", [[], [["任务表（续表）", "", "", "", ""]]])
def test_a_header_of_two_rows_may_come_again_on_the_next_page(title: list[list[str]]) -> None:
    first = merged([*TWO_LINES, ["1", "办甲事。", "市财政局", "市教育局", "2025年"]], *MERGES)
    down = len(title)
    again = tuple((top + down, left, bottom + down, right) for top, left, bottom, right in MERGES)
    second = merged([*title, *TWO_LINES, ["2", "办乙事。", "市商务局", "", ""]], *again)
    (reading,) = read_tables([first, second])
    assert reading.problems == ()
    found = [read_task(row, "unknown").task for row in reading.rows]
    assert [shape(task) for task in found] == [
        (["市财政局"], ["市教育局"], [], True),
        (["市商务局"], [], [], True),
    ]


@pytest.mark.parametrize("beside", ["", "责任单位"])
def test_a_header_of_two_rows_is_told_without_merges_too(beside: str) -> None:
    text = f"序号,任务,责任单位,{beside},时限\n,,牵头单位,配合单位,\n1,办甲事。,市财政局,市教育局,2025年\n"
    (task,) = read(text, "表.csv").document.tasks
    assert shape(task) == (["市财政局"], ["市教育局"], [], True)
    assert task.deadline == "2025年"


def test_breaks_inside_the_cells_of_a_text_file() -> None:
    markdown = (
        "| 序号 | 任务 | 责任单位 |\n|---|---|---|\n| 1 | 办甲事。<br>再办。 | 市财政局<br>市教育局 |\n"
    )
    csv = '序号,任务,责任单位\n1.0,"办甲事。\n再办。","市财政局\n市教育局"\n'
    for text, name in ((markdown, "表.md"), (csv, "表.csv")):
        (task,) = read(text, name).document.tasks
        assert (task.number, task.content) == ("1", "办甲事。\n再办。")
        assert [unit.name for unit in task.units] == ["市财政局", "市教育局"]


@pytest.mark.parametrize(
    "explained",
    [
        [("填表说明",), ("1.请逐项填写任务、责任单位。",)],
        [("序号", "栏目", "填写说明"), (1, "任务", "写明任务")],
        [HEADER, ("示例", "办某事。", "某单位")],
    ],
)
def test_a_sheet_that_explains_the_others_is_no_task_table(tmp_path: Path, explained: Sheet) -> None:
    path = tmp_path / "清单.xlsx"
    parse(tmp_path, explained, [HEADER, (1.0, "办甲事。", "市财政局")])
    rename_first_sheet(path, "填表说明")
    document = parse_document(path)
    assert [(task.number, named(task, "lead")) for task in document.tasks] == [("1", ["市财政局"])]
    assert document.problems == ()


def rename_first_sheet(path: Path, title: str) -> None:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.load_workbook(path)
    book.worksheets[0].title = title
    book.save(path)


def test_a_column_of_numbers_that_word_counts_itself_is_counted(tmp_path: Path) -> None:
    document = parse(tmp_path, [HEADER, (None, "办甲事。", "市财政局"), (None, "办乙事。", "市教育局")])
    assert [task.number for task in document.tasks] == ["1", "2"]
    assert [(p.code, p.is_blocking) for p in document.problems] == [("number_filled", False)]


def test_a_blank_number_that_fits_no_gap_is_a_problem(tmp_path: Path) -> None:
    rows: Sheet = [
        HEADER,
        (1, "办甲事。", "市财政局"),
        (None, "办乙事。", "市教育局"),
        (2, "办丙事。", "市商务局"),
    ]
    document = parse(tmp_path, rows)
    assert [task.number for task in document.tasks] == ["1", "2"]
    assert [(p.code, p.is_blocking) for p in document.problems] == [("number_missing", True)]


def test_a_number_with_a_zero_behind_the_point_stays_among_others_with_a_point(tmp_path: Path) -> None:
    rows: Sheet = [HEADER, ("1.0", "办甲事。", "市财政局"), ("1.1", "办乙事。", "市教育局")]
    assert [task.number for task in parse(tmp_path, rows).tasks] == ["1.0", "1.1"]


@pytest.mark.parametrize("label", ["存在问题", "下一步工作打算", "下步工作安排"])
def test_columns_to_be_filled_in_behind_the_units_are_no_tasks(tmp_path: Path, label: str) -> None:
    rows: Sheet = [(*HEADER, "完成情况", label), (1, "办甲事。", "市财政局", None, None)]
    document = parse(tmp_path, rows)
    assert [task.content for task in document.tasks] == ["办甲事。"]
    assert document.problems == ()


def test_an_issue_in_front_of_the_measures_is_their_heading(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "反馈问题", "整改措施", "责任单位", "整改时限"),
        (1, "台账不清", "建立台账。", "市财政局", "2025年6月"),
    ]
    (task,) = parse(tmp_path, rows).tasks
    assert (task.measure, task.content, task.deadline) == ("台账不清", "建立台账。", "2025年6月")


def test_the_first_of_two_columns_of_units_is_the_guess_at_the_lead(tmp_path: Path) -> None:
    rows: Sheet = [
        ("序号", "任务", "市级责任单位", "县级责任单位", "责任科室"),
        (1, "办甲事。", "市财政局、教育局", "各县（市、区）人民政府", "预算科"),
        (2, "办乙事。", "/", "东屏县人民政府", "办公室"),
    ]
    found = parse(tmp_path, rows).tasks
    assert [shape(task) for task in found] == [
        (["市财政局"], ["市教育局"], ["各县（市、区）人民政府"], False),
        (["东屏县人民政府"], [], [], False),
    ]


def test_offices_of_one_unit_alone_in_their_column_are_its_units(tmp_path: Path) -> None:
    (task,) = parse(tmp_path, [("序号", "任务", "责任科室"), (1, "办甲事。", "预算科")]).tasks
    assert [unit.name for unit in task.units] == ["预算科"]


def test_a_table_in_word_goes_on_behind_a_line_that_says_so(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("河洲市重点任务清单")
    for number, text, unit in (("1", "办甲事。", "市财政局"), ("2", "办乙事。", "市教育局")):
        table = document.add_table(rows=2, cols=3)
        for row, cells in zip(table.rows, (HEADER, (number, text, unit)), strict=True):
            for cell, value in zip(row.cells, cells, strict=True):
                cell.text = value
        document.add_paragraph("（续表）")
    path = tmp_path / "清单.docx"
    document.save(str(path))
    found = parse_document(path)
    assert found.title == "河洲市重点任务清单"
    assert [task.number for task in found.tasks] == ["1", "2"]
    assert found.problems == ()
