"""How many lines a text takes in a column, in Excel, WPS and LibreOffice alike.

None of them fits a merged or split cell to its text, so rows get explicit heights, estimated here. The unit
is the half-em: a CJK character takes two, a Latin letter about one. Estimates err on the large side: fonts
are substituted on other machines, and a line too many is paper while a line too few is a lost sentence.
"""

from __future__ import annotations

import math
import re
import unicodedata
from itertools import pairwise
from typing import Final

# 五号, the size of official tables; it is 14 pixels on screen, so that screen and paper wrap alike.
FONT_SIZE: Final = 10.5
# 1.5 em: what Noto CJK takes; 宋体 needs less.
LINE_HEIGHT: Final = 15.75
PADDING: Final = 4.5
# Excel shows no more of a row.
MOST_ROW_HEIGHT: Final = 409.0

# One unit of column width is the widest digit of the workbook's default font: 8 pixels in 宋体 11.
_PIXELS_PER_WIDTH: Final = 8
_CELL_MARGIN: Final = 8
# Kept free on each line for punctuation that may not begin the next one, and for words that are not broken.
_LINE_SLACK: Final = 3
_WORD_SLACK: Final = 2

# What arithmetic cannot measure: long Latin words, and all but the common characters.
_UNUSUAL: Final = re.compile(
    "[!-~]{10}|[^\n -~\u00b7\u2014\u2018-\u201d\u2026\u2460-\u2473\u3001-\u3020\u4e00-\u9fa5\uff01-\uff5e]"
)
_TOKEN: Final = re.compile(r"[!-~]+|\n|.", re.DOTALL)
_NEVER_FIRST: Final = frozenset("，。、；：？！）》」』】〕〉”’…—·,.;:?!)]}%％℃")
_BROAD_LATIN: Final = frozenset("MWmw@%&ABCDEFGHIJKLNOPQRSTUVXYZ")
# Single characters drawn several ems wide.
_GIANTS: Final = {"\u2e3a": 4, "\u2e3b": 6, "\ufdfd": 24, "\U0001242b": 12}
# Tibetan, Thai, Arabic, Khmer, Mongolian …: their lines stand taller than 1.5 em.
_TALL: Final = re.compile("[\u0590-\u07ff\u0900-\u109f\u1780-\u18af\ufb50-\ufdfc\ufe70-\ufefc]")
_TALL_FACTOR: Final = 1.7


def line_capacity(width: float, size: float = FONT_SIZE) -> int:
    """Half-ems that a line holds in a column of `width` (Excel's unit) at `size` points."""
    half_em = size * 96 / 72 / 2
    return max(6, math.floor((width * _PIXELS_PER_WIDTH - _CELL_MARGIN) / half_em * 0.97))


def height_of(lines: int) -> float:
    """Points that `lines` lines need, margins included."""
    return lines * LINE_HEIGHT + PADDING


def lines_within(height: float) -> int:
    """Lines that `height` points hold."""
    return int((height - PADDING) // LINE_HEIGHT)


def count_lines(text: str, capacity: int) -> int:
    """Lines that `text` takes at `capacity` half-ems a line; at least one."""
    if not _UNUSUAL.search(text):
        return sum(_plain_lines(paragraph, capacity) for paragraph in text.split("\n"))
    lines = len(_line_starts(text, capacity))
    return math.ceil(lines * _TALL_FACTOR) if _TALL.search(text) else lines


def split_text(text: str, capacity: int, most_lines: int) -> list[str]:
    """`text` in pieces of at most `most_lines` lines (four or more); joined they are the text again.

    A piece keeps the line break it ends with, which shows as one empty line more: that line is allowed for.
    """
    if count_lines(text, capacity) <= most_lines:
        return [text]
    starts = _line_starts(text, capacity)
    # The arithmetic may count more lines than the wrapping, and tall letters count for more than one.
    for step in range(most_lines - 1, 0, -1):
        pieces = [text[start:end] for start, end in pairwise([*starts[::step], len(text)])]
        if all(count_lines(piece, capacity) <= most_lines for piece in pieces):
            break
    return pieces


def shortened(text: str, capacity: int, most_lines: int) -> str:
    """`text`, or as much of it as `most_lines` lines hold, ending in ……"""
    if count_lines(text, capacity) <= most_lines:
        return text
    starts = _line_starts(text, capacity)
    end = (starts[most_lines] if most_lines < len(starts) else len(text)) - 2
    while end > 0 and count_lines(text[:end] + "……", capacity) > most_lines:
        end -= max(1, end // 20)
    return text[: max(0, end)].rstrip() + "……"


def _plain_lines(paragraph: str, capacity: int) -> int:
    """An upper bound. In GB 18030 a Latin letter is one byte and a common CJK character two: its half-ems."""
    half_ems = len(paragraph.encode("gb18030"))
    latin = 2 * len(paragraph) - half_ems
    slack = _LINE_SLACK + (_WORD_SLACK if latin * 8 > len(paragraph) else 0)
    width = half_ems + latin / 4
    return 1 if width <= capacity else math.ceil(width / max(2, capacity - slack))


def _line_starts(text: str, capacity: int) -> list[int]:
    """Offsets at which lines begin, wrapping as the office programs do."""
    starts, used, last = [0], 0.0, 0.0
    for token in _TOKEN.finditer(text):
        piece = token[0]
        if piece == "\n":
            starts.append(token.end())
            used = last = 0.0
            continue
        width = sum(map(_half_ems, piece))
        if used + width > capacity and used:
            if piece in _NEVER_FIRST and token.start() - 1 > starts[-1]:
                # The character before goes down with the mark.
                starts.append(token.start() - 1)
                used = last
            else:
                starts.append(token.start())
                used = 0.0
        if width > capacity:
            used = _break_word(token.start(), piece, capacity, starts)
        else:
            used += width
        last = width
    return starts


def _break_word(offset: int, word: str, capacity: int, starts: list[int]) -> float:
    used = 0.0
    for index, character in enumerate(word):
        width = _half_ems(character)
        if used + width > capacity and used:
            starts.append(offset + index)
            used = 0.0
        used += width
    return used


def _half_ems(character: str) -> float:
    if character <= "~":
        return 1.8 if character in _BROAD_LATIN else 8 if character == "\t" else 1.2
    if giant := _GIANTS.get(character):
        return giant
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2.1 if character < "\U00010000" else 2.6
