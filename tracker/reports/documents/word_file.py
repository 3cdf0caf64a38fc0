"""A Word file that somebody sends in as a template, and one that was written with it: looked through, packed anew."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Final

from tracker.importers.files.archive import open_archive, rewritten, unpack_archive
from tracker.importers.files.content import identify
from tracker.importers.files.refusals import NotThisFormatError
from tracker.importers.files.source import SourceFile, require_size
from tracker.reports.documents.word_parts import harmless_parts

_MAIN: Final = "word/document.xml"
_READABLE: Final = 0o600 << 16


def checked(source: SourceFile) -> bytes:
    """The file as an archive of our own making. Raises a RefusedFileError, of fields DocumentTemplateError.

    Pictures stay: a template may have the office's emblem.
    """
    require_size(source)
    if identify(source.data) != "zip":
        raise NotThisFormatError(file=source.name, suffix=".docx")
    open_archive(source)
    parts = unpack_archive(source)
    if _MAIN not in parts:
        raise NotThisFormatError(file=source.name, suffix=".docx")
    return rewritten(harmless_parts(parts, source.name))


def sealed(document: bytes, file: str) -> bytes:
    """What was written with a template: looked through again, for tags may have put together what they kept apart.

    Without the time of its writing: the same account is the same bytes. Raises as `checked`.
    """
    with zipfile.ZipFile(BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in harmless_parts(parts, file).items():
            # Of 1 January 1980, as a zip without dates is.
            entry = zipfile.ZipInfo(name)
            entry.external_attr = _READABLE
            archive.writestr(entry, part, compress_type=zipfile.ZIP_DEFLATED)
    return content.getvalue()
