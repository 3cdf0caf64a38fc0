"""What the cells of one row say: its number, its text, its units, its deadline."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_pieces import UNIT_ENDING
from tracker.importers.files.grid import Cell, Row

if TYPE_CHECKING:
    from tracker.importers.tables.header import Header

# What stands in a cell for nobody.
_NOBODY: Final = re.compile(r"[\W_]*|无|暂无|待定|待明确|另定|另行[确明]定")
_SAME: Final = re.compile(r"[（(]?(?:同上|与上同|同上[项条行格]|〃)[）)]?")
_PLAIN_UNITS: Final = "责任单位"
_LOOSE: Final = "；;，,。、 　\n"
# In a column of units and persons: 市财政局（张某某）, 市财政局 张某某.
_PERSON_IN_BRACKETS: Final = re.compile(r"[（(](?P<name>[一-鿿·]{2,4})[）)]")
_PERSON: Final = re.compile(r"(?<=[一-鿿])\s+(?P<name>[一-鿿·]{2,4})(?=$|[\s、，,；;])")


def plain_number(text: str) -> str:
    """A number as it is quoted: １．, (1) and 1、 are all 1; 1.1 stays."""
    return re.sub(r"[\s()、第项条]", "", unicodedata.normalize("NFKC", text)).strip(".")


def follows(number: str, later: str) -> bool:
    """Whether `later` is the next number: 4 behind 3, and 1.4 or 2.1 behind 1.3."""
    before, after = (
        [int(part) if part.isdecimal() else -1 for part in text.split(".")] for text in (number, later)
    )
    if -1 in before or -1 in after or len(before) != len(after):
        return False
    rises = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if not rises or after[rises[0]] != before[rises[0]] + 1:
        return False
    return all(part == 1 for part in after[rises[0] + 1 :])


def content_of(row: Row, header: Header) -> str:
    """The task's text, with what the columns of aims beside it say on lines of their own."""
    aims = (row.cell(column) for column in header.aims)
    texts = (row.cell(header.content).text, *(cell.text for cell in aims if cell.is_own))
    return "\n".join(text for text in texts if text)


def deadline_of(row: Row, header: Header) -> str:
    """The text of the deadline's column; "" for a mark that stands for none."""
    text = row.cell(header.deadline).text
    return "" if _NOBODY.fullmatch(text) else text


def units_of(row: Row, header: Header, *, only_own: bool = False) -> str:
    """The row's units; with columns of their own, labelled: 牵头单位：甲；配合单位：乙."""
    cells = [(unit, row.cell(unit.column)) for unit in header.units]
    written = [
        (unit.label, _without_persons(cell.text) if unit.has_persons else cell.text)
        for unit, cell in cells
        if cell.text and (cell.is_own or not only_own)
    ]
    if len(cells) == 1 and header.units[0].label == _PLAIN_UNITS:
        text = written[0][1] if written else ""
        return "" if _NOBODY.fullmatch(text) else text
    named = [(label, text) for label, text in written if not _NOBODY.fullmatch(text)]
    return "；".join(f"{label}：{text.strip(_LOOSE)}" for label, text in named)


def with_same_as_above(row: Row, above: dict[int, str]) -> Row:
    """`row` with 同上 read as a cell merged with the one above; `above` holds each column's last text."""
    cells = list(row.cells)
    for column, cell in enumerate(cells):
        if _SAME.fullmatch(cell.text) and column in above:
            cells[column] = Cell(above[column], up=1)
        elif cell.text:
            above[column] = cell.text
    return Row(tuple(cells), row.where)


def _without_persons(text: str) -> str:
    def drop(found: re.Match[str]) -> str:
        return found[0] if UNIT_ENDING.search(found["name"]) else ""

    return _PERSON.sub(drop, _PERSON_IN_BRACKETS.sub(drop, text))
