"""Cells and their looks: every text stays text, every style is made once a workbook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.cell_range import CellRange

from tracker.domain.states import ObligationState
from tracker.reports.sheets.text_metrics import FONT_SIZE

if TYPE_CHECKING:
    from datetime import datetime

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# Excel and WPS have both everywhere Chinese is written.
BODY_FONT: Final = "宋体"
HEADING_FONT: Final = "黑体"

# What XML cannot carry; refused at the door, but a report must not stand or fall by that.
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x0041_ in a file as an escaped A; the underscore is escaped in its turn.
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Typed again (F2, Enter) these would turn into a formula.
_FORMULA_LIKE: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "{", "#")
# Counted as Excel does, in UTF-16 units.
LONGEST: Final = 32_767
_NAME_FONT: Final = InlineFont(rFont=BODY_FONT, sz=FONT_SIZE, b=True)
_STATE_COLOURS: Final = {
    ObligationState.ACCEPTED: "FFE2EFDA",
    ObligationState.SUBMITTED: "FFDDEBF7",
    ObligationState.RETURNED: "FFFCE4D6",
    ObligationState.NIL: "FFE4DFEC",
    ObligationState.PENDING: "FFFFC7CE",
    ObligationState.EXEMPT: "FFEDEDED",
}


@dataclass(frozen=True, slots=True)
class CellStyle:
    """Style arrays as openpyxl keeps them, shared by many cells: never change one through a cell."""

    plain: Any
    quoted: Any


class Styles:
    """The looks of one workbook. Sharing an array is ten times faster than a font and a border a cell."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        grid = Side("thin", color="FF595959")
        faint = Side("hair", color="FF8C8C8C")
        grey = PatternFill("solid", fgColor="FFE9EDF2")
        box = Border(left=grid, right=grid, top=grid, bottom=grid)
        body = Font(name=BODY_FONT, size=FONT_SIZE)
        bold = Font(name=HEADING_FONT, size=FONT_SIZE)
        left = Alignment("left", "center", wrap_text=True)
        top = Alignment("left", "top", wrap_text=True)
        middle = Alignment("center", "center", wrap_text=True)

        self.corner = self.style(Font(name=HEADING_FONT, size=14), Alignment("left", "center"))
        self.title = self.style(Font(name=HEADING_FONT, size=20), middle)
        self.subtitle = self.style(body, middle)
        self.sentence = self.style(body, Alignment("left", "center"))
        self.plain = self.style(body, left)
        self.header = self.style(bold, middle, box, grey)
        self.section = self.style(bold, left, box, PatternFill("solid", fgColor="FFF5F6F8"))
        self.left = self.style(body, left, box)
        self.middle = self.style(body, middle, box)
        self.note = self.style(body, left, box)
        self.flat = self.style(body, top, box)
        self.flat_middle = self.style(body, Alignment("center", "top", wrap_text=True), box)
        self.count = self.style(body, middle, box, number_format="#,##0")
        self.rate = self.style(body, middle, box, number_format="0.0%")
        self.moment = self.style(
            body, Alignment("center", "top"), box, number_format="yyyy\\-mm\\-dd\\ hh:mm"
        )
        self.total = self.style(bold, middle, box, grey, "#,##0")
        self.total_rate = self.style(bold, middle, box, grey, "0.0%")
        self.points = self.style(body, middle, box, number_format="0.00")
        # What was taken off: nothing stands out less than something.
        self.fault_count = self.style(body, middle, box, number_format='#,##0;-#,##0;"—"')
        self.fault_points = self.style(body, middle, box, number_format='0.00;-0.00;"—"')
        self._figures: dict[int, CellStyle] = {}
        self._figure = (body, middle, box)
        self.state = {
            state: self.style(body, middle, box, PatternFill("solid", fgColor=colour))
            for state, colour in _STATE_COLOURS.items()
        }
        self.late = self.style(body, middle, box, PatternFill("solid", fgColor="FFFFEB9C"))
        # Progress, by whether it begins and whether it ends its task.
        self.progress = {
            (begins, ends): self.style(
                body,
                left,
                Border(left=grid, right=grid, top=grid if begins else faint, bottom=grid if ends else faint),
            )
            for begins in (False, True)
            for ends in (False, True)
        }

    def figure(self, places: int) -> CellStyle:
        """A number with so many decimal places. `0.######` would print a bare point behind a whole number."""
        if places not in self._figures:
            number_format = "#,##0" + ("." + "0" * places if places else "")
            self._figures[places] = self.style(*self._figure, number_format=number_format)
        return self._figures[places]

    def style(
        self,
        font: Font,
        alignment: Alignment,
        border: Border | None = None,
        fill: PatternFill | None = None,
        number_format: str = "General",
        *,
        is_open: bool = False,
    ) -> CellStyle:
        """Makes one look; `is_open` for a cell that may be filled on a protected sheet."""
        arrays = []
        for is_quoted in (False, True):
            cell: Any = Cell(self._sheet, row=1, column=1)
            cell.font, cell.alignment, cell.number_format = font, alignment, number_format
            cell.border = border or Border()
            cell.fill = fill or PatternFill()
            cell.protection = Protection(locked=not is_open)
            cell.quotePrefix = is_quoted
            arrays.append(cell._style)  # noqa: SLF001 - there is no public name for it
        return CellStyle(*arrays)


