# ruff: noqa: SLF001 - openpyxl offers no public way into what it writes
"""A workbook as a file: openpyxl's sheets, and streamed ones beside them in the same package."""

from __future__ import annotations

import re
from datetime import UTC
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any, Final, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

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
    properties.created = properties.modified = moment = at.astimezone(UTC).replace(tzinfo=None)
    with _DatedArchive(file, moment) as archive:
        _PackageWriter(book, archive, streams or {}).save()


class _DatedArchive(ZipFile):
    """Each member carries the document's moment, not that of its writing: the same report is the same bytes."""

    def __init__(self, file: BinaryIO, moment: datetime) -> None:
        super().__init__(file, "w", ZIP_DEFLATED, allowZip64=True)
        self._date = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)

    def member(self, name: str) -> ZipInfo:
        found = ZipInfo(name, self._date)
        found.compress_type = ZIP_DEFLATED
        return found

    def writestr(self, name: Any, data: Any, *_how: Any) -> None:  # noqa: ANN401
        super().writestr(self.member(name), data)

    def write(self, filename: Any, arcname: Any = None, *_how: Any) -> None:  # noqa: ANN401
        with Path(filename).open("rb") as source, self.open(self.member(arcname), "w") as target:
            copyfileobj(source, target)


class _PackageWriter(ExcelWriter):
    """Openpyxl's, but for the sheets that are streamed."""

    def __init__(self, book: Workbook, archive: _DatedArchive, streams: Streams) -> None:
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
        with self._package.open(self._package.member(ws.path[1:]), "w", force_zip64=True) as member:
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
