"""The passage of a text around what was searched for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.domain.bigrams import folded

if TYPE_CHECKING:
    from tracker.domain.bigrams import Question

# Characters before the first match, and in all.
_BEFORE: Final = 30
_LENGTH: Final = 160


class Piece(NamedTuple):
    """Consecutive pieces make up the passage."""

    text: str
    is_match: bool


def passage(text: str, question: Question) -> tuple[Piece, ...]:
    """At most 160 characters from shortly before the first match on, in pieces; "…" where text was left out."""
    marked = _marked(text, question)
    first = next((place for place, is_match in enumerate(marked) if is_match), 0)
    start = 0 if len(text) <= _LENGTH else max(min(first - _BEFORE, len(text) - _LENGTH), 0)
    end = min(start + _LENGTH, len(text))
    turns = [place for place in range(start + 1, end) if marked[place] != marked[place - 1]]
    pieces = [
        Piece(text[one:other], marked[one]) for one, other in pairwise([start, *turns, end]) if one < other
    ]
    if start > 0:
        pieces.insert(0, Piece("…", is_match=False))
    if end < len(text):
        pieces.append(Piece("…", is_match=False))
    return tuple(pieces)


def _marked(text: str, question: Question) -> list[bool]:
    """For each character whether it is part of a match."""
    held, origins = [], []
    for place, character in enumerate(text):
        plain = folded(character)
        held.append(plain)
        origins += [place] * len(plain)
    whole = "".join(held)
    marked = [False] * len(text)
    for word in question.words:
        found = whole.find(word)
        while found >= 0:
            first, last = origins[found], origins[found + len(word) - 1]
            marked[first : last + 1] = [True] * (last + 1 - first)
            found = whole.find(word, found + len(word))
    return marked
