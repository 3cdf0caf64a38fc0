"""A web page called .xls or .doc, as office systems export: its tables as grids, its lines as paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree, html

from tracker.importers.files.grid import Block, Cell, Grid, Paragraph, Row
from tracker.importers.files.limits import MAX_CELLS
from tracker.importers.files.refusals import DamagedFileError, TooManyCellsError
from tracker.importers.files.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.importers.files.source import SourceFile

_BLOCKS: Final = frozenset(
    {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "body", "table"}
)
# Not walked into: a table is handed on whole.
_UNSEEN: Final = frozenset({"script", "style", "head", "title", "noscript", "template", "table"})
_SPACE: Final = re.compile(r"\s+")
_MAX_SPAN: Final = 1000


def read_html(source: SourceFile) -> list[Block]:
    """Tables with their spans, and the lines between them. A table inside a cell is text of that cell."""
    try:
        # As text: what a page says of its own encoding is often wrong.
        root = html.document_fromstring(_without_declaration(decode(source)), _parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFileError(file=source.name, suffix=source.suffix) from error
    blocks: list[Block] = []
    room = MAX_CELLS
    lines = tables = 0
    for piece in _pieces(root):
        if isinstance(piece, str):
            lines += 1
            blocks.append(Paragraph(piece, f"第 {lines} 段"))
        else:
            tables += 1
            grid = _grid(piece, f"第 {tables} 个表格", room, source.name)
            room -= sum(len(row.cells) for row in grid.rows)
            blocks.append(grid)
    return blocks


def _parser() -> html.HTMLParser:
    return html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)


def _without_declaration(text: str) -> str:
    # lxml refuses a text that declares an encoding.
    text = text.lstrip().replace("\0", "")
    return text.partition("?>")[2] if text.startswith("<?xml") else text


def _pieces(root: html.HtmlElement) -> Iterator[str | html.HtmlElement]:
    """Lines of text and tables in their order. Walks without recursion: nesting is the file's to choose."""
    line = ""
    skipped: html.HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                line += _spaced(element.tail)
            continue
        if (tag in _BLOCKS or tag == "br") and line.strip():
            yield line.strip()
            line = ""
        if event == "start" and tag in _UNSEEN:
            skipped = element
            if tag == "table":
                yield element
            continue
        line += _spaced(element.tail if event == "end" else element.text)
    if line.strip():
        yield line.strip()


def _spaced(text: str | None) -> str:
    return _SPACE.sub(" ", text or "")


def _grid(table: html.HtmlElement, where: str, room: int, file: str) -> Grid:
    rows: list[Row] = []
    # Cells that reach down from the rows above: by column, the cell and how many rows it still covers.
    reaching: dict[int, tuple[Cell, int]] = {}
    lines = table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
    for number, line in enumerate(lines, start=1):
        cells = _cells(line.xpath("./td | ./th"), reaching)
        room -= len(cells)
        if room < 0:
            raise TooManyCellsError(file=file, cells=MAX_CELLS)
        rows.append(Row(cells, f"{where}第 {number} 行"))
    return Grid(where, tuple(rows))


def _cells(elements: Iterable[html.HtmlElement], reaching: dict[int, tuple[Cell, int]]) -> tuple[Cell, ...]:
    cells: list[Cell] = []

    def cover() -> None:
        """Goes past the columns that are taken by a cell above."""
        while len(cells) in reaching:
            column = len(cells)
            above, left_over = reaching.pop(column)
            cell = Cell(above.text, above.up + 1, above.left)
            cells.append(cell)
            if left_over > 1:
                still[column] = (cell, left_over - 1)

    still: dict[int, tuple[Cell, int]] = {}
    for element in elements:
        cover()
        text = "\n".join(piece for piece in _pieces_of_cell(element))
        height = _span(element.get("rowspan"))
        for left in range(_span(element.get("colspan"))):
            cell = Cell(text, 0, left)
            if height > 1:
                still[len(cells)] = (cell, height - 1)
            cells.append(cell)
    # A row may end before a column that a cell above still covers.
    for column in sorted(reaching):
        cells += [Cell()] * (column - len(cells))
        cover()
    reaching.clear()
    reaching.update(still)
    return tuple(cells)


def _pieces_of_cell(element: html.HtmlElement) -> Iterator[str]:
    for piece in _pieces(element):
        yield piece if isinstance(piece, str) else " ".join(piece.text_content().split())


def _span(value: str | None) -> int:
    return max(1, min(int(value), _MAX_SPAN)) if value and value.isdecimal() else 1
