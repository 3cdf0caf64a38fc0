"""Markdown: headings, list items and lines as paragraphs, pipe tables as grids.

A pipe table cannot merge cells: one made from a merged table has blanks below, as extracted text has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.importers.files.grid import Block, Cell, Grid, Paragraph, Row
from tracker.importers.files.limits import MAX_CELLS
from tracker.importers.files.read_text import numbered_lines
from tracker.importers.files.refusals import TooManyCellsError
from tracker.importers.files.source import decode

if TYPE_CHECKING:
    from tracker.importers.files.source import SourceFile

_RULE: Final = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_PIPE: Final = re.compile(r"(?<!\\)\|")
# `#` without a blank is text; so is `*` without one, which may mark a lead.
_MARKS: Final = re.compile(r"\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?)*")
_CLOSING_MARKS: Final = re.compile(r"\s#+\s*$")
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_LINE: Final = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|=+|`{3,}.*|~{3,}.*)")


def read_markdown(source: SourceFile) -> list[Block]:
    """Lines as paragraphs without their marks, tables row by row; each placed by its line."""
    lines = list(numbered_lines(decode(source)))
    blocks: list[Block] = []
    cells = tables = index = 0
    while index < len(lines):
        number, line = lines[index]
        if not _starts_table(lines, index):
            if line.strip() and not _LINE.fullmatch(line):
                blocks.append(Paragraph(_plain(line), f"第 {number} 行"))
            index += 1
            continue
        rows = [_row(number, line)]
        # The rule under the header is no row.
        index += 2
        while index < len(lines) and "|" in lines[index][1]:
            rows.append(_row(*lines[index]))
            index += 1
        tables += 1
        cells += sum(len(row.cells) for row in rows)
        if cells > MAX_CELLS:
            raise TooManyCellsError(file=source.name, cells=MAX_CELLS)
        where = f"第 {tables} 个表格（第 {number} 行起）"
        blocks.append(Grid(where, tuple(rows), merges_known=False))
    return blocks


def _starts_table(lines: list[tuple[int, str]], index: int) -> bool:
    if "|" not in lines[index][1] or index + 1 == len(lines):
        return False
    below = lines[index + 1][1]
    return "-" in below and bool(_RULE.fullmatch(below))


def _row(number: int, line: str) -> Row:
    cells = _PIPE.split(line.strip())
    if not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip() and line.rstrip().endswith("|"):
        cells = cells[:-1]
    return Row(tuple(Cell(_words(cell)) for cell in cells), f"第 {number} 行")


def _plain(line: str) -> str:
    marks = _MARKS.match(line)
    text = line[marks.end() :] if marks else line
    if line.lstrip().startswith("#"):
        text = _CLOSING_MARKS.sub("", text)
    return _words(text)


def _words(text: str) -> str:
    text = _BREAK.sub("\n", _STRONG.sub(r"\2", text))
    return _ESCAPED.sub(r"\1", text).strip()
