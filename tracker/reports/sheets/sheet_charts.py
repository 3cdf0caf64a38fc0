"""Native charts: how every one of them is lettered and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.chart import Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils import get_column_letter, quote_sheetname

from tracker.reports.sheets.sheet_cells import BODY_FONT, HEADING_FONT

if TYPE_CHECKING:
    from openpyxl.chart import BarChart, LineChart
    from openpyxl.worksheet.worksheet import Worksheet

COLOURS: Final = ("1F4E79", "9DC3E6")
_TITLE_SIZE: Final = 1200
_SIZE: Final = 900
_LINE_WIDTH: Final = 22_225


def letter(chart: BarChart | LineChart, title: str) -> None:
    """Title, axes and legend in the fonts of the sheets."""
    chart.title = _title(title)
    for axis in (chart.x_axis, chart.y_axis):
        axis.txPr = _text()
        # Without this, newer Excel hides both axes of a chart that openpyxl wrote.
        axis.delete = False
    if chart.legend:
        chart.legend.position = "b"
        chart.legend.txPr = _text()


def add_series(
    chart: BarChart | LineChart,
    sheet: Worksheet,
    columns: tuple[int, ...],
    header: int,
    first: int,
    last: int,
) -> None:
    """One series a column, named by its cell in the row `header`, over the rows `first` to `last`."""
    for column, colour in zip(columns, COLOURS, strict=False):
        series = Series(Reference(sheet, min_col=column, min_row=first, max_row=last))
        place = f"{quote_sheetname(sheet.title)}!${get_column_letter(column)}${header}"
        series.tx = SeriesLabel(strRef=StrRef(place))
        if chart.tagname == "lineChart":
            series.graphicalProperties = GraphicalProperties(
                ln=LineProperties(solidFill=colour, w=_LINE_WIDTH)
            )
            series.marker = Marker("circle", size=6, spPr=GraphicalProperties(solidFill=colour))
            series.smooth = False
        else:
            series.graphicalProperties = GraphicalProperties(solidFill=colour)
        chart.series.append(series)


def _title(text: str) -> Title:
    properties = _characters(_TITLE_SIZE, HEADING_FONT)
    run = RegularTextRun(rPr=properties, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=properties), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text() -> RichText:
    properties = _characters(_SIZE, BODY_FONT)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])


def _characters(size: int, font: str) -> CharacterProperties:
    """East Asian characters take a font of their own."""
    return CharacterProperties(sz=size, b=False, latin=Font(typeface=font), ea=Font(typeface=font))
