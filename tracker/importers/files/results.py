"""Formulas and errors in a new workbook, where a reader gives "" for both an error and a result that is missing."""

from __future__ import annotations

import re
from typing import Final

# Before the name of an error; alone for a formula whose result was not saved. No text that is taken holds it.
FAILED: Final = "\ufdd0"

_CELL: Final = re.compile(
    rb"<(?P<prefix>(?:\w+:)?)c(?P<about>\s[^>]*[^/>])>(?P<body>.*?)</(?P=prefix)c>", re.DOTALL
)
_PLACE: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+[0-9]+)[\"']")
_TYPE: Final = re.compile(rb"\st\s*=\s*[\"'](\w+)[\"']")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheetData\b")


def with_failures_named(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts with each error as the text `FAILED` and its name, each formula without a result as `FAILED`."""
    return {name: _CELL.sub(_named, part) if _SHEET.search(part) else part for name, part in parts.items()}


def _named(cell: re.Match[bytes]) -> bytes:
    about, body, prefix = cell["about"], cell["body"], cell["prefix"]
    found, place, value = _TYPE.search(about), _PLACE.search(about), _VALUE.search(body)
    kind = found[1] if found else b"n"
    is_unsaved = kind == b"n" and value is None and _FORMULA.search(body)
    if not (kind == b"e" or is_unsaved) or place is None:
        return cell[0]
    text = FAILED.encode() + (value[1] if value else b"")
    return b'<%bc r="%b" t="inlineStr"><%bis><%bt>%b</%bt></%bis></%bc>' % (
        prefix, place[1], prefix, prefix, text, prefix, prefix, prefix,
    )  # fmt: skip
