"""Invisible characters are taken out at the door, and it is said where: nobody could find them to delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.importers.files.grid import INVISIBLE, Cell, Grid, Paragraph, Row, tidy
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.importers.files.grid import Block

# Word's manual line break becomes a real one; any other is dropped.
_VERTICAL_TAB: Final = "\x0b"
_NAMED_PLACES: Final = 20


def tidied(blocks: Iterable[Block]) -> tuple[list[Block], list[Problem]]:
    """The blocks with every text tidied, and a problem (not blocking) for each place that lost something."""
    cleaner = _Cleaner()
    clean = [cleaner.block(block) for block in blocks]
    return [block for block in clean if isinstance(block, Grid) or block.text], cleaner.problems()


class _Cleaner:
    def __init__(self) -> None:
        self._found: dict[str, set[str]] = {}

    def block(self, block: Block) -> Block:
        if isinstance(block, Paragraph):
            return Paragraph(self._text(block.text, block.where), block.where)
        return Grid(block.where, tuple(self._row(row) for row in block.rows), block.merges_known)

    def problems(self) -> list[Problem]:
        named = list(self._found.items())[:_NAMED_PLACES]
        problems = [
            _problem(where, f"有看不见的字符（{'、'.join(sorted(codes))}），已经去掉，请核对此处文字。")
            for where, codes in named
        ]
        if others := len(self._found) - len(named):
            problems.append(_problem(named[-1][0], f"以下还有 {others} 处有看不见的字符，也已去掉。"))
        return problems

    def _row(self, row: Row) -> Row:
        # Most cells of a large sheet are blank ones.
        cells = (
            Cell(self._text(cell.text, row.where), cell.up, cell.left) if cell.text else cell
            for cell in row.cells
        )
        return Row(tuple(cells), row.where)

    def _text(self, text: str, where: str) -> str:
        found = set(INVISIBLE.findall(text))
        if _VERTICAL_TAB in text:
            found.add(_VERTICAL_TAB)
        if found:
            self._found.setdefault(where, set()).update(f"U+{ord(character):04X}" for character in found)
        return tidy(text)


def _problem(where: str, message: str) -> Problem:
    return Problem(where, "invisible_characters", message, is_blocking=False)
