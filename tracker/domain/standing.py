"""The ends of a ranking: which units did worst and best in a round, ties included (DESIGN: rule 13)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit with its place in the whole ranking; flawless without any fault."""

    unit_id: int
    place: int
    is_flawless: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Units that did alike share a place, counted from this end; the next place counts them all: 1, 1, 3."""

    number: int
    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The first places from either end. A unit without fault is not among the worst, one of the worst not among the
    best."""

    worst: tuple[Place, ...]
    best: tuple[Place, ...]


def standing_of(units: Iterable[Placed]) -> Standing:
    """Of units that are ranked together."""
    ranking = sorted(units, key=_place)
    worst = _places([one for one in sorted(ranking, key=_place, reverse=True) if not one.is_flawless])
    blamed = {unit_id for place in worst for unit_id in place.unit_ids}
    return Standing(worst, _places([one for one in ranking if one.unit_id not in blamed]))


_place = attrgetter("place")


def _places(ordered: Sequence[Placed]) -> tuple[Place, ...]:
    places: list[Place] = []
    number = 1
    for _shared, found in groupby(ordered, key=_place):
        if number > PLACES:
            break
        unit_ids = tuple(one.unit_id for one in found)
        places.append(Place(number, unit_ids))
        number += len(unit_ids)
    return tuple(places)
