"""What a file really is, told by its bytes: the name alone is not believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from tracker.importers.files.archive import ZIP
from tracker.importers.files.refusals import (
    DamagedFileError,
    NotThisFormatError,
    OldOrProtectedError,
    PasswordError,
    WrongSuffixError,
)

if TYPE_CHECKING:
    from tracker.importers.files.source import SourceFile

Content = Literal["zip", "ole", "workbook", "word", "encrypted", "pdf", "rtf", "html", "text", "binary"]

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENTRY: Final = 128
_OLE_STREAMS: Final[tuple[tuple[str, Content], ...]] = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "workbook"),
    ("Book", "workbook"),
    ("WordDocument", "word"),
)
_HTML_STARTS: Final = (
    b"<html",
    b"<!doctype html",
    b"<table",
    b"<head",
    b"<meta",
    b"<body",
    b"<style",
    b"<div",
)
_LOOKED_AT: Final = 1024
_MOST_NULS: Final = 0.3
_TEXT: Final = frozenset({"text", "html"})
# What may stand behind each name. Text formats are told from each other by nothing but the name.
READABLE: Final[dict[str, frozenset[str]]] = {
    ".xlsx": frozenset({"zip"}),
    ".docx": frozenset({"zip"}),
    ".xls": frozenset({"workbook", "html"}),
    ".et": frozenset({"workbook", "zip"}),
    ".doc": frozenset({"word", "rtf", "html"}),
    ".wps": frozenset({"word", "rtf"}),
    ".ods": frozenset({"zip"}),
    ".odt": frozenset({"zip"}),
    ".rtf": frozenset({"rtf"}),
    ".pdf": frozenset({"pdf"}),
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".txt": _TEXT,
    ".md": _TEXT,
}
_SUFFIX_OF: Final = {"workbook": ".xls", "word": ".doc", "pdf": ".pdf", "rtf": ".rtf", "text": ".csv"}


def identify(data: bytes) -> Content:
    """The kind of `data`; "zip" and "ole" only where nothing more can be said."""
    start = data[:_LOOKED_AT]
    if start.startswith(ZIP):
        return "zip"
    if start.startswith(_OLE):
        return next((kind for name, kind in _OLE_STREAMS if _has_stream(data, name)), "ole")
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith(b"{\\rtf"):
        return "rtf"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_HTML_STARTS):
        return "html"
    # A NUL now and then is dirt in a text; many are another kind of file, unless marked as UTF-16.
    is_wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "text" if is_wide or start.count(0) <= _MOST_NULS * len(start) else "binary"


def require_content(source: SourceFile) -> Content:
    """The kind of `source`, one that its suffix allows; raises the RefusedFileError that says what it is."""
    kind = identify(source.data)
    allowed = READABLE[source.suffix]
    if kind == "encrypted" or (kind == "word" and _is_encrypted_word(source.data)):
        raise PasswordError(file=source.name)
    if kind in allowed:
        return kind
    if kind == "ole":
        if allowed & {"workbook", "word"}:
            raise DamagedFileError(file=source.name, suffix=source.suffix)
        raise OldOrProtectedError(file=source.name)
    if kind == "zip":
        suffix = _zip_suffix(source.data)
    elif kind == "text" and source.suffix != ".xls":
        suffix = None
    else:
        suffix = _SUFFIX_OF.get(kind)
    if suffix and suffix != source.suffix:
        raise WrongSuffixError(file=source.name, suffix=source.suffix, content=suffix)
    raise NotThisFormatError(file=source.name, suffix=source.suffix)


def has_macros(data: bytes) -> bool:
    """Whether an old workbook holds a project of macros."""
    return _has_stream(data, "_VBA_PROJECT_CUR")


def _zip_suffix(data: bytes) -> str | None:
    """By a look at the names of its parts: nothing is unpacked for a file that is refused anyway."""
    names = {".xlsx": b"xl/workbook.xml", ".docx": b"word/document.xml", ".ods": b"opendocument.spreadsheet"}
    return next((suffix for suffix, name in names.items() if name in data), None)


def _has_stream(data: bytes, name: str) -> bool:
    """Whether the compound file lists a stream of that name: directory entries stand at multiples of 128."""
    written = name.encode("utf-16-le")
    size = (len(written) + 2).to_bytes(2, "little")
    at = data.find(written)
    while at >= 0:
        if at % _OLE_ENTRY == 0 and data[at + 0x40 : at + 0x42] == size:
            return True
        at = data.find(written, at + 1)
    return False


def _is_encrypted_word(data: bytes) -> bool:
    """Word's own header, which stands in the first sector as Word and WPS write it, bears the mark."""
    header = data[512:524]
    return header.startswith(b"\xec\xa5") and bool(int.from_bytes(header[10:12], "little") & 0x0100)
