"""A 报送表 that came back: found by what is inside it, whatever its name, format or neighbours are.

It may have been saved by another program, sorted, shortened, unhidden or put into an archive. What it says is
passed on as it stands; whether it is to be believed is decided by those who have the site's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tracker.domain.form_identity import is_row_mark
from tracker.domain.form_words import COLUMNS, IDENTITY_TITLE, SIGNATURE, column_field, form_columns
from tracker.importers.files.archive import rewritten, unpack_archive
from tracker.importers.files.content import has_macros, identify
from tracker.importers.files.grid import Grid
from tracker.importers.files.package import open_package
from tracker.importers.files.read_ods import read_ods
from tracker.importers.files.read_workbook import read_workbook
from tracker.importers.files.refusals import (
    MacroError,
    NoFormInArchiveError,
    NoFormTableError,
    NotAFormError,
    PasswordError,
    RefusedFileError,
    SeveralFormsError,
    SheetTooLargeError,
)
from tracker.importers.files.results import FAILED, with_failures_named
from tracker.importers.files.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.importers.files.grid import Cell, Row

# Why the text of a row cannot be taken: an error, a formula whose result was not saved, a cell that was
# merged into another one.
Fault = Literal["", "error", "unsaved", "covered"]

_READ: Final = ("number", "text", "status", "remark")
# Read where the form itself has the column: one that somebody added says nothing.
_READ_IF_THERE: Final = ("assessment",)
_MOST_FIELDS: Final = 60
_LONGEST_FIELD: Final = 200
_MOST_ROWS: Final = 5_000
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
# What Macs and open Office windows leave beside a file.
_LITTER: Final = ("__MACOSX/", "~$", "._", ".~")


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One row under the header. `mark` is "" where it has none; with `fault` "error" the text names the error."""

    mark: str
    number: str
    text: str
    status: str
    remark: str
    where: str
    fault: Fault = ""
    assessment: str = ""


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form as it came: the fields of its identity, their signature, its rows. None of it has been verified."""

    file: str
    fields: dict[str, str]
    signature: str
    rows: tuple[ReturnedRow, ...]


def read_form(source: SourceFile) -> FormReading:
    """The one form in `source`: a workbook or an archive with one among other files.

    In this process; what users send goes through `sandbox.read_form_in_child`. Raises the RefusedFileError
    that fits.
    """
    if identify(source.data) != "zip":
        return _reading(_grids(source), source.name)
    parts = unpack_archive(source)
    if "[Content_Types].xml" in parts or "mimetype" in parts:
        return _reading(_grids(source), source.name)
    return _from_packet(parts, source.name)


def _from_packet(parts: Mapping[str, bytes], file: str) -> FormReading:
    """A packet may hold anything beside the form; only a packet without one is refused for what it holds."""
    found: list[FormReading] = []
    refused: list[RefusedFileError] = []
    for path, data in parts.items():
        name = _readable(path).replace("\\", "/").rpartition("/")[2]
        if not data or path.startswith(_LITTER) or name.startswith(_LITTER):
            continue
        try:
            found.append(_reading(_grids(SourceFile(name, data)), name))
        except NotAFormError:
            continue
        except RefusedFileError as error:
            refused.append(error)
    if len(found) > 1:
        raise SeveralFormsError(file=file)
    if found:
        return found[0]
    raise refused[0] if refused else NoFormInArchiveError(file=file)


def _readable(path: str) -> str:
    """Names in an archive without a mark of their encoding are read as cp437, and are GBK in China."""
    try:
        return path.encode("cp437").decode("gb18030")
    except UnicodeError:
        return path


def _grids(source: SourceFile) -> list[Grid]:
    kind = identify(source.data)
    if kind == "encrypted":
        raise PasswordError(file=source.name)
    if kind == "workbook":
        if has_macros(source.data):
            raise MacroError(file=source.name, suffix=".xls")
        return _only_grids(read_workbook(source))
    if kind != "zip":
        raise NotAFormError(file=source.name)
    parts = unpack_archive(source)
    if parts.get("mimetype", b"").strip() == _ODS:
        return read_ods(source)
    if not any(name.startswith("xl/") for name in parts):
        raise NotAFormError(file=source.name)
    checked = with_failures_named(open_package(source, ".xlsx"))
    return _only_grids(read_workbook(SourceFile(source.name, rewritten(checked))))


def _only_grids(blocks: Sequence[object]) -> list[Grid]:
    return [block for block in blocks if isinstance(block, Grid)]


def _reading(grids: Sequence[Grid], file: str) -> FormReading:
    identities = [grid for grid in grids if _is_identity(grid)]
    if not identities:
        raise NotAFormError(file=file)
    if len(identities) > 1:
        raise SeveralFormsError(file=file)
    fields = {
        row.cell(0).text.strip()[:_LONGEST_FIELD]: row.cell(1).text.strip()[:_LONGEST_FIELD]
        for row in identities[0].rows[1:_MOST_FIELDS]
        if row.cell(0).text.strip()
    }
    signature = fields.pop(SIGNATURE, "")
    wanted = (*_READ, *(column for column in _READ_IF_THERE if column in form_columns(fields)))
    words = {column: fields.get(column_field(column), COLUMNS[column]) for column in wanted}
    others = (grid for grid in grids if not _is_identity(grid))
    tables = [table for grid in others if (table := _table(grid, words)) is not None]
    if not tables:
        raise NoFormTableError(file=file, column=words["text"])
    rows = [row for table in tables for row in table]
    if len(rows) > _MOST_ROWS:
        raise SheetTooLargeError(
            file=file, where="", rows=len(rows), columns=len(COLUMNS), limit=_MOST_ROWS, cells=_MOST_ROWS * 8
        )
    return FormReading(file, fields, signature, tuple(rows))


def _is_identity(grid: Grid) -> bool:
    return bool(grid.rows) and grid.rows[0].cell(0).text.strip() == IDENTITY_TITLE


def _table(grid: Grid, words: Mapping[str, str]) -> list[ReturnedRow] | None:
    """The rows under the header; None for a sheet that has no such header."""
    for index, row in enumerate(grid.rows):
        named = {_bare(cell.text): place for place, cell in reversed(list(enumerate(row.cells)))}
        places = {column: named.get(_bare(word)) for column, word in words.items()}
        if places["text"] is not None:
            found = (_row(below, places) for below in grid.rows[index + 1 :])
            return [row for row in found if row.mark or row.text]
    return None


def _bare(text: str) -> str:
    return "".join(text.split())


def _row(row: Row, places: Mapping[str, int | None]) -> ReturnedRow:
    cell = row.cell(places["text"])
    fault = _fault(cell)
    marks = (cell.text.strip() for cell in row.cells if cell.is_own and is_row_mark(cell.text.strip()))
    return ReturnedRow(
        mark=next(marks, ""),
        number=_beside(row, places["number"]).strip(),
        text="" if fault == "covered" else cell.text.removeprefix(FAILED),
        status=_beside(row, places["status"]).strip(),
        remark=_beside(row, places["remark"]),
        where=row.where,
        fault=fault,
        assessment=_beside(row, places.get("assessment")).strip(),
    )


def _fault(cell: Cell) -> Fault:
    if cell.left:
        return "covered"
    if cell.text.startswith(FAILED):
        return "error" if cell.text != FAILED else "unsaved"
    return ""


def _beside(row: Row, place: int | None) -> str:
    """The text of another column. One that its left neighbour covers holds nothing; a merge downwards counts
    for each of its rows."""
    cell = row.cell(place)
    return "" if cell.left else cell.text.removeprefix(FAILED)
