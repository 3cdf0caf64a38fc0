"""Names as people type them: one form for looking up, and the nearest known ones for a name that is not."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from tracker.domain.sounds import sound_alike, sounds_of
from tracker.domain.texts import clean_text
from tracker.errors import InvalidValueError, ValueTooLongError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# White space, and the zero-width characters that travel along when a name is copied from a web page.
_INVISIBLE = re.compile("[\\s\u200b-\u200d\u2060\ufeff]+")
_LONGEST = 200
_NEAR_ENOUGH = 50.0
# A name that holds the typed one whole is near, but less so than an equal one.
_PART = 0.9
# So is one that only sounds like it.
_SOUND = 0.95
# 镇市场监管管理所 and 镇市场监管所 are 86 alike, 市教育局 and 市体育局 75.
_MAY_BE_SAME = 80.0
_SHORTEST_ABBREVIATION = 3


def clean_name(text: str, *, field: str, longest: int = _LONGEST) -> str:
    """`text` as a name is stored: NFC, on one line, no white space at either end.

    Raises InvalidValueError, naming `field`, where nothing is left or too much, and ControlCharacterError.
    """
    name = " ".join(clean_text(text).split())
    if not normalise_name(name):
        raise InvalidValueError(field=field, value=name, reason=mark("不能为空"))
    if len(name) > longest:
        raise ValueTooLongError(field=field, value=f"{name[:20]}…", limit=longest)
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
    scored = [(likeness(wanted, candidate), candidate) for candidate in dict.fromkeys(candidates)]
    near = sorted((entry for entry in scored if entry[0] >= _NEAR_ENOUGH), key=lambda entry: -entry[0])
    return tuple(candidate for _, candidate in near[:limit])


def likeness(name: str, other: str) -> float:
    """How near two names are as written, in part or by their sound: 0 to 100."""
    wanted, known = normalise_name(name), normalise_name(other)
    return max(_overlap(wanted, known), _SOUND * _overlap(sounds_of(wanted), sounds_of(known)))


def _overlap(wanted: Sequence[str], known: Sequence[str]) -> float:
    score = fuzz.ratio(wanted, known)
    # A single shared character is no likeness: every bureau ends in 局.
    if min(len(wanted), len(known)) > 1:
        score = max(score, _PART * fuzz.partial_ratio(wanted, known))
    return score


# Every name of a large site is compared with every new one; each is normalised once.
_lookup = lru_cache(20_000)(normalise_name)


def _abbreviates(shorter: str, longer: str) -> bool:
    rest = iter(longer)
    return all(char in rest for char in shorter)


def may_be_same(name: str, other: str) -> bool:
    """Whether a person should be asked if both mean one unit.

    That is where one abbreviates the other, they hardly differ, or they read the same (DESIGN: rule 2).
    """
    shorter, longer = _lookup(name), _lookup(other)
    if len(shorter) > len(longer):
        shorter, longer = longer, shorter
    if len(shorter) > 1 and longer.startswith(shorter):
        return True
    if len(shorter) >= _SHORTEST_ABBREVIATION and shorter[0] in longer and _abbreviates(shorter, longer):
        return True
    return fuzz.ratio(shorter, longer) >= _MAY_BE_SAME or sound_alike(shorter, longer)
