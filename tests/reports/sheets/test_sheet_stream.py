"""Streamed sheets read back: by openpyxl and by calamine, texts as texts, XML in the order of the standard."""

from __future__ import annotations

import re
import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from tempfile import TemporaryFile
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from defusedxml import ElementTree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from tests.reports.factory import Filed, TaskText, make_report
from tracker.domain.states import ObligationState
from tracker.errors import TooManyRowsError
from tracker.reports.sheets import sheet_stream
from tracker.reports.sheets.flat_sheets import pairs_of
from tracker.reports.sheets.workbook import render_texts, render_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import RoundReport

HOSTILE = (
    "=cmd|'/c calc'!A0",
    "+1",
    "-1",
    "@x",
    "{=1+1}",
    "#N/A",
    "\t两头有空白 ",
    " 　前后全角　",
    "一行\n二行\n\n四行",
    '</t></is></c><c r="A1"><v>1</v>',
    "<![CDATA[x]]>",
    "&amp;&#65;&lt;",
    "\"'",
    "𠀀𪚥😀",
    "]]>",
)
CUT = "……（单元格放不下，全文见网页）"
# ECMA-376 part 1, 18.3.1.99: the order in which a worksheet's parts have to come.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "autoFilter",
    "mergeCells", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "drawing", "legacyDrawing", "tableParts",
)  # fmt: skip


def report_of(*texts: str) -> RoundReport:
    return make_report([(TaskText("任务"), [Filed(f"示例{n}县", text) for n, text in enumerate(texts)])])


def rendered(report: RoundReport) -> bytes:
    file = BytesIO()
    render_texts(report, pairs_of(report), file, str)
    return file.getvalue()


def opened(report: RoundReport) -> Worksheet:
    return load_workbook(BytesIO(rendered(report)), rich_text=True).worksheets[0]


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return ZipFile(BytesIO(content)).read(name).decode()


def test_hostile_texts_come_back_as_they_were_and_as_texts() -> None:
    sheet = opened(report_of(*HOSTILE))
    cells = [sheet.cell(row, 9) for row in range(2, sheet.max_row + 1)]
    assert [cell.value for cell in cells] == list(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells[:7]] == [True] * 7


def test_another_reader_finds_the_same_texts() -> None:
    rows = (
        CalamineWorkbook.from_filelike(BytesIO(rendered(report_of(*HOSTILE))))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert [row[8] for row in rows[1:]] == list(HOSTILE)
    assert (rows[1][0], rows[1][11]) == (1, datetime(2024, 10, 4, 9, 39, 59))  # noqa: DTZ001 - a cell knows no zones


def test_what_no_file_can_hold_and_what_looks_like_an_escape() -> None:
    sheet = opened(report_of("前\x00\ud800\ufffe后_x0041_", "a\r\nb", "a\rb"))
    assert [sheet.cell(row, 9).value for row in range(2, 5)] == [
        "前\ufffd\ufffd\ufffd后_x0041_",
        "a\nb",
        "a\rb",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("长" * 32_767, 32_767),
        ("长" * 32_768, 32_767 - len(CUT)),
        # Two UTF-16 units each, as Excel counts.
        ("𠀀" * 16_383, 16_383),
        ("𠀀" * 20_000, (32_767 - len(CUT)) // 2),
        ("_x0041_" * 4_681, 32_767),
        ("_x0041_" * 4_682, 32_767 - len(CUT)),
        ("&" * 32_767, 32_767),
    ],
)
def test_a_text_longer_than_a_cell_says_so_at_its_end(text: str, kept: int) -> None:
    value = str(opened(report_of(text))["I2"].value)
    assert value == (text if kept == len(text) else text[:kept] + CUT)
    assert len(value.encode("utf-16-le")) // 2 <= 32_767


def test_the_same_report_is_the_same_bytes_whenever_it_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    report = report_of("一", "二")
    made = [render_workbook(report, str)]
    earlier = time.time()
    monkeypatch.setattr(time, "time", lambda: earlier + 86_400)
    made.append(render_workbook(report, str))
    assert made[0] == made[1]
    at = report.as_of.astimezone(UTC)
    # To the two seconds that the format keeps.
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second // 2 * 2)
    assert {member.date_time for member in ZipFile(BytesIO(made[0])).infolist()} == {moment}


def test_nothing_filed_leaves_an_empty_cell() -> None:
    report = make_report([(TaskText("任务"), [Filed("甲县", state=ObligationState.PENDING)])])
    sheet = opened(report)
    assert [sheet.cell(2, column).value for column in (9, 10, 12, 13, 15)] == [None] * 5
    assert sheet["I2"].border.left.style == "thin"


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 250])
def test_every_row_is_there_at_the_seams_of_the_pieces(rows: int) -> None:
    texts = [f"第{row}条" for row in range(rows)]
    sheet = opened(report_of(*texts))
    assert [sheet.cell(row, 9).value for row in range(2, rows + 2)] == texts
    assert (sheet.max_row, sheet.auto_filter.ref) == (rows + 1, f"A1:O{rows + 1}")


def test_the_parts_stand_in_the_order_of_the_standard_and_the_filter_has_its_name() -> None:
    content = rendered(report_of("一", "二"))
    parts = [child.tag.rpartition("}")[2] for child in ElementTree.fromstring(part(content))]
    assert parts == [name for name in ORDER if name in parts]
    assert {"sheetViews", "cols", "sheetData", "autoFilter", "pageSetup", "headerFooter"} <= set(parts)
    names = part(content, "xl/workbook.xml")
    assert re.search(r"_FilterDatabase[^>]*hidden=\"1\"[^>]*>'落实进度明细'!\$A\$1:\$O\$3<", names)
    assert "'落实进度明细'!$1:$1" in names


def test_a_date_is_a_number_with_a_look() -> None:
    xml = part(rendered(report_of("一")))
    found = re.search(r'<c r="L2" s="\d+"><v>([\d.]+)</v>', xml)
    assert found
    assert float(found[1]) == pytest.approx(45_569 + (9 * 3600 + 39 * 60 + 59) / 86_400, abs=1e-9)


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_stream, "MOST_ROWS", 3)
    assert opened(report_of("一", "二")).max_row == 3
    with pytest.raises(TooManyRowsError):
        rendered(report_of("一", "二", "三"))


def test_memory_does_not_grow_with_the_rows() -> None:
    few, many = peak_of(300), peak_of(6_000)
    assert many - few < 1_000_000


def peak_of(rows: int) -> int:
    """Bytes that Python holds at most while so many different texts are written."""
    report = report_of("一")
    task, entry = next(iter(pairs_of(report)))
    pairs = ((task, replace(entry, text=f"第{row}条" + "示例" * 140)) for row in range(rows))
    with TemporaryFile() as file:
        tracemalloc.start()
        try:
            render_texts(report, pairs, file, str)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
