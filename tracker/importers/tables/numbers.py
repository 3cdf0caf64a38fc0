"""The numbers of a table's rows as a reader sees them: those printed, and those of rows that were left blank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.importers.problem import Problem
from tracker.importers.tables.cells import plain_number, units_of

if TYPE_CHECKING:
    from tracker.importers.files.grid import Grid, Row
    from tracker.importers.tables.header import Header

_FLOAT: Final = re.compile(r"(\d+)\.0")
_BELOW_ONE: Final = re.compile(r"\d+\.\d*[1-9]\d*")


def numbers_of(grid: Grid, header: Header, first: int) -> tuple[dict[int, str], Problem | None]:
    """The number of each row from `first` on, "" where it has none; and a notice where blanks were filled.

    Blanks are filled where the numbers around them leave exactly that room (1, blank, 3), and where the whole
    column is blank, as it is when Word counts by itself.
    """
    rows = {index: row for index, row in enumerate(grid.rows) if index >= first}
    if header.number is None:
        return {}, None
    printed = {index: plain_number(row.cell(header.number).text) for index, row in rows.items()}
    if not any(_BELOW_ONE.fullmatch(number) for number in printed.values()):
        # 1.0 is how a spreadsheet hands on a 1, unless there is a 1.1.
        printed = {index: _FLOAT.sub(r"\1", number) for index, number in printed.items()}
    blanks = [index for index, row in rows.items() if not printed[index] and _is_task(row, header)]
    filled = _filled(printed, blanks)
    if not filled:
        return printed, None
    index, number = next(iter(filled.items()))
    others = f"等 {len(filled)} 行" if len(filled) > 1 else ""
    message = f"本行{others}没有序号，按前后顺序补为 {number}{'……' if others else ''}。请核对。"
    return printed | filled, Problem(rows[index].where, "number_filled", message, is_blocking=False)


def _is_task(row: Row, header: Header) -> bool:
    number, content = row.cell(header.number), row.cell(header.content)
    names_units = not header.units or bool(units_of(row, header))
    return number.is_own and content.is_own and bool(content.text) and names_units


def _filled(printed: dict[int, str], blanks: list[int]) -> dict[int, str]:
    numbered = [index for index, number in printed.items() if number]
    if not numbered:
        return {index: str(count) for count, index in enumerate(blanks, start=1)}
    filled: dict[int, str] = {}
    waiting: list[int] = []
    last: int | None = None
    is_blank = set(blanks)
    for index, number in printed.items():
        if index in is_blank:
            waiting.append(index)
        elif number.isdecimal():
            value = int(number)
            if last is not None and value == last + len(waiting) + 1:
                filled |= {blank: str(last + step) for step, blank in enumerate(waiting, start=1)}
            last, waiting = value, []
    return filled
