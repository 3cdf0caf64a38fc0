"""The workbook read back: every text once in its place, nothing a formula, no row too high."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.reports.factory import DUE_AT, Filed, TaskText, full_round, make_report
from tracker.domain.states import ObligationState
from tracker.reports.sheets.text_metrics import MOST_ROW_HEIGHT
from tracker.reports.sheets.workbook import render_workbook

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import RoundReport

S = ObligationState
HOSTILE = (
    "=cmd|'/c calc'!A0",
    "{=1+1}",
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "#N/A",
    "\t=2",
    "TRUE",
    "2024-10-06",
    "<img src=x onerror=1>",
    '"><svg/onload=1>',
    "&amp; &P",
    "{unit}：%s {0}",
)


def same(text: str) -> str:
    return text


def opened(report: RoundReport) -> Workbook:
    return load_workbook(BytesIO(render_workbook(report, same)))


def task_rows(sheet: Worksheet) -> dict[str, str]:
    """The progress column of the annex by task number, the rows of a task joined."""
    found: dict[str, str] = {}
    number = ""
    covered = {
        row
        for area in sheet.merged_cells.ranges
        if area.min_col == 1
        for row in range(area.min_row + 1, area.max_row + 1)
    }
    for row in range(6, sheet.max_row + 1):
        value = sheet.cell(row, 1).value
        if row not in covered:
            number = str(value).partition("\n")[0]
        found[number] = found.get(number, "") + str(sheet.cell(row, 4).value or "")
    return found


def assert_prints_whole(sheet: Worksheet) -> None:
    """No two merged cells overlap, none runs over a page's end, no row is higher than Excel shows."""
    taken: set[tuple[int, int]] = set()
    breaks = {found.id for found in sheet.row_breaks.brk}
    for area in sheet.merged_cells.ranges:
        cells = {(row, column) for row, column in area.cells}
        assert not cells & taken
        taken |= cells
        assert not breaks & set(range(area.min_row, area.max_row))
    for dimension in sheet.row_dimensions.values():
        assert dimension.height is None or 0 < dimension.height <= MOST_ROW_HEIGHT


def footer_of(sheet: Worksheet) -> str:
    return str(sheet.oddFooter.center.text) if sheet.oddFooter else ""


def fits_page(sheet: Worksheet) -> bool:
    found = sheet.sheet_properties.pageSetUpPr
    return bool(found and found.fitToPage)


def mixed_round() -> RoundReport:
    """Six tasks and four units with every state."""
    lead, a, b, c = "市示例局", "甲县", "乙区", "丙市"
    filed = [
        [Filed(lead, "牵头文字1", S.ACCEPTED, is_lead=True), Filed(a, "甲1"), Filed(b, "乙1"), Filed(c)],
        [Filed(lead, "牵头文字2", is_lead=True), Filed(a, "甲2", is_late=True), Filed(b), Filed(c)],
        [Filed(lead, state=S.NIL, nil_reason="尚未启动", is_lead=True), Filed(a, "甲3", S.RETURNED)],
        [Filed(lead, is_lead=True, state=S.DRAFT), Filed(b, state=S.EXEMPT)],
        [Filed(c, "丙5", S.EXEMPT), Filed(b, state=S.PENDING)],
        [Filed(a, "甲6", S.ACCEPTED, is_late=True)],
    ]
    for entries in filed:
        for index, one in enumerate(entries):
            if not one.text and one.state is S.SUBMITTED:
                entries[index] = Filed(one.name, state=S.PENDING, is_lead=one.is_lead)
    words = [
        TaskText("任务一", measure="1．甲措施"),
        TaskText("任务二", measure="1．甲措施"),
        TaskText("任务三", measure="2．乙措施", units_text="市另一局"),
        TaskText("任务四", measure="2．乙措施", units_text="市另一局"),
        TaskText("任务五", measure="3．丙措施"),
        TaskText("任务六", measure="3．丙措施"),
    ]
    return make_report(list(zip(words, filed, strict=True)))


