"""Word documents: paragraphs and tables in their order.

Rows are walked by their `w:tc` elements: python-docx's `row.cells` repeats covered cells and raises where a
row starts late (gridBefore) under a vertical merge.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx
from docx.oxml.ns import qn

from tracker.errors import UnreadableFileError
from tracker.importers.grid import Block, Cell, Grid, Paragraph, Row, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from tracker.importers.source import SourceFile

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# Content controls, accepted insertions and moved text are transparent: what they hold stands in the document.
_TRANSPARENT: Final = {
    qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
}
_DELETED: Final = {qn("w:del"), qn("w:moveFrom")}
_BREAKS: Final = {qn("w:br"), qn("w:cr")}
# A text box comes twice, once for old versions of Word.
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAX_SPAN: Final = 200


def read_docx(source: SourceFile) -> list[Block]:
    """Paragraphs with text, and tables. Numbers that Word counts by itself are not in the text."""
    try:
        body = docx.Document(BytesIO(source.data)).element.body
    # python-docx lets through whatever a damaged archive or part runs into, from zlib to lxml.
    except Exception as error:
        reason = "不是完好的 .docx 文档（.doc 或加密的文档也不行），请用 Word 或 WPS 打开后另存为 .docx。"
        raise UnreadableFileError(file=source.name, reason=reason) from error
    blocks: list[Block] = []
    tables = paragraphs = 0
    for element in _children(body):
        if element.tag == _TBL:
            tables += 1
            blocks.append(_grid(element, f"第 {tables} 个表格"))
        elif element.tag == _P:
            paragraphs += 1
            if text := tidy(_paragraph_text(element)):
                blocks.append(Paragraph(text, f"第 {paragraphs} 段"))
    return blocks


def _children(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag in _TRANSPARENT:
            yield from _children(child)
        else:
            yield child


def _grid(table: etree._Element, where: str) -> Grid:
    rows: list[Row] = []
    above: tuple[Cell, ...] = ()
    # Columns of the row above at which a vertical merge may go on.
    open_merges: set[int] = set()
    lines = (line for line in _children(table) if line.tag == _TR and not _is_deleted(line))
    for number, line in enumerate(lines, start=1):
        above, open_merges = _cells(line, above, open_merges)
        rows.append(Row(above, f"{where}第 {number} 行"))
    return Grid(where, tuple(rows))


def _cells(
    line: etree._Element, above: tuple[Cell, ...], open_merges: set[int]
) -> tuple[tuple[Cell, ...], set[int]]:
    cells = [Cell()] * _number(line.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), default=0)
    merges: set[int] = set()
    for element in _children(line):
        if element.tag != _TC:
            continue
        column = len(cells)
        properties = element.find(qn("w:tcPr"))
        merge = properties.find(qn("w:vMerge")) if properties is not None else None
        span = _number(properties.find(qn("w:gridSpan")) if properties is not None else None, default=1)
        text, up = _cell_text(element), 0
        if merge is not None:
            merges.add(column)
            # A continuation with nothing to continue is an ordinary cell.
            if merge.get(qn("w:val"), "continue") != "restart" and column in open_merges:
                text, up = above[column].text, above[column].up + 1
        cells += [Cell(text, up, left) for left in range(max(span, 1))]
    return tuple(cells), merges


def _number(element: etree._Element | None, *, default: int) -> int:
    value = element.get(qn("w:val")) if element is not None else None
    return min(int(value), _MAX_SPAN) if value is not None and value.isdecimal() else default


def _is_deleted(line: etree._Element) -> bool:
    return line.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _cell_text(cell: etree._Element) -> str:
    """Paragraphs on lines of their own; those of a table inside the cell too."""
    parts: list[str] = []
    for child in _children(cell):
        if child.tag == _P:
            parts.append(_paragraph_text(child))
        elif child.tag == _TBL:
            parts += [
                _cell_text(inner)
                for line in _children(child)
                for inner in _children(line)
                if inner.tag == _TC
            ]
    return tidy("\n".join(parts))


def _paragraph_text(element: etree._Element) -> str:
    text = ""
    for child in element:
        if child.tag == qn("w:t"):
            text += child.text or ""
        elif child.tag in _BREAKS:
            text += "\n"
        elif child.tag == qn("w:tab"):
            text += "\t"
        elif child.tag == qn("w:noBreakHyphen"):
            text += "-"
        elif child.tag not in _DELETED and child.tag != _FALLBACK and isinstance(child.tag, str):
            # Tab stops of the paragraph's properties are not tabs of its text.
            text += "" if child.tag == qn("w:pPr") else _paragraph_text(child)
    return text
