"""Which units did worst and best in a round, ties and excuses included (DESIGN: rule 13)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Record:
    """What one unit owed and how it went; `is_excused` while something is missing that its extension allows for."""

    unit_id: int
    expected: int
    missing: int
    late: int
    returned: int
    is_excused: bool = False

    @property
    def fault(self) -> tuple[Fraction, Fraction, Fraction]:
        """Shares of what was expected: missing, then late, then returned."""
        owed = max(self.expected, 1)
        return Fraction(self.missing, owed), Fraction(self.late, owed), Fraction(self.returned, owed)

    @property
    def is_flawless(self) -> bool:
        return not any(self.fault)


@dataclass(frozen=True, slots=True)
class Place:
    """Units that did alike share a place; the next place counts them all: 1, 1, 3."""

    number: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The first places from either end, and the units that have no place as long as they are excused.

    A unit without fault is not among the worst, one of the worst not among the best.
    """

    worst: tuple[Place, ...]
    best: tuple[Place, ...]
    excused: tuple[Record, ...]


def standing_of(records: Iterable[Record]) -> Standing:
    """Of units that are ranked together; one that nothing is expected of has no place."""
    owing = [record for record in records if record.expected]
    counted = [record for record in owing if not record.is_excused]
    worst = _places(sorted((one for one in counted if not one.is_flawless), key=_fault, reverse=True))
    blamed = {record.unit_id for place in worst for record in place.records}
    best = _places(sorted((one for one in counted if one.unit_id not in blamed), key=_fault))
    return Standing(worst, best, tuple(record for record in owing if record.is_excused))


def _fault(record: Record) -> tuple[Fraction, Fraction, Fraction]:
    return record.fault


def _places(ordered: Sequence[Record]) -> tuple[Place, ...]:
    places: list[Place] = []
    number = 1
    for _fault_shared, found in groupby(ordered, key=_fault):
        if number > PLACES:
            break
        records = tuple(found)
        places.append(Place(number, records))
        number += len(records)
    return tuple(places)
