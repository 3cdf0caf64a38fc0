"""How far a reported value has come towards a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from tracker.domain.reported_values import Point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


class Target(Point, Protocol):
    """A stated value with the ISO 8601 prefix of its date ("" for none)."""

    @property
    def date(self) -> str: ...


_Target = TypeVar("_Target", bound=Target)


def target_for(targets: Sequence[_Target], year: int) -> _Target | None:
    """The next target from `year` on, or the last where all are past or none is dated."""
    ahead = [target for target in targets if target.date and int(target.date[:4]) >= year]
    return ahead[0] if ahead else targets[-1] if targets else None


def share_reached(value: Decimal, target: Target) -> Decimal | None:
    """value / target for a level to be reached (达到5000个, 累计120项); None where the two cannot be divided.

    An upper bound (不超过), a change (增长10%) or an amount a year says nothing of how much of it is done.
    """
    if target.value is None or target.value <= 0 or target.bound == "at_most":
        return None
    if target.change or target.pace not in ("", "cumulative"):
        return None
    return value / target.value
