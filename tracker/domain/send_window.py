"""Quiet hours: when mail that nobody sends by hand may leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import time
    from zoneinfo import ZoneInfo

    from tracker.domain.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class SendWindow:
    """From `opens` until before `ends`, local times of `zone`, on the working days of `calendar`."""

    opens: time
    ends: time
    calendar: WorkCalendar
    zone: ZoneInfo

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return self.calendar.is_workday(local.date()) and self.opens <= local.time() < self.ends

    def next_open(self, moment: datetime) -> datetime:
        """`moment` itself where the window is open, else when it opens next."""
        if self.is_open(moment):
            return moment
        local = moment.astimezone(self.zone)
        is_early = self.calendar.is_workday(local.date()) and local.time() < self.opens
        day = local.date() if is_early else self.calendar.shift(local.date(), 1)
        return datetime.combine(day, self.opens, self.zone)
