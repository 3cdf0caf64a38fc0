"""An Office Open XML package: checked parts, of the kind that the name says, without macros or links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.importers.files.archive import open_archive
from tracker.importers.files.refusals import (
    DamagedFileError,
    ExternalLinkError,
    MacroError,
    NotThisFormatError,
    WrongSuffixError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.importers.files.source import SourceFile

_TYPES: Final = "[Content_Types].xml"
_MACROS: Final = re.compile(r"(?:^|/)(?:vbaProject\.bin|macrosheets/)", re.IGNORECASE)
_LINKED_BOOK: Final = re.compile(r"(?:^|/)externalLinks/[^/]+\.xml$", re.IGNORECASE)
_RELATIONSHIP: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
# Pictures and hyperlinks are never followed; these would bring in words of another document.
_BRINGS_IN: Final = re.compile(
    rb"/(?:attachedTemplate|subDocument|frame|oleObject|externalLinkPath|aFChunk)[\"']"
)
_TARGET: Final = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']*)")
# Word names its own template by a path on the author's disk: common, and never opened.
_REMOTE: Final = re.compile(rb"(?:https?|ftp):|\\\\|//|file:/*\\\\|file://[^/]", re.IGNORECASE)


def open_package(source: SourceFile, suffix: str) -> dict[str, bytes]:
    """The parts of a `.xlsx` or `.docx`. Raises the RefusedFileError that fits."""
    parts = open_archive(source)
    kind = _suffix(parts)
    if kind is None:
        refused = NotThisFormatError if _TYPES in parts or "mimetype" in parts else DamagedFileError
        raise refused(file=source.name, suffix=source.suffix)
    if kind != suffix:
        raise WrongSuffixError(file=source.name, suffix=source.suffix, content=kind)
    if b"macroEnabled" in parts[_TYPES] or any(_MACROS.search(name) for name in parts):
        raise MacroError(file=source.name, suffix=suffix)
    if target := _linked(parts):
        raise ExternalLinkError(file=source.name, target=target)
    return parts


def _suffix(parts: Mapping[str, bytes]) -> str | None:
    types = parts.get(_TYPES, b"")
    if b"spreadsheetml" in types and any(name.startswith("xl/") for name in parts):
        return ".xlsx"
    if b"wordprocessingml" in types or b"ms-word.document" in types:
        return ".docx"
    return ".pptx" if b"presentationml" in types else None


def _linked(parts: Mapping[str, bytes]) -> str | None:
    """What the package takes from elsewhere, for a person to recognise."""
    for name, part in parts.items():
        if _LINKED_BOOK.search(name):
            return name
        if not name.endswith(".rels"):
            continue
        for found in _RELATIONSHIP.findall(part):
            target = _TARGET.search(found)
            if b"External" in found and _BRINGS_IN.search(found) and target and _REMOTE.match(target[1]):
                return target[1].decode("utf-8", "replace")[:100]
    return None
