"""Bytes and header words of other people's mails as text. Nothing here raises, whatever it is given.

Chinese mail programs label GBK as gb2312 or as nothing, and cut a character in two between encoded-words.
"""

from __future__ import annotations

import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from tracker.domain.texts import one_line

_CHINESE: Final = {
    "gb2312",
    "gb-2312",
    "gb_2312-80",
    "x-gbk",
    "gbk",
    "cp936",
    "gb18030",
    "chinese",
    "csgb2312",
}
# Python knows others (idna, punycode, unicode_escape), which no mail is written in and which cost time.
_KNOWN: Final = re.compile(
    r"utf-?(?:7|8|16|32)(?:[-_]?[bl]e)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-\d{3,4}|cp\d{3,4}"
    r"|hz(?:-gb-2312)?|big5(?:-?hkscs)?|euc-(?:jp|kr|cn)|iso-2022-(?:jp|kr)|shift_jis|koi8-[ru]"
)
_ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_GAP: Final = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_PARAMETER: Final = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)
_SECTION: Final = re.compile(r"(?:\*(\d{1,3}))?(\*)?")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONGEST_HEADER: Final = 16_384


def decode_bytes(data: bytes, charset: str = "") -> str:
    """`data` as text: in its charset where that fits, else UTF-8, else GB 18030."""
    named = charset.strip().strip("\"'").partition("*")[0].lower()
    if named in _CHINESE:
        named = "gb18030"
    # Latin-1 fits everything, so it is what programs say that do not know.
    is_vague = named.startswith(("iso-8859-1", "latin", "us-ascii", "ascii")) or not _KNOWN.fullmatch(named)
    tried = ("utf-8", named, "gb18030") if is_vague else (named, "utf-8", "gb18030")
    for encoding in tried:
        if encoding != "gb18030" and not _KNOWN.fullmatch(encoding):
            continue
        try:
            return _storable(data.decode(encoding))
        except (LookupError, ValueError):
            continue
    return _storable(data.decode(named if named == "gb18030" else "utf-8", "replace"))


def decode_words(raw: str) -> str:
    """A header's value on one line, its encoded-words (RFC 2047) read; `raw` keeps bytes as surrogates."""
    value = _GAP.sub(r"\1", raw[:_LONGEST_HEADER])
    text, end = "", 0
    waiting, charset = b"", ""
    for found in _ENCODED_WORD.finditer(value):
        between = value[end : found.start()]
        if waiting and (between or found[1].lower() != charset):
            text, waiting = text + decode_bytes(waiting, charset), b""
        text += _plain(between)
        charset = found[1].lower()
        waiting += _word(found[2], found[3])
        end = found.end()
    if waiting:
        text += decode_bytes(waiting, charset)
    return one_line(text + _plain(value[end:]))


def parameter(raw: str, name: str) -> str:
    """A parameter of a header: plain, as encoded-words, or in numbered pieces with a charset (RFC 2231)."""
    pieces: dict[int, tuple[str, bool]] = {}
    for found in _PARAMETER.finditer(raw[:_LONGEST_HEADER]):
        key = found[1].lower()
        section = _SECTION.fullmatch(key[len(name) :]) if key.startswith(name) else None
        if section:
            quoted = found[2]
            value = re.sub(r'\\(["\\])', r"\1", quoted) if quoted is not None else found[3].strip()
            pieces.setdefault(int(section[1] or 0) if section[0] else -1, (value, bool(section[2])))
    # The form with a charset wins over the plain one beside it.
    numbered = [pieces[number] for number in sorted(pieces) if number >= 0]
    if not any(is_encoded for _, is_encoded in numbered):
        return decode_words("".join(value for value, _ in numbered) or pieces.get(-1, ("", False))[0])
    charset, data = "", b""
    for place, (value, is_encoded) in enumerate(numbered):
        if is_encoded and not place and value.count("'") > 1:
            charset, _, value = value.split("'", 2)  # noqa: PLW2901 - what is left of it
        data += unquote_to_bytes(_bytes(value)) if is_encoded else _bytes(value)
    return one_line(decode_bytes(data, charset))


def _word(encoding: str, text: str) -> bytes:
    data = _bytes(text)
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    try:
        return binascii.a2b_base64(data + b"==")
    except binascii.Error:
        return data


def _plain(text: str) -> str:
    return decode_bytes(_bytes(text))


def _bytes(text: str) -> bytes:
    """What a header was before it was read as ASCII with surrogates."""
    return text.encode(
        "utf-8", "surrogateescape" if not re.search("[\ud800-\udc7f\udd00-\udfff]", text) else "replace"
    )


def _storable(text: str) -> str:
    """Without what a database refuses or a terminal obeys: lone surrogates and control characters."""
    return _CONTROL.sub("\ufffd", text.encode("utf-8", "replace").decode("utf-8"))
