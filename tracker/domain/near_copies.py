"""How much of a text stands in another one, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterable

Place = tuple[int, int]

# 无, 正常推进, 按计划推进中: so short that units write the same without copying.
SHORTEST_COMPARED: Final = 20
# A list may allow 20,000 characters; a copy shows itself long before, and the cost stays bounded.
MOST_COMPARED: Final = 3000
# Shorter stretches stand in any two texts about one task.
_SHORTEST_PASSAGE: Final = 6


@dataclass(frozen=True, slots=True)
class FiledText:
    """A text to compare with. `id` is its obligation: a text is no copy of itself. `label` says whose it is."""

    id: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class NearCopy:
    """`percent` is rounded down: 100 is said of equal texts only. Places are offsets (start, end)."""

    percent: int
    other: FiledText
    places: tuple[Place, ...]
    other_places: tuple[Place, ...]


def likeness(one: str, other: str, *, least: float = 0) -> float:
    """Between 0 and 1, the same in both directions: twice the characters that both share in one order, of all.

    0 where it is below `least`, or where one of the texts is too short to say anything.
    """
    one, other = one[:MOST_COMPARED], other[:MOST_COMPARED]
    if min(len(one), len(other)) < SHORTEST_COMPARED:
        return 0
    return Indel.normalized_similarity(one, other, score_cutoff=least)


def nearest_copy(text: str, id_: int, others: Iterable[FiledText], *, least: float) -> NearCopy | None:
    """The one of `others` that is most like `text`, the first of several; None where none is `least` like it."""
    best, found = 0.0, None
    for other in others:
        if other.id == id_:
            continue
        share = likeness(text, other.text, least=max(least, best))
        if share > best:
            best, found = share, other
    if found is None:
        return None
    places, other_places = _passages(text[:MOST_COMPARED], found.text[:MOST_COMPARED])
    percent = 100 if text == found.text else min(int(best * 100), 99)
    return NearCopy(percent, found, places, other_places)


def _passages(one: str, other: str) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    kept = [
        operation
        for operation in Indel.opcodes(one, other)
        if operation.tag == "equal" and operation.src_end - operation.src_start >= _SHORTEST_PASSAGE
    ]
    return (
        tuple((operation.src_start, operation.src_end) for operation in kept),
        tuple((operation.dest_start, operation.dest_end) for operation in kept),
    )
