"""Progress texts: how they are cleaned, counted and checked. The browser's count follows the same rules
(`tracker/web/static/count.js`), and a test holds the two together."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tracker.errors import ControlCharacterError, EmptyTextError, RemarkTooLongError, TextTooLongError

# White space that is not counted at either end. Written out: Python's strip() and the browser's trim()
# disagree on U+FEFF, U+0085 and U+001C–U+001F.
WHITE_SPACE: Final = (
    "\t\n\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_LINE_BREAK: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Refused at the door: PostgreSQL, openpyxl and XML each reject some of these, and one such text would block
# a whole report. Tab and line feed are text.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Invisible, and able to make a text read differently from what it holds: bidi controls, zero widths.
_HIDDEN: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


# 备注 is a word to the coordinator, not a second text.
REMARK_LIMIT: Final = 500


def clean_text(text: str) -> str:
    """`text` as it is stored and counted: NFC, line breaks as LF, no white space at either end.

    Raises ControlCharacterError with the position (from 1) and code of a forbidden character.
    """
    text = _LINE_BREAK.sub("\n", text)
    if found := _FORBIDDEN.search(text):
        raise ControlCharacterError(position=found.start() + 1, code=f"U+{ord(found[0]):04X}")
    return unicodedata.normalize("NFC", text).strip(WHITE_SPACE)


def count_characters(text: str) -> int:
    """Code points of the cleaned text: a line break is one, a character outside the BMP is one (rule 8)."""
    return len(clean_text(text))


def check_progress(text: str, *, task: str, limit: int) -> str:
    """The cleaned text of a submission.

    Raises EmptyTextError, ControlCharacterError, or TextTooLongError with both numbers.
    """
    cleaned = clean_text(text)
    if not cleaned:
        raise EmptyTextError(task=task)
    if len(cleaned) > limit:
        raise TextTooLongError(task=task, count=len(cleaned), limit=limit)
    return cleaned


def check_remark(text: str, *, task: str) -> str:
    """The cleaned remark, which may be empty. Raises ControlCharacterError or RemarkTooLongError."""
    cleaned = clean_text(text)
    if len(cleaned) > REMARK_LIMIT:
        raise RemarkTooLongError(task=task, count=len(cleaned), limit=REMARK_LIMIT)
    return cleaned


def visible(text: str) -> str:
    """`text` with hidden characters written out as ⟨U+202E⟩, for showing on pages (DESIGN: rule 14)."""
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def one_line(text: str) -> str:
    """`text` fit for a header or a file name: every run of white space or control characters is one space."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()
