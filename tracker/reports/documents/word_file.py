"""A Word file that somebody sends in as a template, looked through before any parser sees it."""

from __future__ import annotations

import re
from typing import Final

from tracker.importers.files.archive import open_archive, rewritten, unpack_archive
from tracker.importers.files.content import identify
from tracker.importers.files.refusals import (
    MacroError,
    NotThisFormatError,
    OutsideContentError,
)
from tracker.importers.files.source import SourceFile, require_size

_MACROS: Final = re.compile(r"vbaProject|vbaData|activeX/", re.IGNORECASE)
_OBJECTS: Final = re.compile(r"(?:^|/)embeddings/|(?:^|/)afchunk", re.IGNORECASE)
_MAIN: Final = "word/document.xml"
# A link in the text is a reader's own click; anything else from outside is fetched by opening the file.
_OUTSIDE: Final = re.compile(rb"<Relationship\b(?![^>]*/hyperlink\")[^>]*TargetMode=\"External\"")
_FETCHING_FIELD: Final = re.compile(
    rb"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b(?=[^<]*</w:instrText>)"
)


def checked(source: SourceFile) -> bytes:
    """The file as an archive of our own making. Raises a RefusedFileError.

    Pictures stay: a template may have the office's emblem.
    """
    require_size(source)
    if identify(source.data) != "zip":
        raise NotThisFormatError(file=source.name, suffix=".docx")
    open_archive(source)
    parts = unpack_archive(source)
    if _MAIN not in parts:
        raise NotThisFormatError(file=source.name, suffix=".docx")
    for name, part in parts.items():
        if _MACROS.search(name):
            raise MacroError(file=source.name, suffix=".docx")
        is_linked = name.endswith(".rels") and _OUTSIDE.search(part)
        is_fetched = name.startswith("word/") and _FETCHING_FIELD.search(part)
        if _OBJECTS.search(name) or is_linked or is_fetched:
            raise OutsideContentError(file=source.name, target=name)
    return rewritten(parts)
