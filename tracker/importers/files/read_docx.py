"""Word documents: paragraphs and tables in their order.

The main part is walked by its elements: python-docx's `row.cells` repeats covered cells and raises where a
row starts late (gridBefore) under a vertical merge.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from lxml import etree

from tracker.importers.files.grid import Block, Cell, Grid, Paragraph, Row
from tracker.importers.files.limits import MAX_CELLS
from tracker.importers.files.package import open_package
from tracker.importers.files.refusals import DamagedFileError, TooManyCellsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.importers.files.source import SourceFile

_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL: Final = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN_PART: Final = "word/document.xml"


def qn(name: str) -> str:
    """The full name of `w:…`."""
    return f"{{{_TRANSITIONAL.decode()}}}{name.removeprefix('w:')}"


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
    body = _body(source)
    blocks: list[Block] = []
    tables = paragraphs = 0
    room = MAX_CELLS
    for element in _children(body):
        if element.tag == _TBL:
            tables += 1
            grid = _grid(element, f"第 {tables} 个表格", room, source.name)
            blocks.append(grid)
            room -= sum(len(row.cells) for row in grid.rows)
        elif element.tag == _P:
            paragraphs += 1
            if (text := _paragraph_text(element)).strip():
                blocks.append(Paragraph(text, f"第 {paragraphs} 段"))
    return blocks


def _body(source: SourceFile) -> etree._Element:
    parts = open_package(source, ".docx")
    try:
        root = _parse(parts[_main_part(parts)].replace(_STRICT, _TRANSITIONAL))
    except (etree.XMLSyntaxError, KeyError) as error:
        raise DamagedFileError(file=source.name, suffix=source.suffix) from error
    if (body := root.find(qn("w:body"))) is None:
        raise DamagedFileError(file=source.name, suffix=source.suffix)
    return body


def _main_part(parts: Mapping[str, bytes]) -> str:
    for relationship in _parse(parts["_rels/.rels"]):
        if relationship.get("Type", "").endswith("/officeDocument"):
            return posixpath.normpath(relationship.get("Target", _MAIN_PART)).lstrip("/")
    return _MAIN_PART


def _parse(part: bytes) -> etree._Element:
    # Without huge_tree lxml refuses nesting and texts that would exhaust it.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(part, parser)


def _children(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag in _TRANSPARENT:
            yield from _children(child)
        else:
            yield child


def _grid(table: etree._Element, where: str, room: int, file: str) -> Grid:
    rows: list[Row] = []
    above: tuple[Cell, ...] = ()
    # Columns of the row above at which a vertical merge may go on.
    open_merges: set[int] = set()
    lines = (line for line in _children(table) if line.tag == _TR and not _is_deleted(line))
    for number, line in enumerate(lines, start=1):
        above, open_merges = _cells(line, above, open_merges)
        room -= len(above)
        if room < 0:
            raise TooManyCellsError(file=file, cells=MAX_CELLS)
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
    return "\n".join(parts).strip()


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
