"""The 报送表 as a workbook: one sheet to fill, A4 across, and the form's identity out of sight beside it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from tracker.domain.assessment import Assessment
from tracker.domain.form_words import (
    HAS_NONE,
    HAS_PROGRESS,
    IDENTITY_TITLE,
    SIGNATURE,
    assessment_field,
    column_field,
    form_columns,
)
from tracker.domain.texts import visible
from tracker.i18n import mark
from tracker.reports.forms.form_count import count_formula, within_limit_formula
from tracker.reports.sheets.sheet_cells import BODY_FONT, HEADING_FONT, Styles, merge, put, use_body_font
from tracker.reports.sheets.sheet_package import saved
from tracker.reports.sheets.sheet_print import number_pages
from tracker.reports.sheets.text_metrics import (
    FONT_SIZE,
    MOST_ROW_HEIGHT,
    count_lines,
    height_of,
    line_capacity,
    lines_within,
    shortened,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.forms.form_data import FormRow, FormSheet
    from tracker.reports.wording import Gettext

_WIDTHS: Final = {
    "number": 6.0,
    "task": 27.0,
    "previous": 44.0,
    "count": 7.0,
    "status": 9.0,
    "assessment": 9.0,
    "remark": 14.0,
}
# 本期进度 is wide enough for a text of the limit in the tallest row that Excel shows, and never narrower.
_TEXT_WIDTH: Final = 50.0
_MOST_TEXT_WIDTH: Final = 200.0
_TITLE_SIZE: Final = 16
_HEADER_HEIGHT: Final = 24.0
_MOST_LINES: Final = lines_within(MOST_ROW_HEIGHT)
# A line more than the arithmetic says: people break lines where they like.
_SPARE_LINES: Final = 1


class _Layout:
    """Where the columns of one form stand, and how wide they are. `mark` is out of sight behind the last."""

    def __init__(self, form: FormSheet) -> None:
        columns = form_columns(form.fields)
        self.places = {column: place for place, column in enumerate(columns, start=1)}
        self.text_width = _text_width(form.character_limit)
        self.widths = {column: _WIDTHS.get(column, self.text_width) for column in columns}
        self.last = len(columns)
        self.mark = self.last + 1

    def letter(self, column: str) -> str:
        return get_column_letter(self.places[column])


class _Looks:
    """The styles of the one sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        styles = Styles(sheet)
        grid = Side("thin", color="FF595959")
        box = Border(left=grid, right=grid, top=grid, bottom=grid)
        body = Font(name=BODY_FONT, size=FONT_SIZE)
        to_fill = PatternFill("solid", fgColor="FFFFFBE6")
        top = Alignment("left", "top", wrap_text=True)
        middle = Alignment("center", "center", wrap_text=True)
        self.title = styles.style(Font(name=HEADING_FONT, size=_TITLE_SIZE), middle)
        self.standing = styles.style(Font(name=HEADING_FONT, size=FONT_SIZE), middle)
        self.guide = styles.style(body, Alignment("left", "center", wrap_text=True))
        self.header = styles.header
        self.closed, self.closed_middle = styles.flat, styles.middle
        # What a reviewer said of a text that may be mended.
        self.noted = styles.style(Font(name=BODY_FONT, size=FONT_SIZE, color="FFC00000"), top, box)
        self.open = styles.style(body, top, box, to_fill, is_open=True)
        self.open_middle = styles.style(body, middle, box, to_fill, is_open=True)
        self.hidden = styles.style(body, Alignment("left", "top"))


