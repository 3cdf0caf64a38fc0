"""Who owes what when a round opens, after what people decided since the document: moved tasks, and finished ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

R = TypeVar("R")


def settle_expected(
    expected: Mapping[tuple[int, int], R],
    lineages: Mapping[int, int],
    moves: Iterable[tuple[int, int, int]],
    closed: Collection[tuple[int, int | None]],
    *,
    lead: R,
) -> dict[tuple[int, int], R]:
    """`expected` is role by (task, unit), `lineages` the lineage by task.

    `moves` are (lineage, from, to) in the order in which they were decided: whoever owes the task anyway owes it once,
    as its lead where either of the two does. `closed` are (lineage, unit), the unit None for all units.
    """
    tasks = {lineage: task for task, lineage in lineages.items()}

    def is_closed(place: tuple[int, int]) -> bool:
        lineage = lineages[place[0]]
        return (lineage, None) in closed or (lineage, place[1]) in closed

    owed = {place: role for place, role in expected.items() if not is_closed(place)}
    for lineage, giver, taker in moves:
        task = tasks.get(lineage)
        # Two units that have become one since have nothing to give each other.
        if task is None or giver == taker or (task, giver) not in owed:
            continue
        role = owed.pop((task, giver))
        owed[task, taker] = lead if lead in (role, owed.get((task, taker))) else owed.get((task, taker), role)
    return {place: role for place, role in owed.items() if not is_closed(place)}
