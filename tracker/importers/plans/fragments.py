"""A phrase cut at its commas, semicolons and full stops, those inside brackets left alone."""

from __future__ import annotations

from typing import Final

_SEPARATORS: Final = "，,；;。"
_OPEN, _CLOSE = "（(〔【[［《“‘<＜", "）)〕】]］》”’>＞"

Fragment = tuple[str, str]


def cut(phrase: str) -> list[Fragment]:
    """What stands between separators, each with the mark behind it. Brackets that do not close hide nothing."""
    depths = _depths(phrase)
    found: list[Fragment] = []
    start = 0
    for index, char in enumerate(phrase):
        if char in _SEPARATORS and depths[index] == 0:
            found.append((phrase[start:index].strip(), char))
            start = index + 1
    found.append((phrase[start:].strip(), ""))
    return [(text, mark) for text, mark in found if text]


def _depths(phrase: str) -> list[int]:
    """How many brackets are open at each character, counting only those that close."""
    open_at: list[int] = []
    delta = [0] * (len(phrase) + 1)
    for index, char in enumerate(phrase):
        if char in _OPEN:
            open_at.append(index)
        elif char in _CLOSE and open_at:
            delta[open_at.pop()] += 1
            delta[index] -= 1
    depth = 0
    depths = []
    for change in delta[:-1]:
        depth += change
        depths.append(depth)
    return depths
