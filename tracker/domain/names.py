"""Names as people type them: one form for looking up, and the nearest known ones for a name that is not."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from tracker.domain.texts import clean_text
from tracker.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

# White space, and the zero-width characters that travel along when a name is copied from a web page.
_INVISIBLE = re.compile("[\\s\u200b-\u200d\u2060\ufeff]+")
_LONGEST = 200
_NEAR_ENOUGH = 50.0
# A name that holds the typed one whole is near, but less so than an equal one.
_PART = 0.9
# 镇市场监管管理所 and 镇市场监管所 are 86 alike, 市教育局 and 市体育局 75.
_MAY_BE_SAME = 80.0
_SHORTEST_ABBREVIATION = 3


def clean_name(text: str, *, field: str, longest: int = _LONGEST) -> str:
    """`text` as a name is stored: NFC, on one line, no white space at either end.

    Raises InvalidValueError, naming `field`, where nothing is left or too much, and ControlCharacterError.
    """
    name = " ".join(clean_text(text).split())
    if not normalise_name(name):
        raise InvalidValueError(field=field, value=name, reason="不能为空")
    if len(name) > longest:
        raise InvalidValueError(field=field, value=f"{name[:20]}…", reason=f"不能超过 {longest} 字")
    return name


def normalise_name(text: str) -> str:
    """The form under which a name is looked up: NFKC, no white space, case ignored.

    Only for comparing; what is stored and shown stays as written.
    """
    before = None
    # One pass can make room for another: what parted a letter from its mark is taken out, and they join.
    while text != before:
        before = text
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return text


def nearest_names(name: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """At most `limit` of `candidates`, those most like `name`, the nearest first; none when nothing is near.

    For proposing only: near names are never taken for each other (DESIGN: rule 2).
    """
    wanted = normalise_name(name)
    if not wanted:
        return ()
    scored: list[tuple[float, str]] = []
    for candidate in dict.fromkeys(candidates):
        known = normalise_name(candidate)
        score = fuzz.ratio(wanted, known)
        # A single shared character is no likeness: every bureau ends in 局.
        if min(len(wanted), len(known)) > 1:
            score = max(score, _PART * fuzz.partial_ratio(wanted, known))
        if score >= _NEAR_ENOUGH:
            scored.append((score, candidate))
    scored.sort(key=lambda entry: -entry[0])
    return tuple(candidate for _, candidate in scored[:limit])


def may_be_same(name: str, other: str) -> bool:
    """Whether a person should be asked if both mean one unit: one abbreviates the other, or they hardly differ."""
    shorter, longer = sorted((normalise_name(name), normalise_name(other)), key=len)
    if len(shorter) > 1 and longer.startswith(shorter):
        return True
    rest = iter(longer)
    if len(shorter) >= _SHORTEST_ABBREVIATION and all(char in rest for char in shorter):
        return True
    return fuzz.ratio(shorter, longer) >= _MAY_BE_SAME
