"""Old and foreign office formats, turned into new ones by LibreOffice where it is installed.

It opens the file by one named filter, so that it does not take a page or a script for a document.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.importers.files.archive import open_archive, rewritten
from tracker.importers.files.content import identify
from tracker.importers.files.libreoffice import OfficeTimeoutError, convert, find_libreoffice
from tracker.importers.files.limits import CONVERTING
from tracker.importers.files.read_docx import read_docx
from tracker.importers.files.read_html import read_html
from tracker.importers.files.read_workbook import read_workbook
from tracker.importers.files.refusals import (
    ConversionFailedError,
    MacroError,
    NeedsLibreOfficeError,
    TooSlowError,
)
from tracker.importers.files.source import SourceFile, require_size

if TYPE_CHECKING:
    from tracker.importers.files.grid import Block

# By suffix and content: the filter to open it with, and what to turn it into.
_FILTERS: Final = {
    "word": ("MS Word 97", ".docx"),
    "rtf": ("Rich Text Format", ".docx"),
    ".odt": ("writer8", ".docx"),
    ".ods": ("calc8", ".xlsx"),
}


def read_office(source: SourceFile) -> list[Block]:
    """`.doc .wps .rtf .odt .ods`. A web page that is only called .doc is read as the page it is."""
    content = identify(source.data)
    if content == "html":
        return read_html(source)
    if content == "zip":
        parts = open_archive(source)
        if any(name.startswith("Basic/") for name in parts):
            raise MacroError(file=source.name, suffix=source.suffix)
        source = SourceFile(source.name, rewritten(parts))
    filter_name, target = _FILTERS[source.suffix if content == "zip" else content]
    converted = _convert(source, filter_name, target)
    return (read_docx if target == ".docx" else read_workbook)(converted)


def _convert(source: SourceFile, filter_name: str, target: str) -> SourceFile:
    if find_libreoffice() is None:
        raise NeedsLibreOfficeError(file=source.name, suffix=source.suffix, target=target)
    with tempfile.TemporaryDirectory(prefix="duban-") as name:
        folder = Path(name)
        # Never under the name that came with it.
        given = folder / f"given{source.suffix}"
        given.write_bytes(source.data)
        seconds = CONVERTING.seconds - 10
        try:
            written = convert(given, target[1:], folder, seconds=seconds, filter_name=filter_name)
        except OfficeTimeoutError as error:
            raise TooSlowError(file=source.name, seconds=seconds) from error
    if written is None:
        raise ConversionFailedError(file=source.name, target=target)
    converted = SourceFile(source.name.removesuffix(source.suffix) + target, written)
    require_size(converted)
    return converted
