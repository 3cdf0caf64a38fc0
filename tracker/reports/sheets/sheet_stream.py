"""A sheet as XML, row by row: what a long table needs of a workbook, quicker than objects for cells and in
memory that does not grow with the rows.

Only the rows are written here (ECMA-376 part 1, 18.3.1.73 and .4); what stands around them is openpyxl's. Texts
are inline strings, so a text can never be a formula, and no table of strings is kept.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from openpyxl.utils import get_column_letter

from tracker.errors import TooManyRowsError
from tracker.reports.sheets.sheet_cells import LONGEST, as_cell_text, is_formula_like

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from tracker.reports.sheets.sheet_cells import CellStyle

Value = str | int | float | datetime | None

# The last row that Excel knows.
MOST_ROWS: Final = 1_048_576
_ROWS_A_CHUNK: Final = 100
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell knows no zones
_SECONDS_A_DAY: Final = 86_400
# What cannot stand in XML as it is. A carriage return would be read back as a line feed.
_UNFIT: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x")
_ENTITIES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}


class Row(NamedTuple):
    """`looks` has one for each value; rows that look alike share one object. `height` is in points."""

    height: float
    values: Sequence[Value]
    looks: Sequence[CellStyle]


class _Place(NamedTuple):
    """A column in one look: the XML around a value, without the number of the row."""

    cell: str
    text: str
    quoted: str
    number: str
    empty: str


def row_chunks(rows: Iterable[Row], style_id: Callable[[Any], int]) -> Iterator[tuple[bytes, int]]:
    """Pieces of <sheetData> and how many rows are written with each. `style_id`: the place of a style array
    among the workbook's. A datetime is naive local time. Raises TooManyRowsError."""
    places: list[_Place] = []
    looks: Sequence[CellStyle] | None = None
    pieces: list[str] = []
    number = 0
    for number, row in enumerate(rows, start=1):
        if row.looks is not looks:
            looks = row.looks
            places = _places(looks, style_id)
        pieces.append(f'<row r="{number}" ht="{row.height}" customHeight="1">')
        pieces += [_cell(place, number, value) for place, value in zip(places, row.values, strict=True)]
        pieces.append("</row>")
        if number > MOST_ROWS:
            raise TooManyRowsError(limit=MOST_ROWS)
        if number % _ROWS_A_CHUNK == 0:
            yield "".join(pieces).encode(), number
            pieces.clear()
    yield "".join(pieces).encode(), number


def _places(looks: Sequence[CellStyle], style_id: Callable[[Any], int]) -> list[_Place]:
    places = []
    for column, look in enumerate(looks, start=1):
        plain, quoted = style_id(look.plain), style_id(look.quoted)
        text = '" t="inlineStr"><is><t xml:space="preserve">'
        places.append(
            _Place(
                f'<c r="{get_column_letter(column)}',
                f'" s="{plain}{text}',
                f'" s="{quoted}{text}',
                f'" s="{plain}"><v>',
                f'" s="{plain}"/>',
            )
        )
    return places


def _cell(place: _Place, row: int, value: Value) -> str:
    if isinstance(value, str):
        if not value:
            return f"{place.cell}{row}{place.empty}"
        if 2 * len(value) > LONGEST or _UNFIT.search(value):
            value = as_cell_text(value).translate(_ENTITIES)
        around = place.quoted if is_formula_like(value) else place.text
        return f"{place.cell}{row}{around}{value}</t></is></c>"
    if value is None:
        return f"{place.cell}{row}{place.empty}"
    if isinstance(value, datetime):
        since = value - _EPOCH
        value = since.days + since.seconds / _SECONDS_A_DAY
    return f"{place.cell}{row}{place.number}{value}</v></c>"
