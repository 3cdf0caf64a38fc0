# ruff: noqa: SLF001 - openpyxl offers no public way into what it writes
"""A workbook as a file: openpyxl's sheets, and streamed ones beside them in the same package."""

from __future__ import annotations

import re
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from tracker.reports.sheets.sheet_cells import as_cell_text
from tracker.reports.sheets.sheet_stream import row_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import BinaryIO

    from openpyxl import Workbook

    from tracker.reports.sheets.sheet_stream import Row

    Streams = Mapping[str, Iterable[Row]]

_ROWS: Final = re.compile(b"<sheetData */>|<sheetData></sheetData>")


def saved(book: Workbook, *, title: str, subject: str, at: datetime, streams: Streams | None = None) -> bytes:
    """As `save`, in memory."""
    file = BytesIO()
    save(book, file, title=title, subject=subject, at=at, streams=streams)
    return file.getvalue()


def save(
    book: Workbook, file: BinaryIO, *, title: str, subject: str, at: datetime, streams: Streams | None = None
) -> None:
    """Like Workbook.save(), which would read the clock: a document is dated by its own moment.

    `streams` are rows by the title of their sheet, which is set up but empty; its filter, where it has one, is
    drawn out to the last row. Raises TooManyRowsError.
    """
    properties = book.properties
    properties.title = as_cell_text(title)
    properties.subject = subject
    properties.creator = "Duban"
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None)
    with ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        _PackageWriter(book, archive, streams or {}).save()


class _PackageWriter(ExcelWriter):
    """Openpyxl's, but for the sheets that are streamed."""

    def __init__(self, book: Workbook, archive: ZipFile, streams: Streams) -> None:
        super().__init__(book, archive)
        self._package, self._streams = archive, streams
        self._style_id = cast("Any", book)._cell_styles.add

    def write_worksheet(self, ws: Any) -> None:  # noqa: ANN401 - as its base class has it
        rows = self._streams.get(ws.title)
        if rows is None:
            super().write_worksheet(ws)
            return
        ws._drawing = SpreadsheetDrawing()
        before, _ = _frame(ws)
        last_row = 0
        with self._package.open(ws.path[1:], "w", force_zip64=True) as member:
            member.write(before + b"<sheetData>")
            for chunk, last_row in row_chunks(rows, self._style_id):  # noqa: B007 - read below
                member.write(chunk)
            # Only now is it known how far the filter reaches.
            if ws.auto_filter.ref:
                ws.auto_filter.ref = re.sub(r"\d+$", str(last_row), ws.auto_filter.ref)
            _, after = _frame(ws)
            member.write(b"</sheetData>" + after)
        self.manifest.append(ws)


def _frame(sheet: Any) -> tuple[bytes, bytes]:  # noqa: ANN401 - openpyxl's types know no private names
    """What stands before and after the rows of an empty sheet."""
    out = BytesIO()
    writer: Any = _FrameWriter(sheet, out)
    writer.write()
    sheet._rels = writer._rels
    before, after = _ROWS.split(out.getvalue())
    return before, after


class _FrameWriter(WorksheetWriter):
    def write_dimensions(self) -> None:
        """Nothing: how far the rows will reach is not known yet, and nobody needs to be told."""
