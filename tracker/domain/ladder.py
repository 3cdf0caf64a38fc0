"""The reminder ladder: on which working days around the due day a unit is reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from tracker.domain.workdays import WorkCalendar


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """One planned reminder: `offset` in working days from the due day, `at` the aware moment it is due."""

    at: datetime
    offset: int


def rungs_of(
    ladder: Iterable[int], due_on: date, at_time: time, calendar: WorkCalendar, zone: ZoneInfo
) -> tuple[Rung, ...]:
    """The ladder placed on working days, earliest first (DESIGN: rules 7 and 10).

    The due day itself is left out where it is a day off: the rung before it already reaches people on the
    last working day, and nothing is sent on a holiday.
    """
    rungs = []
    for offset in ladder:
        if offset == 0 and not calendar.is_workday(due_on):
            continue
        rungs.append(Rung(datetime.combine(calendar.shift(due_on, offset), at_time, zone), offset))
    return tuple(sorted(rungs))


def newest_rung(rungs: Iterable[Rung], now: datetime) -> Rung | None:
    """The latest rung that is due at `now`: after downtime only this one is still sent (DESIGN: rule 10)."""
    return max((rung for rung in rungs if rung.at <= now), default=None)
