"""PDF with a text layer: lines with their page, and ruled tables as grids. Pictures of text are not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

import pypdfium2
from pypdfium2 import raw

from tracker.importers.files.grid import Block, Cell, Grid, Paragraph, Row
from tracker.importers.files.limits import MAX_PAGES
from tracker.importers.files.page import Glyph, glyphs_of, has_picture, rules_of
from tracker.importers.files.page_breaks import Placed, joined
from tracker.importers.files.refusals import (
    DamagedFileError,
    NoTextLayerError,
    PageTooComplexError,
    PasswordError,
    TooManyPagesError,
)
from tracker.importers.files.ruling import find_tables
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from tracker.importers.files.ruling import RuledTable
    from tracker.importers.files.source import SourceFile

# In heights of a letter: a gap this wide is a blank; a line this much shorter than its cell ends a paragraph.
_BLANK: Final = 0.9
_SHORT_LINE: Final = 1.5
_UNBROKEN: Final = re.compile(r"(?:[0-9A-Za-z.%]+|.)[，。、；：！？）》」”’]*[0-9A-Za-z.%]*")


def read_pdf(source: SourceFile) -> list[Block | Problem]:
    """Page by page, from the top down. A page with only a picture is a problem; only such pages, an error."""
    try:
        document = pypdfium2.PdfDocument(source.data)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise PasswordError(file=source.name) from error
        raise DamagedFileError(file=source.name, suffix=source.suffix) from error
    if pages > MAX_PAGES:
        raise TooManyPagesError(file=source.name, pages=pages, limit=MAX_PAGES)
    try:
        read = [_page(document, number, source) for number in range(1, pages + 1)]
    finally:
        document.close()
    blocks = joined(page for page in read if not isinstance(page, Problem))
    if not blocks:
        raise NoTextLayerError(file=source.name)
    return [*blocks, *(page for page in read if isinstance(page, Problem))]


def _page(document: pypdfium2.PdfDocument, number: int, source: SourceFile) -> list[Placed] | Problem:
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise DamagedFileError(file=source.name, suffix=source.suffix) from error
    try:
        glyphs = glyphs_of(page)
        if not glyphs:
            return _scanned(number) if has_picture(page) else []
        tables = find_tables(*rules_of(page))
    except OverflowError as error:
        raise PageTooComplexError(file=source.name, page=number) from error
    finally:
        page.close()
    return _blocks(glyphs, tables, f"第 {number} 页")


def _scanned(number: int) -> Problem:
    message = "这一页只有图像、没有文字，没有读取。请改用原件，或先做文字识别（OCR）。"
    return Problem(f"第 {number} 页", "page_without_text", message, is_blocking=False)


def _blocks(glyphs: list[Glyph], tables: list[RuledTable], where: str) -> list[Placed]:
    boxes: list[dict[tuple[int, int], list[Glyph]]] = [{} for _ in tables]
    loose: list[Glyph] = []
    for glyph in glyphs:
        for table, texts in zip(tables, boxes, strict=True):
            if (box := table.box(glyph.x, glyph.y)) is not None:
                texts.setdefault(box, []).append(glyph)
                break
        else:
            loose.append(glyph)
    placed: list[tuple[float, Placed]] = []
    for number, line in enumerate(_lines(loose), start=1):
        placed.append((line.y, Placed(Paragraph(line.text, f"{where}第 {number} 行"))))
    for number, (table, texts) in enumerate(zip(tables, boxes, strict=True), start=1):
        if texts:
            grid = _grid(table, texts, f"{where}第 {number} 个表格")
            placed.append((table.rows[0], Placed(grid, table.columns)))
    return [block for _, block in sorted(placed, key=lambda item: item[0])]


def _grid(table: RuledTable, boxes: dict[tuple[int, int], list[Glyph]], where: str) -> Grid:
    texts = {box: _cell_text(glyphs) for box, glyphs in boxes.items()}
    rows: list[Row] = []
    for row, owners in enumerate(table.owners):
        cells = (
            Cell(texts.get(owner, ""), row - owner[0], column - owner[1])
            for column, owner in enumerate(owners)
        )
        rows.append(Row(tuple(cells), f"{where}第 {row + 1} 行"))
    return Grid(where, tuple(rows))


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    y: float
    right: float
    height: float


def _lines(glyphs: list[Glyph]) -> list[_Line]:
    """Glyphs that stand beside each other, from the top down."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        # A comma sits lower than a letter, so a line is as tall as its tallest glyph.
        if lines and glyph.y - lines[-1][0].y < max(lines[-1][0].height, glyph.height) / 2:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    read = [_line(line) for line in lines]
    return [line for line in read if line.text]


def _line(glyphs: list[Glyph]) -> _Line:
    glyphs.sort(key=lambda glyph: glyph.left)
    height = median(glyph.height for glyph in glyphs)
    text, reached = "", glyphs[0].left
    for glyph in glyphs:
        if glyph.left - reached > _BLANK * height and not text.endswith(" "):
            text += " "
        text += glyph.text
        reached = max(reached, glyph.right)
    visible = [glyph.right for glyph in glyphs if glyph.text.strip()]
    return _Line(text.strip(), glyphs[0].y, max(visible, default=reached), height)


def _cell_text(glyphs: list[Glyph]) -> str:
    """Lines run on where the cell's width broke them; a line that ends early ends its paragraph."""
    lines = _lines(glyphs)
    if not lines:
        return ""
    right = max(line.right for line in lines)
    text = lines[0].text
    for above, line in pairwise(lines):
        # What the next line starts with may not have had room: a number, a letter with its comma.
        start = _UNBROKEN.match(line.text)
        needed = sum(0.5 if letter.isascii() else 1 for letter in start[0]) if start else 0
        if right - above.right > (_SHORT_LINE + needed) * above.height:
            text += "\n"
        elif text[-1].isascii() and line.text[0].isascii() and text[-1].isalnum() and line.text[0].isalpha():
            text += " "
        text += line.text
    return text