def use_body_font(book: Workbook) -> None:
    """Makes 宋体 11 the default font, the one that column widths are counted in."""
    book._named_styles["Normal"].font = Font(name=BODY_FONT, size=11)  # type: ignore[attr-defined] # noqa: SLF001
    book._fonts[0] = Font(name=BODY_FONT, size=11)  # type: ignore[attr-defined] # noqa: SLF001


def put(
    sheet: Worksheet, row: int, column: int, value: str | float | datetime | None, style: CellStyle
) -> None:
    """One cell. A text stays a text whatever it begins with; a datetime is naive local time."""
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        value = as_cell_text(value)
        # Set as `value`, openpyxl would make a formula of "=…" and an error of "#N/A", and cut what is escaped.
        cell._value, cell.data_type = value, "s"  # noqa: SLF001
        cell._style = style.quoted if is_formula_like(value) else style.plain  # noqa: SLF001
        return
    if value is not None:
        cell.value = value
    # After the value: a datetime brings a number format of its own.
    cell._style = style.plain  # noqa: SLF001


def put_named(sheet: Worksheet, row: int, column: int, name: str, text: str, style: CellStyle) -> None:
    """`text` with its beginning `name` in bold."""
    rest = as_cell_text(text[len(name) :])
    cell: Any = sheet.cell(row, column, CellRichText(TextBlock(_NAME_FONT, as_cell_text(name)), rest))
    cell._style = style.plain  # noqa: SLF001


def merge(sheet: Worksheet, first: int, last: int, left: int, right: int) -> None:
    """Registers a range of styled cells; merge_cells() styles them anew and looks at every other range."""
    if (first, left) != (last, right):
        sheet.merged_cells.ranges.add(CellRange(min_row=first, max_row=last, min_col=left, max_col=right))


def is_formula_like(text: str) -> bool:
    """Whether a cell with it needs the mark of a text (quotePrefix), so that it stays one when typed again."""
    return text.startswith(_FORMULA_LIKE)


def as_cell_text(text: str) -> str:
    """`text` as a cell holds it: impossible characters as U+FFFD, no longer than Excel takes, escapes escaped."""
    return _ESCAPE.sub("_x005F_", cut_to_cell(_IMPOSSIBLE.sub("\ufffd", text.replace("\r\n", "\n")), "……"))


def cut_to_cell(text: str, ending: str) -> str:
    """`text` as far as a cell holds it, with `ending` where something is left out; no character is torn apart."""
    if 2 * len(text) <= LONGEST or _units(text) <= LONGEST:
        return text
    room = LONGEST - _units(ending)
    kept = text[:room]
    # A character is one unit or two.
    while (over := _units(kept) - room) > 0:
        kept = kept[: -((over + 1) // 2)]
    return kept + ending


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
