"""How a Chinese name sounds, so that one typed by its sound (隆胜县 for 龙胜县) finds the one that is meant."""

from __future__ import annotations

import re
from functools import lru_cache

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
# What input methods and ears take for each other: zh and z, an and ang.
_ALIKE = re.compile(r"(?<=^[zcs])h|(?<=n)g$")
# Every name of a large site is compared with every new one; each is read once.
_KEPT = 20_000


@lru_cache(_KEPT)
def sounds_of(name: str) -> tuple[str, ...]:
    """One entry a character: its syllable without tone, what is easily confused as one; others stay themselves."""
    if not _HAN.search(name):
        return tuple(name)
    # A quarter of a second and 40 MB: only for those who ask.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    # A list gives one entry a character, which the library's own types do not know of.
    syllables = lazy_pinyin(name, errors=list)  # type: ignore[arg-type]
    return tuple(_ALIKE.sub("", syllable) for syllable in syllables)


def sound_alike(name: str, other: str) -> bool:
    """Whether both read the same from beginning to end. A character sounds like itself, however it is read."""
    if len(name) != len(other) or not _HAN.search(name):
        return False
    return all(
        char == against or sound == echo
        for char, against, sound, echo in zip(name, other, sounds_of(name), sounds_of(other), strict=True)
    )