def test_each_text_stands_once_in_its_tasks_rows_and_once_in_the_flat_sheet() -> None:
    report = full_round(
        lambda task, unit: f"第{task}项第{unit}家：" + "新建示范基地，带动增收。" * 24, tasks=9
    )
    book = opened(report)
    annex, flat = book["附件"], book["落实进度明细"]
    rows = task_rows(annex)
    everything = "".join(rows.values())
    flat_texts = [flat.cell(row, 9).value for row in range(2, flat.max_row + 1)]
    for task in report.tasks:
        for entry in task.entries:
            assert rows[task.number].count(f"{entry.unit.name}：{entry.text}") == 1
            assert everything.count(entry.text) == 1
            assert flat_texts.count(entry.text) == 1
    assert_prints_whole(annex)


def test_the_lead_comes_first_and_the_missing_close_the_task() -> None:
    annex = opened(mixed_round())["附件"]
    rows = task_rows(annex)
    assert rows["1"] == "市示例局：牵头文字1甲县：甲1乙区：乙1未报送：丙市"
    assert rows["3"] == "市示例局：无进展（尚未启动）甲县：甲3"
    assert rows["4"] == "未报送：市示例局免报：乙区"
    assert rows["5"] == "丙市：丙5未报送：乙区"


def test_cells_are_merged_as_in_the_source() -> None:
    annex = opened(mixed_round())["附件"]
    assert [annex.cell(5, column).value for column in range(1, 6)] == [
        "序号",
        "主要目标任务和具体落实措施",
        None,
        "落实进度",
        "责任单位",
    ]
    merged = {str(area) for area in annex.merged_cells.ranges}
    # Task 1 has four rows and task 2 three: one measure and one block of units over both.
    assert {"B5:C5", "A6:A9", "C6:C9", "B6:B12", "E6:E12", "A10:A12"} <= merged
    assert annex["B6"].value == "1．甲措施"
    assert annex["A6"].value == 1
    assert str(annex.cell(annex.max_row, 1).value).startswith("备注：")
    assert_prints_whole(annex)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_unit_types_stays_text(text: str) -> None:
    words = TaskText(content=text, measure=text, units_text=text, section=text, number=text)
    report = make_report(
        [(words, [Filed(text, text, is_lead=True), Filed("甲县", state=S.NIL, nil_reason=text)])]
    )
    book = opened(report)
    found = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.data_type != "e"
                found += isinstance(cell.value, str) and text.strip() in cell.value
    assert found >= 8
    flat = book["落实进度明细"]
    assert flat["I2"].value == text
    assert flat["I2"].data_type == "s"
    assert bool(flat["I2"].quotePrefix) is text.startswith(("=", "+", "-", "@", "#", "{", "\t"))


def test_characters_that_no_file_can_hold_are_shown_as_such() -> None:
    report = make_report(
        [(TaskText("任务\x00"), [Filed("甲\x0b县", "前\x00\ud800\ufffe后_x0041_", is_lead=True)])]
    )
    book = opened(report)
    assert book["落实进度明细"]["I2"].value == "前\ufffd\ufffd\ufffd后_x005F_x0041_"
    assert book["附件"]["D6"].value == "甲\ufffd县：前\ufffd\ufffd\ufffd后_x005F_x0041_"


def test_hidden_characters_are_written_out() -> None:
    report = make_report([(TaskText("任务"), [Filed("甲县", "前\u202e后")])])
    assert opened(report)["附件"]["D6"].value == "甲县：前⟨U+202E⟩后"


def test_the_flat_sheet_is_typed_and_can_be_filtered() -> None:
    flat = opened(mixed_round())["落实进度明细"]
    headings = [cell.value for cell in flat[1]]
    rows = [
        dict(zip(headings, [cell.value for cell in row], strict=True)) for row in flat.iter_rows(min_row=2)
    ]
    assert flat.auto_filter.ref == f"A1:O{len(rows) + 1}"
    assert flat.freeze_panes == "A2"
    assert len(rows) == 15
    first = rows[0]
    assert (first["序号"], first["角色"], first["状态"], first["字数"]) == (1, "牵头", "已通过", 5)
    assert first["首次报送时间"] == datetime(2024, 10, 4, 9, 39, 59)  # noqa: DTZ001 - a cell knows no zones
    draft = next(row for row in rows if row["序号"] == 4)
    assert (draft["状态"], draft["是否逾期"], draft["首次报送时间"]) == ("未报送", "逾期未报", None)
    nothing = next(row for row in rows if row["状态"] == "无进展")
    assert (nothing["落实进度"], nothing["无进展原因"], nothing["是否逾期"]) == (None, "尚未启动", "否")
    assert [row["是否逾期"] for row in rows].count("是") == 2


