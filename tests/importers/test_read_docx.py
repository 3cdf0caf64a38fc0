"""Word tables that python-docx's own cells cannot give."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tracker.importers.files.grid import Cell, Grid
from tracker.importers.files.read_docx import read_docx
from tracker.importers.files.source import SourceFile

if TYPE_CHECKING:
    from tracker.importers.files.grid import Block


def read(body: str) -> list[Block]:
    document = docx.Document()
    for element in parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>"):
        document.element.body.append(element)
    file = BytesIO()
    document.save(file)
    return read_docx(SourceFile("表.docx", file.getvalue()))


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def grid(rows: str) -> Grid:
    (block,) = read(f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>")
    assert isinstance(block, Grid)
    return block


TWO_COLUMNS = '<w:gridSpan w:val="2"/>'
RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_a_row_that_starts_late_keeps_its_columns_under_a_vertical_merge() -> None:
    table = grid(
        f"<w:tr>{cell('一')}{cell('二', RESTART)}</w:tr>"
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("", CONTINUE)}</w:tr>'
    )
    assert table.rows[1].cells == (Cell(), Cell("二", up=1))


def test_a_span_covers_its_columns() -> None:
    table = grid(f"<w:tr>{cell('宽', TWO_COLUMNS)}{cell('窄')}</w:tr>")
    assert table.rows[0].cells == (Cell("宽"), Cell("宽", left=1), Cell("窄"))


def test_a_blank_cell_under_a_merge_that_has_ended_is_blank() -> None:
    table = grid(
        f"<w:tr>{cell('上', RESTART)}</w:tr><w:tr>{cell('')}</w:tr><w:tr>{cell('', CONTINUE)}</w:tr>"
    )
    assert [row.cells[0] for row in table.rows] == [Cell("上"), Cell(), Cell()]


def test_deleted_text_is_left_out_and_inserted_text_is_read() -> None:
    deleted = '<w:del w:id="1" w:author="a"><w:r><w:delText>旧</w:delText></w:r></w:del>'
    inserted = '<w:ins w:id="2" w:author="a"><w:r><w:t>新</w:t></w:r></w:ins>'
    (block,) = read(f"<w:p>{deleted}{inserted}</w:p>")
    assert not isinstance(block, Grid)
    assert block.text == "新"


def test_a_table_in_a_content_control_is_found() -> None:
    table = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cell('甲')}</w:tr></w:tbl>"
    (block,) = read(f"<w:sdt><w:sdtContent>{table}</w:sdtContent></w:sdt>")
    assert isinstance(block, Grid)
    assert block.rows[0].cells == (Cell("甲"),)


def test_paragraphs_of_a_cell_stay_on_lines_of_their_own() -> None:
    table = grid(f"<w:tr><w:tc>{paragraph('市财政局')}{paragraph('市教育局')}</w:tc></w:tr>")
    assert table.rows[0].cells[0].text == "市财政局\n市教育局"
