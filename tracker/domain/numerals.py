"""Chinese numerals, read (三百六十, 一万二千, 百分之八十五) and, for headings, written."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_SIGNS: Final = "零一二三四五六七八九"
_DIGITS: Final = {sign: value for value, sign in enumerate(_SIGNS)} | {"〇": 0, "两": 2}
_STEPS: Final = {"十": 10, "百": 100, "千": 1000}
_GROUPS: Final = {"万": 10**4, "亿": 10**8}
_LAST_WRITTEN: Final = 9999


def chinese_number(text: str) -> Decimal | None:
    """The number that `text` writes in Chinese numerals, with 点 for decimals; None when it writes none."""
    whole, _, decimals = text.partition("点")
    value = _whole(whole)
    if value is None or (decimals and not all(sign in _DIGITS for sign in decimals)):
        return None
    digits = "".join(str(_DIGITS[sign]) for sign in decimals)
    return Decimal(f"{value}.{digits}") if digits else Decimal(value)


def in_chinese(number: int) -> str:
    """A place in an order, from 1, as headings write it: 一, 十二, 一百〇三, 一千〇一十; from 10000 in digits."""
    if number > _LAST_WRITTEN:
        return str(number)
    written, is_gap = "", False
    for step, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // step % 10
        if digit:
            written += ("〇" if written and is_gap else "") + _SIGNS[digit] + sign
        is_gap = not digit
    # 十二 alone, 一百一十二 behind a hundred.
    return written.removeprefix("一") if written.startswith("一十") else written


def _whole(text: str) -> int | None:
    total = section = 0
    digit: int | None = None
    for sign in text:
        if sign in _DIGITS:
            if digit:  # 三四: an enumeration, not a number
                return None
            digit = _DIGITS[sign]
        elif sign in _STEPS:
            section += (1 if digit is None else digit) * _STEPS[sign]
            digit = None
        elif sign in _GROUPS:
            section += digit or 0
            # 一万亿 is 万 times 亿; in 两亿三千万 the 万 counts only what stands behind 亿.
            total = (total + section) * _GROUPS[sign] if sign == "亿" else total + section * _GROUPS[sign]
            section, digit = 0, None
        else:
            return None
    return total + section + (digit or 0) if text else None
