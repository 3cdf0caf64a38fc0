"""The numbers that items of a document start with: 第一章, 一、, （一）, 1．, （1）, ①."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_CN: Final = "[一二三四五六七八九十百零〇]{1,5}"
_AR: Final = r"\d{1,3}"
# The style's name and its notation. Which style stands under which is told by their order in the document.
_STYLES: Final = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("chapter", rf"第(?P<n>{_CN}|{_AR})[章编篇](?![程节])\s*"),
        ("section", rf"第(?P<n>{_CN}|{_AR})节\s*"),
        ("article", rf"第(?P<n>{_CN}|{_AR})条(?![件例款约])\s*[、.．：:]?\s*"),
        ("cn", rf"(?P<n>{_CN})\s*[、.．]\s*(?!{_CN}[、是])"),
        ("cn_brackets", rf"[（(〔【\[]\s*(?P<n>{_CN})\s*[）)〕】\]]\s*[、.．]?\s*"),
        ("number", rf"(?P<n>{_AR})\s*[.．、]\s*(?!\d)"),
        ("number_brackets", rf"[（(]\s*(?P<n>{_AR})\s*[）)]\s*[、.．]?\s*"),
        ("half_bracket", rf"(?P<n>{_AR})[）)]\s*"),
        ("circled", r"(?P<n>[①-⑳])\s*[、.．]?\s*"),
        ("cn_brackets", r"(?P<n>[㈠-㈩])\s*[、.．]?\s*"),
        ("number", r"(?P<n>[⒈-⒛])\s*"),
        ("number_brackets", r"(?P<n>[⑴-⒇])\s*"),
        ("named", rf"(?:任务|措施|行动|工程|举措|事项)(?P<n>{_CN}|{_AR})\s*[:：、.．]\s*"),
    )
)
# 11.121人才梯队项目: a digit behind the mark, taken for a number only where it is the next one.
_TIGHT: Final = re.compile(rf"(?P<n>{_AR})\s*[.．](?=\d)")
# 1.2018年底前完成: a year behind the mark; a list may start so.
_BEFORE_YEAR: Final = re.compile(rf"(?P<n>{_AR})\s*[.．](?=(?:19|20)\d{{2}}年)")
# Those that may stand behind another number in one line: 6.（1）, （一）1.
INNER_STYLES: Final = frozenset(("cn", "cn_brackets", "number", "number_brackets", "half_bracket", "circled"))
_MOST_IN_A_ROW: Final = 2
_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}


@dataclass(frozen=True, slots=True)
class Numbering:
    """`label` as written, `plain` as quoted (一, 4, 12), `length` in characters up to the item's own words."""

    style: str
    label: str
    plain: str
    value: int
    length: int


def read_numbering(text: str, expected: int | None = None) -> Numbering | None:
    """The number that `text` starts with. `expected` is the next Arabic number of the list that is open."""
    for style, pattern in _STYLES:
        if found := pattern.match(text):
            return _numbering(style, found)
    if (dated := _BEFORE_YEAR.match(text)) and int(dated["n"]) in (1, expected):
        return _numbering("number", dated)
    tight = _TIGHT.match(text)
    if tight and expected is not None and int(tight["n"]) == expected:
        return _numbering("number", tight)
    return None


def without_number(text: str) -> str:
    """`text` without the numbers that it starts with, at most two (（一）1.做好…); headings keep 第一章."""
    for _ in range(_MOST_IN_A_ROW):
        found = read_numbering(text)
        if found is None or found.style not in INNER_STYLES or not text[found.length :].strip():
            break
        text = text[found.length :].lstrip()
    return text


def _numbering(style: str, found: re.Match[str]) -> Numbering:
    label = found[0].strip()
    quoted = re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", found["n"]))
    return Numbering(style, label, quoted, _value(quoted), found.end())


def _value(quoted: str) -> int:
    if quoted.isdecimal():
        return int(quoted)
    total = digit = 0
    for char in quoted:
        if char == "十":
            total, digit = total + max(digit, 1) * 10, 0
        elif char == "百":
            total, digit = total + max(digit, 1) * 100, 0
        else:
            digit = _DIGITS.get(char, 0)
    return total + digit
