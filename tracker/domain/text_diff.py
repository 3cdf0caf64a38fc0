"""Where two texts differ, in pieces that a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import Indel

# A shorter stretch that both texts share, between two differences, is no landmark.
_SHORTEST_SHARED: Final = 2
# The comparison keeps a bit for each pair of characters.
_MOST_PAIRS: Final = 25_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: in both, only in the later text, or only in the earlier one."""

    kind: Literal["same", "added", "removed"]
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in reading order, the removed before the added that stands in its place.

    Those that are not "added" make up `before`, those that are not "removed" make up `after`.
    """
    if len(before) * len(after) > _MOST_PAIRS:
        return _changed(before, after)
    pieces: list[Piece] = []
    gone = come = ""
    for operation in Indel.opcodes(before, after):
        old = before[operation.src_start : operation.src_end]
        new = after[operation.dest_start : operation.dest_end]
        is_landmark = len(old) >= _SHORTEST_SHARED or not (gone or come) or operation.src_end == len(before)
        if operation.tag != "equal" or not is_landmark:
            gone, come = gone + old, come + new
        else:
            pieces += [*_changed(gone, come), Piece("same", old)]
            gone = come = ""
    return (*pieces, *_changed(gone, come))


def _changed(gone: str, come: str) -> tuple[Piece, ...]:
    if gone == come:
        return (Piece("same", gone),) if gone else ()
    found = []
    if gone:
        found.append(Piece("removed", gone))
    if come:
        found.append(Piece("added", come))
    return tuple(found)