def render_form_sheet(form: FormSheet, gettext: Gettext) -> bytes:
    """An .xlsx. What units and lists wrote is text in it, never a formula; one cell a row, 字数, is ours."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = gettext("报送表")
    use_body_font(book)
    looks = _Looks(sheet)
    layout = _Layout(form)
    for column, width in layout.widths.items():
        sheet.column_dimensions[layout.letter(column)].width = width
    header = _write_head(sheet, form, layout, looks, gettext)
    for row, entry in enumerate(form.rows, start=header + 1):
        _write_row(sheet, row, entry, form, layout, looks)
    last = header + len(form.rows)
    _check(sheet, header + 1, last, form, layout, gettext)
    _protect(sheet, header, last, layout)
    _set_up_pages(sheet, form, header, gettext)
    _write_identity(book.create_sheet("_duban"), form, looks)
    # Programs that keep no results with the formula count when they open the file.
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    title = f"{form.title} {form.period_label} {form.unit}"
    issued_at = datetime.fromisoformat(form.fields["issued_at"])
    return saved(book, title=title, subject=gettext("报送表"), at=issued_at)


def _write_head(sheet: Worksheet, form: FormSheet, layout: _Layout, looks: _Looks, gettext: Gettext) -> int:
    """Title, whose form it is, how to fill it, and the header, whose row is returned."""
    standing = gettext("报送单位：{unit}　　报送期：{period}　　截止：{due}").format(
        unit=visible(form.unit), period=form.period_label, due=form.due
    )
    total = sum(layout.widths.values())
    lines = (
        (gettext("{title}落实进度报送表").format(title=visible(form.title)), looks.title, _TITLE_SIZE),
        (standing, looks.standing, FONT_SIZE),
        *((guide, looks.guide, FONT_SIZE) for guide in _guides(form, gettext)),
    )
    for row, (text, style, size) in enumerate(lines, start=1):
        put(sheet, row, 1, text, style)
        merge(sheet, row, row, 1, layout.last)
        height = height_of(count_lines(text, line_capacity(total, size)))
        sheet.row_dimensions[row].height = height * size / FONT_SIZE
    header = len(lines) + 1
    for column, place in layout.places.items():
        put(sheet, header, place, form.fields[column_field(column)], looks.header)
    put(sheet, header, layout.mark, gettext("行标识（请勿改动）"), looks.hidden)
    sheet.row_dimensions[header].height = _HEADER_HEIGHT
    return header


def _guides(form: FormSheet, gettext: Gettext) -> tuple[str, str, str]:
    back = (
        gettext("填好后保存，作为附件寄到 {mailbox}，或在填报页上传，文件名可以改。").format(
            mailbox=form.mailbox
        )
        if form.mailbox
        else gettext("填好后保存，在填报页上传，文件名可以改。")
    )
    fill = mark(
        "一、请填浅黄色的“本期进度”“状态”“备注”三栏。“本期进度”每项不超过 {limit} 字，“字数”变红即为超出。"
    )
    if column_field("assessment") in form.fields:
        fill = mark(
            "一、请填浅黄色的“本期进度”“状态”“自评”“备注”四栏。“本期进度”每项不超过 {limit} 字，“字数”变红即为超出。"
            "“自评”从下拉框中选择，无进展的可以不选。"
        )
    return (
        gettext(fill).format(limit=form.character_limit),
        gettext(
            "二、确无进展的，“状态”选“无进展”，并在“本期进度”写明原因。没有填写的项不算报送。“备注”只给统筹人看。"
        ),
        gettext("三、{back}写了内容的各项即为正式报送，每项的结果会逐项答复。").format(back=back),
    )


def _write_row(
    sheet: Worksheet, row: int, entry: FormRow, form: FormSheet, layout: _Layout, looks: _Looks
) -> None:
    text_style, middle = (
        (looks.open, looks.open_middle) if entry.is_open else (looks.closed, looks.closed_middle)
    )
    status = "" if entry.is_nil is None else form.fields[HAS_NONE if entry.is_nil else HAS_PROGRESS]
    task = f"{visible(entry.content)}\n{visible(entry.note)}" if entry.note else visible(entry.content)
    values = {
        "number": (visible(entry.number), looks.closed_middle),
        "task": (_fitted(task, "task"), looks.noted if entry.note and entry.is_open else looks.closed),
        "previous": (_fitted(visible(entry.previous), "previous") or None, looks.closed),
        # As it is: what comes back is compared with what is on file.
        "text": (entry.text or None, text_style),
        "status": (status or None, middle),
        "remark": (entry.remark or None, text_style),
    }
    if "assessment" in layout.places:
        assessment = form.fields[assessment_field(entry.assessment)] if entry.assessment else None
        values["assessment"] = (assessment, middle)
    for column, (value, style) in values.items():
        put(sheet, row, layout.places[column], value, style)
    cell: Any = sheet.cell(row, layout.places["count"])
    cell.value = count_formula(f"{layout.letter('text')}{row}", form.character_limit)
    cell._style = looks.closed_middle.plain  # noqa: SLF001 - as in `sheet_cells`
    put(sheet, row, layout.mark, entry.mark, looks.hidden)
    capacity = line_capacity(layout.text_width)
    room = _lines_of_limit(form.character_limit, capacity) if entry.is_open else 1
    lines = max(
        room,
        count_lines(entry.text, capacity),
        *(
            count_lines(values[column][0] or "", line_capacity(_WIDTHS[column]))
            for column in ("task", "previous")
        ),
        count_lines(entry.remark, line_capacity(_WIDTHS["remark"])),
    )
    sheet.row_dimensions[row].height = min(MOST_ROW_HEIGHT, height_of(lines))


def _fitted(text: str, column: str) -> str:
    """What a row can show of a text that is there to be read only."""
    return shortened(text, line_capacity(_WIDTHS[column]), _MOST_LINES)


def _lines_of_limit(limit: int, capacity: int) -> int:
    return math.ceil(2 * limit / capacity) + _SPARE_LINES


def _text_width(limit: int) -> float:
    width = _TEXT_WIDTH
    while width < _MOST_TEXT_WIDTH and _lines_of_limit(limit, line_capacity(width)) > _MOST_LINES:
        width += 1
    return width


def _check(
    sheet: Worksheet, first: int, last: int, form: FormSheet, layout: _Layout, gettext: Gettext
) -> None:
    """Colours and warnings; what counts is checked at the site."""
    text, count = layout.letter("text"), layout.letter("count")
    limit = form.character_limit
    red = PatternFill("solid", bgColor="FFFFC7CE", fgColor="FFFFC7CE")
    sheet.conditional_formatting.add(
        f"{count}{first}:{count}{last}",
        FormulaRule(  # type: ignore[no-untyped-call]
            [f"${count}{first}>{limit}"], font=Font(color="FF9C0006", bold=True), fill=red
        ),
    )
    longest = DataValidation(
        "custom",
        within_limit_formula(f"{text}{first}", limit),
        errorStyle="warning",
        allowBlank=True,
        showErrorMessage=True,
        errorTitle=gettext("超过字数上限"),
        error=gettext("这一项超过了 {limit} 字，报送时会被退回。确定保留吗？").format(limit=limit),
    )
    longest.add(f"{text}{first}:{text}{last}")
    sheet.add_data_validation(longest)
    choices = {
        "status": (HAS_PROGRESS, HAS_NONE),
        "assessment": tuple(assessment_field(found) for found in Assessment),
    }
    for column, names in choices.items():
        if column not in layout.places:
            continue
        choice = DataValidation(
            "list",
            f'"{",".join(form.fields[name] for name in names)}"',
            allowBlank=True,
            showErrorMessage=True,
            errorTitle=form.fields[column_field(column)],
            error=gettext("请从下拉框中选择。"),
        )
        choice.add(f"{layout.letter(column)}{first}:{layout.letter(column)}{last}")
        sheet.add_data_validation(choice)


def _protect(sheet: Worksheet, header: int, last: int, layout: _Layout) -> None:
    """No password: it keeps a slip of the hand away, and whoever must may lift it."""
    mark = get_column_letter(layout.mark)
    sheet.column_dimensions[mark].hidden = True
    sheet.auto_filter.ref = f"A{header}:{mark}{last}"
    sheet.freeze_panes = f"A{header + 1}"
    protection = sheet.protection
    protection.sheet = True
    # False is allowed.
    protection.formatRows = protection.formatColumns = protection.sort = protection.autoFilter = False


def _set_up_pages(sheet: Worksheet, form: FormSheet, header: int, gettext: Gettext) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.6, header=0.2, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"{header}:{header}"
    number_pages(sheet, form.unit, f"{form.title} {form.period_label}", gettext)


def _write_identity(sheet: Worksheet, form: FormSheet, looks: _Looks) -> None:
    """Texts throughout: a program that writes the file anew must not take a number for one of its own."""
    sheet.sheet_state = "veryHidden"
    pairs = ((IDENTITY_TITLE, ""), *form.fields.items(), (SIGNATURE, form.signature))
    for row, pair in enumerate(pairs, start=1):
        for column, text in enumerate(pair, start=1):
            put(sheet, row, column, text, looks.hidden)
    sheet.protection.sheet = True
