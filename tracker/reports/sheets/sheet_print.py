"""Print set-up that all sheets share: A3 landscape, the header repeated, pages numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from tracker.reports.sheets.sheet_cells import as_cell_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.reports.data import RoundReport
    from tracker.reports.wording import Gettext


def set_up_pages(
    sheet: Worksheet, report: RoundReport, *, header_row: int, gettext: Gettext, scale: int | None = None
) -> None:
    """At `scale` percent with the sheet's manual breaks, or as wide as the page where `scale` is None."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    if scale is None:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
    else:
        sheet.page_setup.scale = scale
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7, header=0.25, footer=0.3)
    sheet.print_options.horizontalCentered = True
    if header_row:
        sheet.print_title_rows = f"{header_row}:{header_row}"
    number_pages(sheet, f"{report.list_title} {report.period_label} {report.part}", sheet.title, gettext)
    sheet.sheet_view.zoomScale = 100


def number_pages(sheet: Worksheet, left: str, right: str, gettext: Gettext) -> None:
    """The page's number in the middle of the footer, between two texts."""
    footer = HeaderFooterItem()
    parts = (
        (footer.left, _literal(left)),
        # &P and &N are the page and the number of pages.
        (footer.center, gettext("第 {page} 页，共 {pages} 页").format(page="&P", pages="&N")),
        (footer.right, _literal(right)),
    )
    for part, text in parts:
        part.text, part.size = text, 9
    sheet.oddFooter = footer


def _literal(text: str) -> str:
    """An ampersand begins a code; a footer holds 255 characters altogether."""
    return as_cell_text(" ".join(text.split())[:80]).replace("&", "&&")
