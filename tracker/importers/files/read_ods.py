"""OpenDocument spreadsheets as they are, without LibreOffice: texts, merged cells, and errors by name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from lxml import etree

from tracker.importers.files.archive import open_archive
from tracker.importers.files.grid import Cell, Grid, Row
from tracker.importers.files.limits import MAX_CELLS
from tracker.importers.files.refusals import DamagedFileError, MacroError, PasswordError, TooManyCellsError
from tracker.importers.files.results import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.importers.files.source import SourceFile

_OASIS: Final = "{urn:oasis:names:tc:opendocument:xmlns:"
_TABLE: Final = _OASIS + "table:1.0}"
_TEXT: Final = _OASIS + "text:1.0}"
_OFFICE: Final = _OASIS + "office:1.0}"
_KIND: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_COVERED: Final = _TABLE + "covered-table-cell"
_CELLS: Final = (_TABLE + "table-cell", _COVERED)
_BLANK: Final = Cell()


def read_ods(source: SourceFile) -> list[Grid]:
    """Every sheet, hidden ones too; rows without text are left out, and `where` counts them all the same."""
    parts = open_archive(source)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b"") or "encrypted-package" in parts:
        raise PasswordError(file=source.name)
    if any(name.startswith(("Basic/", "Scripts/")) for name in parts):
        raise MacroError(file=source.name, suffix=".ods")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(parts.get("content.xml", b""), parser)
    except etree.XMLSyntaxError as error:
        raise DamagedFileError(file=source.name, suffix=source.suffix) from error
    room = _Room(source.name)
    return [_grid(table, room) for table in root.iter(_TABLE + "table")]


class _Room:
    """How many cells may still be made: a repeat is a number in the file, and costs nothing there."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._left = MAX_CELLS

    def take(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise TooManyCellsError(file=self._file, cells=MAX_CELLS)


def _grid(table: etree._Element, room: _Room) -> Grid:
    where = f"工作表“{table.get(_TABLE + 'name', '')}”"
    rows: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
    number = 0
    for line in table.iter(_TABLE + "table-row"):
        times = _count(line, "number-rows-repeated")
        column = 0
        for element in line.iterchildren(*_CELLS):
            width = _count(element, "number-columns-repeated")
            if text := _text(element):
                down, across = (
                    _count(element, "number-rows-spanned"),
                    _count(element, "number-columns-spanned"),
                )
                room.take(times * width * down * across)
                for row in range(number, number + times):
                    for place in range(column, column + width):
                        _put(rows, row, place, text, down, across)
            column += width
        number += times
    return Grid(where, tuple(_row(rows[row], f"{where}第 {row + 1} 行") for row in sorted(rows)))


def _put(
    rows: defaultdict[int, dict[int, Cell]], row: int, column: int, text: str, down: int, across: int
) -> None:
    """A text at its place and at every place that its cell covers."""
    for up in range(down):
        for left in range(across):
            rows[row + up][column + left] = Cell(text, up, left)


def _row(cells: dict[int, Cell], where: str) -> Row:
    return Row(tuple(cells.get(column, _BLANK) for column in range(max(cells) + 1)), where)


def _text(cell: etree._Element) -> str:
    """What the cell shows. What it held before it was covered is no longer there."""
    if cell.tag == _COVERED:
        return ""
    text = "\n".join("".join(_pieces(paragraph)) for paragraph in cell.iterchildren(_TEXT + "p"))
    if cell.get(_KIND) == "error":
        return FAILED + text
    is_formula = cell.get(_TABLE + "formula") is not None
    return FAILED if is_formula and not cell.get(_OFFICE + "value-type") and not text else text


def _pieces(element: etree._Element) -> Iterator[str]:
    """The letters of a paragraph, in which spaces, tabs and breaks are elements."""
    yield element.text or ""
    for child in element:
        if child.tag == _TEXT + "s":
            yield " " * _count(child, "c", _TEXT)
        elif child.tag == _TEXT + "tab":
            yield "\t"
        elif child.tag == _TEXT + "line-break":
            yield "\n"
        elif isinstance(child.tag, str):
            yield from _pieces(child)
        yield child.tail or ""


def _count(element: etree._Element, name: str, space: str = _TABLE) -> int:
    """A number that the file states, 1 where it states none; what is none, or absurd, is more than any room."""
    stated = element.get(space + name, "1")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 8 else MAX_CELLS + 1  # noqa: PLR2004
