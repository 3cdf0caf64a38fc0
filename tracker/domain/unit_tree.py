"""Units as a tree: who stands below whom. Values are ids; `parents` gives each unit's parent, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def is_below(parents: Mapping[int, int | None], unit_id: int, ancestor_id: int) -> bool:
    """Whether `unit_id` is `ancestor_id` or stands anywhere below it."""
    seen: set[int] = set()
    current: int | None = unit_id
    while current is not None and current not in seen:
        if current == ancestor_id:
            return True
        seen.add(current)
        current = parents.get(current)
    return False


def has_circle(parents: Mapping[int, int | None]) -> bool:
    """Whether some unit is its own ancestor."""
    return any(
        parent is not None and is_below(parents, parent, unit_id) for unit_id, parent in parents.items()
    )


def tree_order(unit_ids: Sequence[int], parents: Mapping[int, int | None]) -> list[tuple[int, int]]:
    """Each of `unit_ids` once with its depth from 0, children after their parent in the order given.

    A unit whose parent is not among them stands at the top.
    """
    known = set(unit_ids)
    children: dict[int | None, list[int]] = {}
    for unit_id in unit_ids:
        parent = parents.get(unit_id)
        children.setdefault(parent if parent in known else None, []).append(unit_id)
    ordered: list[tuple[int, int]] = []
    waiting = [(unit_id, 0) for unit_id in reversed(children.get(None, []))]
    while waiting:
        unit_id, depth = waiting.pop()
        ordered.append((unit_id, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(unit_id, []))]
    return ordered
