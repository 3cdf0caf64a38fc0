"""Places and scores, each kind of unit by itself, with what was taken off, what was struck out, and the formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter

from tracker.domain.faults import Fault
from tracker.domain.scoring import CARD_LABELS
from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.ranking import fault_label, formula, rankings_of
from tracker.reports.sheets.flat_sheets import row_height
from tracker.reports.sheets.sheet_cells import merge, put
from tracker.reports.sheets.sheet_print import set_up_pages
from tracker.reports.sheets.text_metrics import count_lines, line_capacity

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import RoundReport
    from tracker.reports.ranking import KindRanking, RankedUnit, WaitingUnit
    from tracker.reports.sheets.sheet_cells import Styles
    from tracker.reports.wording import Gettext

_WIDTHS: Final = (7.0, 26.0, 10.0, *[8.0, 8.0] * len(Fault), 20.0, 19.0, 16.0)
_COLUMNS: Final = len(_WIDTHS)
_FIRST_FAULT: Final = 4
_STRUCK_OUT, _EXTENDED, _PROPOSED = _COLUMNS - 2, _COLUMNS - 1, _COLUMNS
_HEADER_ROW: Final = 3
_LINE: Final = 21.0


def write_ranking(sheet: Worksheet, report: RoundReport, styles: Styles, gettext: Gettext) -> None:
    """All figures are values. Cards and interviews are proposals, which a person issues or not."""
    for index, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    put(sheet, 1, 1, wording.standing(report, gettext), styles.sentence)
    _write_header(sheet, styles, gettext)
    row = _HEADER_ROW + 1
    for ranking in rankings_of(report):
        row = _write_kind(sheet, row, ranking, styles, gettext)
    for line in formula(report.scoring, gettext):
        _write_line(sheet, row, line, styles)
        row += 1
    set_up_pages(sheet, report, header_row=_HEADER_ROW, gettext=gettext)
    sheet.freeze_panes = f"C{_HEADER_ROW + 1}"


def _write_header(sheet: Worksheet, styles: Styles, gettext: Gettext) -> None:
    headings = [gettext("名次"), gettext("单位"), gettext("得分")]
    for fault in Fault:
        name = fault_label(fault, gettext)
        headings += [gettext("{fault}项数").format(fault=name), gettext("{fault}扣分").format(fault=name)]
    headings += [gettext("申诉成立（不扣分）"), gettext("延期至"), gettext("建议")]
    for column, heading in enumerate(headings, start=1):
        put(sheet, _HEADER_ROW, column, heading, styles.header)
    sheet.row_dimensions[_HEADER_ROW].height = row_height(
        max(
            count_lines(heading, line_capacity(width))
            for heading, width in zip(headings, _WIDTHS, strict=True)
        )
    )


def _write_kind(sheet: Worksheet, row: int, ranking: KindRanking, styles: Styles, gettext: Gettext) -> int:
    """Its heading, places, and who has none yet, from `row` on; the row after them."""
    put(sheet, row, 1, wording.kind_label(ranking.kind, gettext), styles.section)
    for column in range(2, _COLUMNS + 1):
        put(sheet, row, column, None, styles.section)
    merge(sheet, row, row, 1, _COLUMNS)
    sheet.row_dimensions[row].height = _LINE
    for row, ranked in enumerate(ranking.rows, start=row + 1):  # noqa: B020, PLR1704 - the row goes on
        _write_unit(sheet, row, ranked, styles, gettext)
    for row, waiting in enumerate(ranking.waiting, start=row + 1):  # noqa: B020 - likewise
        _write_waiting(sheet, row, waiting, styles, gettext)
    return row + 1


def _write_unit(sheet: Worksheet, row: int, ranked: RankedUnit, styles: Styles, gettext: Gettext) -> None:
    put(sheet, row, 1, ranked.place, styles.middle)
    put(sheet, row, 2, visible(ranked.unit.name), styles.left)
    put(sheet, row, 3, float(ranked.score), styles.points)
    by_fault = {deduction.fault: deduction for deduction in ranked.deductions}
    for index, fault in enumerate(Fault):
        column = _FIRST_FAULT + 2 * index
        found = by_fault.get(fault)
        put(sheet, row, column, found.count if found else 0, styles.fault_count)
        put(sheet, row, column + 1, float(found.points) if found else 0, styles.fault_points)
    struck_out = [
        gettext("{fault} {count} 项").format(fault=fault_label(fault, gettext), count=count)
        for fault, count in ranked.struck_out
    ]
    proposals = [gettext(CARD_LABELS[ranked.card])] if ranked.card else []
    proposals += [gettext("约谈")] if ranked.is_to_be_interviewed else []
    extended_to = ranked.unit.extended_to
    words = {
        _STRUCK_OUT: wording.names(struck_out, gettext),
        _EXTENDED: wording.moment(extended_to) if extended_to else "",
        _PROPOSED: wording.names(proposals, gettext),
    }
    for column, text in words.items():
        put(sheet, row, column, text or None, styles.middle)
    lines = count_lines(visible(ranked.unit.name), line_capacity(_WIDTHS[1]))
    lines = max(lines, count_lines(words[_STRUCK_OUT], line_capacity(_WIDTHS[_STRUCK_OUT - 1])))
    sheet.row_dimensions[row].height = row_height(lines)


def _write_waiting(
    sheet: Worksheet, row: int, waiting: WaitingUnit, styles: Styles, gettext: Gettext
) -> None:
    put(sheet, row, 1, "—", styles.middle)
    put(sheet, row, 2, visible(waiting.unit.name), styles.left)
    words = gettext("{count} 项未报，{due} 截止，尚不排名").format(
        count=waiting.not_due, due=wording.moment(waiting.due_at)
    )
    put(sheet, row, 3, words, styles.left)
    for column in range(4, _COLUMNS + 1):
        put(sheet, row, column, None, styles.left)
    merge(sheet, row, row, 3, _COLUMNS)
    sheet.row_dimensions[row].height = row_height(
        count_lines(visible(waiting.unit.name), line_capacity(_WIDTHS[1]))
    )


def _write_line(sheet: Worksheet, row: int, line: str, styles: Styles) -> None:
    put(sheet, row, 1, line, styles.plain)
    merge(sheet, row, row, 1, _COLUMNS)
    sheet.row_dimensions[row].height = row_height(count_lines(line, line_capacity(sum(_WIDTHS))))
