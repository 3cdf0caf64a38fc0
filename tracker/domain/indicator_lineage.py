"""Which indicators of a new version of a document go on from the version before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.names import normalise_name

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


@dataclass(frozen=True, slots=True)
class IndicatorIdentity:
    """What tells an indicator from the others of its document.

    `task` is the lineage of its task, None for one of the whole document; `table`, `row` and `column` say where
    in a set it stands. `is_change` parts 提高5个百分点 from 达到65%: one is a rise, the other a level.
    """

    name: str
    unit: str
    task: int | None = None
    table: str = ""
    row: str = ""
    column: str = ""
    is_change: bool = False

    def normalised(self) -> IndicatorIdentity:
        """The form that is compared: width, white space and case of names make no other indicator."""
        return IndicatorIdentity(
            normalise_name(self.name),
            normalise_name(self.unit),
            self.task,
            normalise_name(self.table),
            normalise_name(self.row),
            normalise_name(self.column),
            self.is_change,
        )


def going_on(
    before: Sequence[tuple[IndicatorIdentity, Hashable]], after: Sequence[tuple[IndicatorIdentity, Hashable]]
) -> list[int | None]:
    """For each of `after` its place in `before`, None for a new one; no place is given twice.

    Each comes with what the document states of it. An indicator goes on where its identity does: another name or
    unit makes another one, since what was said of the first need not hold for it. Several of one identity are
    told apart by what is stated, and where that has changed too, by their order.
    """
    left: dict[IndicatorIdentity, list[int]] = defaultdict(list)
    for place, (identity, _stated) in enumerate(before):
        left[identity.normalised()].append(place)
    candidates = [left[identity.normalised()] for identity, _stated in after]
    found: list[int | None] = [None] * len(after)
    for is_same_stated in (True, False):
        for place, (_identity, stated) in enumerate(after):
            if found[place] is not None:
                continue
            old = next(
                (old for old in candidates[place] if not is_same_stated or before[old][1] == stated), None
            )
            if old is not None:
                candidates[place].remove(old)
                found[place] = old
    return found
