"""PDF: lines and ruled tables, page breaks, scans, bombs."""

from __future__ import annotations

import pytest

from tests.importers.hostile import pdf, pdf_line, pdf_text
from tracker.importers.files.grid import Cell, Grid, Paragraph
from tracker.importers.files.readers import FileReading, read_blocks
from tracker.importers.files.refusals import (
    DamagedFileError,
    NoTextLayerError,
    PageTooComplexError,
    TooManyPagesError,
)
from tracker.importers.files.source import SourceFile

COLUMNS = (50, 150, 350)


def read(data: bytes) -> FileReading:
    return read_blocks(SourceFile("表.pdf", data))


def rows_of(block: object) -> list[tuple[Cell, ...]]:
    assert isinstance(block, Grid)
    return [row.cells for row in block.rows]


def table(rows: list[tuple[str, str]], *, top: float = 700, merged: int | None = None) -> str:
    """Rows of two columns, 40 high; the left cell of row `merged` reaches over the next one."""
    page = ""
    for number in range(len(rows) + 1):
        y = top - 40 * number
        left = COLUMNS[1] if merged is not None and number == merged + 1 else COLUMNS[0]
        page += pdf_line(left, y, COLUMNS[2], y)
    for x in COLUMNS:
        page += pdf_line(x, top, x, top - 40 * len(rows))
    for number, row in enumerate(rows):
        for x, text in zip(COLUMNS, row, strict=False):
            page += pdf_text(x + 5, top - 40 * number - 15, text) if text else ""
    return page


def test_lines_come_from_the_top_down_with_their_page() -> None:
    page = (
        pdf_text(50, 700, "第二行")
        + pdf_text(120, 760, "单")
        + pdf_text(100, 760, "清")
        + pdf_text(50, 30, "— 1 —")
    )
    reading = read(pdf(page))
    assert reading.blocks == (
        Paragraph("清 单", "第 1 页第 1 行"),
        Paragraph("第二行", "第 1 页第 2 行"),
    )


def test_a_cell_over_two_rows_is_a_merged_one_and_a_blank_one_is_not() -> None:
    (grid,) = read(pdf(table([("序号", "任务"), ("合", "甲"), ("", "乙"), ("", "丙")], merged=1))).blocks

    assert rows_of(grid) == [
        (Cell("序号"), Cell("任务")),
        (Cell("合"), Cell("甲")),
        (Cell("合", up=1), Cell("乙")),
        (Cell(), Cell("丙")),
    ]
    assert isinstance(grid, Grid)
    assert grid.rows[2].where == "第 1 页第 1 个表格第 3 行"


def test_thin_filled_boxes_are_lines_too() -> None:
    """Word and WPS draw borders as boxes half a point wide, cell by cell."""
    page = ""
    for y in (700, 660, 620):
        for left, right in ((50, 150), (150, 350)):
            page += f"{left} {y} {right - left} 0.5 re f\n"
    for x in COLUMNS:
        page += f"{x} 620 0.5 40 re f {x} 660 0.5 40 re f\n"
    page += pdf_text(60, 680, "甲") + pdf_text(160, 640, "乙")
    (grid,) = read(pdf(page)).blocks
    assert rows_of(grid) == [(Cell("甲"), Cell()), (Cell(), Cell("乙"))]


def test_lines_that_the_width_of_a_cell_broke_run_on() -> None:
    long, rest = "推动农村一二三产业融合发展构建现代乡村", "产业体系。"
    page = table([("序号", long)]) + pdf_text(155, 672, rest)
    page += pdf_text(155, 664, "市教育局", 8)
    (grid,) = read(pdf(page)).blocks
    assert rows_of(grid)[0][1] == Cell(f"{long}{rest}\n市教育局")


def test_a_table_goes_on_over_the_page() -> None:
    """A repeated header is left out, a cut row made whole, a merge carried on."""
    first = table([("序号", "任务"), ("一", "做好前半句，")]) + pdf_text(280, 20, "— 1 —")
    second = table([("序号", "任务"), ("", "再做后半句。"), ("二", "乙")]) + pdf_text(280, 20, "— 2 —")
    (grid,) = read(pdf(first, second)).blocks
    assert rows_of(grid) == [
        (Cell("序号"), Cell("任务")),
        (Cell("一"), Cell("做好前半句，再做后半句。")),
        (Cell("二"), Cell("乙")),
    ]
    assert isinstance(grid, Grid)
    assert grid.rows[2].where == "第 2 页第 1 个表格第 3 行"


def test_other_columns_on_the_next_page_are_another_table() -> None:
    other = pdf_line(60, 700, 300, 700) + pdf_line(60, 600, 300, 600)
    other += "".join(pdf_line(x, 700, x, 600) for x in (60, 200, 300)) + pdf_text(70, 650, "丙")
    assert len(read(pdf(table([("甲", "乙")]), other)).blocks) == 2


def test_a_page_that_is_turned_reads_as_it_is_seen() -> None:
    turned = "0 1 -1 0 600 0 cm " + pdf_text(100, 500, "上") + pdf_text(100, 300, "下")
    reading = read(pdf(turned, extra="/Rotate 90"))
    assert [block.text for block in reading.blocks if isinstance(block, Paragraph)] == ["上", "下"]


PICTURE = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"


def test_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(NoTextLayerError, match="扫描件"):
        read(pdf(PICTURE))


def test_one_scanned_page_among_others_is_said() -> None:
    reading = read(pdf(pdf_text(50, 700, "一"), PICTURE))
    (problem,) = reading.problems
    assert (problem.where, problem.code, problem.is_blocking) == ("第 2 页", "page_without_text", False)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", pdf(pdf_text(50, 700, "一"))[:400]])
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedFileError):
        read(data)


def test_pages_characters_and_lines_are_limited() -> None:
    with pytest.raises(TooManyPagesError):
        read(pdf(*[""] * 501))
    # Different ones: pdfium takes equal letters at one place for a shadow.
    crowd = ("".join(chr(0x4E00 + (7 * line + letter) % 5000) for letter in range(90)) for line in range(700))
    with pytest.raises(PageTooComplexError, match="第 1 页"):
        read(pdf("".join(pdf_text(9 + line % 2, 780 - line, text, 6) for line, text in enumerate(crowd))))
    with pytest.raises(PageTooComplexError):
        read(pdf(pdf_text(50, 700, "甲") + pdf_line(0, 0, 9, 0) * 5000))
