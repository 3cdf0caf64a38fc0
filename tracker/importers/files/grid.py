"""What every reader gives: paragraphs and grids of cells. A covered cell of a merge is not a blank one.

A new format is a new reader that gives these; what the cells mean is decided once, in `table`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Word's manual line and page breaks are control characters in extracted text.
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]|_x000D_\n?")
# Invisible in the document. PostgreSQL and XML refuse some: one would block every report of the list. Others
# turn the direction of the text round or keep equal names apart.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U0001fffe\U0001ffff\U0002fffe\U0002ffff]"
)


def tidy(text: str) -> str:
    """Text of a cell or paragraph: NFC, line breaks as LF, no control characters, no outer white space."""
    text = INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


@dataclass(frozen=True, slots=True)
class Cell:
    """One position of a grid.

    In a merged range every position holds the text of the upper left one; `up` and `left` count the rows and
    columns to it. Both are 0 for a cell of its own, blank or not.
    """

    text: str = ""
    up: int = 0
    left: int = 0

    @property
    def is_own(self) -> bool:
        return not (self.up or self.left)


@dataclass(frozen=True, slots=True)
class Row:
    """`where` names the row for a person. Rows of a text may be of different lengths."""

    cells: tuple[Cell, ...]
    where: str

    def cell(self, index: int | None) -> Cell:
        """The cell of a column; a blank one for a column that the row or the table does not have."""
        return self.cells[index] if index is not None and index < len(self.cells) else Cell()

    def own(self) -> list[tuple[int, str]]:
        """Columns and texts of the cells that hold something of their own."""
        return [(index, cell.text) for index, cell in enumerate(self.cells) if cell.is_own and cell.text]

    def span(self, index: int) -> int:
        """How many columns the cell at `index` covers."""
        width = 1
        while self.cell(index + width).left == width:
            width += 1
        return width


@dataclass(frozen=True, slots=True)
class Grid:
    """A table or sheet; `where` names it. Text extracted from a document has lost which cells were merged."""

    where: str
    rows: tuple[Row, ...]
    merges_known: bool = True

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    where: str


Block = Paragraph | Grid
