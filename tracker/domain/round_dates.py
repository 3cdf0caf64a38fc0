"""When a round opens, locks, and tells its coordinators: moments that follow from its due day."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from tracker.domain.rules import end_of_day

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from tracker.domain.chasing import Chasing
    from tracker.domain.rules import ReportingRules
    from tracker.domain.workdays import WorkCalendar


def opens_at(rules: ReportingRules, due_on: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """The first moment of the working day that lies `open_before` working days before the due day."""
    return datetime.combine(calendar.shift(due_on, -rules.open_before), time.min, zone)


def locks_at(rules: ReportingRules, due_on: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """The last second of the working day that lies `close_after` working days after the due day."""
    return end_of_day(calendar.shift(due_on, rules.close_after), zone)


def missing_told_at(due_on: date, at_time: time, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Coordinators hear who is missing at `at_time` on the first working day after the due day."""
    return datetime.combine(calendar.shift(due_on, 1), at_time, zone)


def interviews_told_at(chasing: Chasing) -> datetime | None:
    """Coordinators hear whom to speak to when the ladder has climbed to them; None where it never does."""
    return min((rung.at for rung in chasing.all_rungs() if "coordinator" in rung.audience), default=None)
