"""How many texts had come in by the end of each day."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def filing_curve(filed: Iterable[tuple[date, int]], first_on: date, last_on: date) -> list[tuple[date, int]]:
    """One entry a day from `first_on` to `last_on`; what came in before counts on the first day, later not at all."""
    by_day: Counter[date] = Counter()
    for day, count in filed:
        by_day[max(day, first_on)] += count
    curve = []
    total = 0
    for number in range(max((last_on - first_on).days, 0) + 1):
        day = first_on + timedelta(days=number)
        total += by_day[day]
        curve.append((day, total))
    return curve
