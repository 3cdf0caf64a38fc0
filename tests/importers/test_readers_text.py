"""CSV, Markdown and plain text; and characters that nobody can see, in any format."""

from __future__ import annotations

import pytest

from tests.importers.hostile import workbook
from tracker.importers.files.grid import Cell, Grid, Paragraph
from tracker.importers.files.invisible import tidied
from tracker.importers.files.readers import FileReading, read_blocks
from tracker.importers.files.refusals import BrokenLineError
from tracker.importers.files.source import SourceFile


def read(name: str, text: str | bytes) -> FileReading:
    return read_blocks(SourceFile(name, text if isinstance(text, bytes) else text.encode()))


def texts(reading: FileReading) -> list[list[str]]:
    (grid,) = reading.blocks
    assert isinstance(grid, Grid)
    return [[cell.text for cell in row.cells] for row in grid.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("name", "delimiter"), [("表.csv", ","), ("表.csv", ";"), ("表.csv", "\t"), ("表.tsv", "\t")]
)
def test_csv_in_each_encoding_and_with_each_delimiter(encoding: str, name: str, delimiter: str) -> None:
    lines = [
        "重点任务清单",
        f"序号{delimiter}任务{delimiter}责任单位",
        f'1{delimiter}"一，{delimiter}二"{delimiter}',
    ]
    reading = read(name, "\r\n".join(lines).encode(encoding))

    assert texts(reading) == [
        ["重点任务清单"],
        ["序号", "任务", "责任单位"],
        ["1", f"一，{delimiter}二".strip(), ""],
    ]
    assert reading.problems == ()


def test_csv_rows_are_placed_by_their_first_line_and_merges_are_unknown() -> None:
    (grid,) = read("表.csv", '序号,任务\n1,"一\n二"\n\n2,三\n').blocks

    assert isinstance(grid, Grid)
    assert [row.where for row in grid.rows] == ["第 1 行", "第 2 行", "第 4 行", "第 5 行"]
    assert grid.merges_known is False


def test_words_in_quotation_marks_at_the_start_of_a_cell_break_nothing() -> None:
    assert texts(read("表.csv", '序号,任务\n1,"三农"工作\n2,"乙\n丙"\n'))[1:] == [
        ["1", "三农工作"],
        ["2", "乙\n丙"],
    ]


def test_a_quotation_mark_that_never_ends_is_named_with_its_line() -> None:
    with pytest.raises(BrokenLineError, match="第 2 行"):
        read("表.csv", '序号,任务\n1,"没有结束\n2,其余各行都会被吞掉\n')


def test_markdown_gives_tables_and_lines_without_their_marks() -> None:
    text = """# 重点任务清单 #

> 引用
- 一、*市教育局牵头*
* **牵头单位：**市财政局
*市农业局
1. 第一项

| 序号 | 任务 | 单位 |
|:--|:-:|---|
| 1 | 一\\|二<br>三 | **市教育局** |
|  | | \\*市财政局 |

---
末行
"""
    *before, grid, last = read("表.md", text).blocks

    assert [block.text for block in before if isinstance(block, Paragraph)] == [
        "重点任务清单", "引用", "一、*市教育局牵头*", "牵头单位：市财政局", "*市农业局", "1. 第一项",
    ]  # fmt: skip
    assert isinstance(grid, Grid)
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["序号", "任务", "单位"],
        ["1", "一|二\n三", "市教育局"],
        ["", "", "*市财政局"],
    ]
    assert [row.where for row in grid.rows] == ["第 9 行", "第 11 行", "第 12 行"]
    assert last == Paragraph("末行", "第 15 行")


def test_a_text_keeps_the_line_numbers_of_an_editor() -> None:
    blocks = read("表.txt", "一\r\n二\f三\n\n四").blocks
    assert [(block.where) for block in blocks] == ["第 1 行", "第 2 行", "第 2 行", "第 4 行"]


@pytest.mark.parametrize(
    ("character", "code", "left"),
    [
        ("\0", "U+0000", "甲乙"),
        ("\x0b", "U+000B", "甲\n乙"),
        ("\ufffe", "U+FFFE", "甲乙"),
        ("\u200b", "U+200B", "甲乙"),
        ("\u202e", "U+202E", "甲乙"),
    ],
)
def test_an_invisible_character_is_taken_out_and_its_place_is_said(
    character: str, code: str, left: str
) -> None:
    for name, text, where in (
        ("表.txt", "一\n甲{}乙", "第 2 行"),
        ("表.md", "一\n甲{}乙", "第 2 行"),
        ("表.csv", "一,二\n甲{}乙,三", "第 2 行"),
    ):
        reading = read(name, text.format(character))
        assert left in repr(reading.blocks).replace("\\n", "\n")
        (problem,) = reading.problems
        assert (problem.where, problem.code, problem.is_blocking) == (where, "invisible_characters", False)
        assert code in problem.message


def test_an_escaped_control_character_of_a_workbook_is_taken_out_too() -> None:
    reading = read("表.xlsx", workbook({"B3": "甲_x000B_乙_x0001_"}))

    assert texts(reading)[2] == ["", "甲\n乙"]
    assert [problem.where for problem in reading.problems] == ["工作表“Sheet”第 3 行"]
    assert "U+0001、U+000B" in reading.problems[0].message


def test_many_places_are_summed_up() -> None:
    problems = read("表.txt", "甲\0乙\n" * 50).problems
    assert len(problems) == 21
    assert "30 处" in problems[-1].message


def test_a_lone_surrogate_is_taken_out() -> None:
    # No encoding of a file lets one through; a PDF's own code tables may.
    blocks, (problem,) = tidied([Grid("表", (), merges_known=True), Paragraph("甲\ud800乙", "第 1 页")])
    assert blocks[1] == Paragraph("甲乙", "第 1 页")
    assert "U+D800" in problem.message


def test_a_web_page_called_xls_is_read_with_its_spans() -> None:
    page = (
        "<html><head><title>x</title><meta charset=utf-8></head><p>重点<b>任务</b>清单<!-- x --></p><table>"
        "<tr><th rowspan=2>序号<th colspan=2>任务</tr><tr><td>甲<td>乙<br>丙</table>末行<script>1</script>"
    )
    for encoding in ("utf-8", "gb18030"):
        first, grid, last = read("表.xls", page.encode(encoding)).blocks
        assert first == Paragraph("重点任务清单", "第 1 段")
        assert isinstance(grid, Grid)
        assert [row.cells for row in grid.rows] == [
            (Cell("序号"), Cell("任务"), Cell("任务", left=1)),
            (Cell("序号", up=1), Cell("甲"), Cell("乙\n丙")),
        ]
        assert last == Paragraph("末行", "第 2 段")
