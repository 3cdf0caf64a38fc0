"""What waits for a reviewer, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.store.backlog import Backlog
    from tracker.web.visits import Visit


@dataclass(frozen=True, slots=True)
class BacklogView:
    """`days` are the working days since the oldest text came, `since` its moment; `above` waits elsewhere first."""

    count: int
    since: datetime | None
    days: int
    above: int


def backlog_view(visit: Visit, backlog: Backlog) -> BacklogView:
    days = 0
    if since := backlog.since:
        zone = visit.settings.site.zone
        calendar = work_calendar(visit.session)
        days = calendar.workdays_until(since.astimezone(zone).date(), visit.now.astimezone(zone).date())
    return BacklogView(backlog.count, since, days, backlog.above)
