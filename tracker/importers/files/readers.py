"""One reader for each format, and the one way through them: what it is, is it sound, what stands in it.

A new format is one more entry in `READERS` and in `content.READABLE`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tracker.importers.files.content import require_content
from tracker.importers.files.invisible import tidied
from tracker.importers.files.refusals import MacroError, UnknownFormatError
from tracker.importers.files.source import require_size
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.importers.files.grid import Block
    from tracker.importers.files.source import SourceFile

    Reader = Callable[[SourceFile], list[Block | Problem]]

# By module and function: only the reader that is needed is loaded, which is most of a child's start.
READERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".csv": "read_csv",
        ".doc": "read_office",
        ".docx": "read_docx",
        ".et": "read_workbook",
        ".md": "read_markdown",
        ".ods": "read_office",
        ".odt": "read_office",
        ".pdf": "read_pdf",
        ".rtf": "read_office",
        ".tsv": "read_csv",
        ".txt": "read_text",
        ".wps": "read_office",
        ".xls": "read_workbook",
        ".xlsx": "read_workbook",
    }
)
# Lists of contacts and units: tables with one header row, in which a line of text is a row too.
TABLE_READERS: Final[Mapping[str, str]] = MappingProxyType(
    {suffix: READERS[suffix] for suffix in (".csv", ".tsv", ".xlsx", ".xls", ".et", ".ods")}
    | {".txt": "read_csv"}
)
_WITH_MACROS: Final = {
    ".xlsm": ".xlsx",
    ".xltm": ".xlsx",
    ".xlsb": ".xlsx",
    ".docm": ".docx",
    ".dotm": ".docx",
}
NEEDS_LIBREOFFICE: Final = frozenset(suffix for suffix, name in READERS.items() if name == "read_office")


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a reader gave, tidied, and what a person should know of the reading itself."""

    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...]


def read_blocks(source: SourceFile, readers: Mapping[str, str] = READERS) -> FileReading:
    """Paragraphs and grids of `source`. Raises the RefusedFileError that fits.

    In this process: for files of our own. What users send goes through `sandbox`.
    """
    require_size(source)
    require_suffix(source, readers)
    content = require_content(source)
    # Office systems export web pages under the name .xls.
    is_page = content == "html" and source.suffix == ".xls"
    read = _reader("read_html" if is_page else readers[source.suffix])
    items = read(source)
    problems = [item for item in items if isinstance(item, Problem)]
    blocks, cleaned = tidied(item for item in items if not isinstance(item, Problem))
    return FileReading(tuple(blocks), (*problems, *cleaned))


def require_suffix(source: SourceFile, readers: Mapping[str, str]) -> None:
    """Raises MacroError or UnknownFormatError for a name that no reader is for."""
    if macro_free := _WITH_MACROS.get(source.suffix):
        raise MacroError(file=source.name, suffix=macro_free)
    if source.suffix not in readers:
        raise UnknownFormatError(file=source.name, known="、".join(sorted(readers)))


def _reader(name: str) -> Reader:
    reader: Reader = getattr(importlib.import_module(f"tracker.importers.files.{name}"), name)
    return reader