def test_rates_equal_the_rows_they_count() -> None:
    report = mixed_round()
    book = opened(report)
    rates, flat, missing = book["报送率"], book["落实进度明细"], book["未报与逾期"]
    kept = [[cell.value for cell in row] for row in flat.iter_rows(min_row=2)]
    by_name = {
        str(row[0].value): [cell.value for cell in row[:12]]
        for row in rates.iter_rows(min_row=6)
        if row[1].value is not None
    }
    for unit in report.units:
        mine = [row for row in kept if row[4] == unit.name]
        expected = [row for row in mine if row[7] != "免报"]
        filed = [row for row in expected if row[7] != "未报送"]
        on_time = [row for row in filed if row[13] == "否"]
        line = by_name[unit.name]
        assert line[1:6] == [
            len(expected), len(filed), len(on_time), len(filed) - len(on_time), len(expected) - len(filed)
        ]  # fmt: skip
        assert line[10:] == [
            pytest.approx(len(filed) / len(expected)),
            pytest.approx(len(on_time) / len(expected)),
        ]
    # By hand: 15 obligations of which 2 are exempt and 5 silent (one of these a draft), 2 filed late.
    assert by_name["总计"][1:6] == [13, 8, 6, 2, 5]
    assert (by_name["部门合计"][1], by_name["县（市、区）合计"][1]) == (4, 9)
    labels = [row[0].value for row in missing.iter_rows(min_row=2)]
    assert (labels.count("未报送"), labels.count("逾期报送")) == (5, 2)
    assert len(rates._charts) == 2  # type: ignore[attr-defined]


def test_every_sheet_is_set_up_for_a3() -> None:
    book = opened(mixed_round())
    assert book.sheetnames == ["附件", "落实进度明细", "报送率", "未报与逾期", "属地一览", "名次与得分"]
    assert book.properties.title == "示例市重点任务清单（示例） 2024年第三季度"
    for sheet in book.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert "&P" in footer_of(sheet)
    # "Fit to page" would ignore the manual breaks of the annex.
    assert not fits_page(book["附件"])
    assert fits_page(book["落实进度明细"])


def test_an_ampersand_in_a_title_is_no_code_of_the_footer() -> None:
    book = opened(make_report([], list_title="示例&P" + "长" * 300))
    assert "示例&&P" in str(book["附件"].oddFooter)
    assert len(str(book["附件"].oddFooter)) <= 255


def test_an_empty_round_a_silent_round_and_one_unit_are_rendered() -> None:
    empty = opened(make_report([]))
    assert empty.sheetnames == ["附件", "落实进度明细", "报送率", "未报与逾期"]
    assert empty["附件"]["A6"].value == "本期清单中没有任务。"
    assert empty["未报与逾期"]["A2"].value == "没有未报送或逾期报送的事项。"
    silent = opened(make_report([(TaskText("任务"), [Filed("甲县", state=S.PENDING)])]))
    assert silent["附件"]["D6"].value == "未报送：甲县"
    nobody = opened(make_report([(TaskText("任务"), [])]))
    assert nobody["附件"]["C6"].value == "任务"
    one = opened(make_report([(TaskText("任务"), [Filed("甲县", "一条")])]))
    assert one["附件"]["D6"].value == "甲县：一条"
    assert one["报送率"]["K7"].value == 1


def test_the_same_report_gives_the_same_properties_whatever_the_clock_says() -> None:
    properties = opened(make_report([])).properties
    assert properties.created == properties.modified == datetime(2024, 10, 10, 1, 59, 59)  # noqa: DTZ001


def test_a_round_that_is_not_due_yet_has_nothing_overdue() -> None:
    report = make_report([(TaskText("任务"), [Filed("甲县", state=S.PENDING)])], as_of=DUE_AT)
    assert opened(report)["落实进度明细"]["N2"].value == "未到期"
