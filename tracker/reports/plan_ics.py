"""The calendar of a list as an iCalendar file, for the coordinator's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from icalendar import Calendar, Event

from tracker.domain.year_plan import PROVISIONAL, EventKind, Standing
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from tracker.domain.year_plan import PlannedEvent, PlannedRound

_TITLE: Final = mark("{list} {period}：{what}")
# They stand for a whole day; the others are mails, which leave at a time.
_WHOLE_DAY: Final = frozenset({EventKind.OPENING, EventKind.DUE, EventKind.CLOSING})
# An event of no length is not shown by every calendar program.
_LENGTH: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PlanFeed:
    """What every entry says: of which list, where to look it up, made when, in which language."""

    slug: str
    title: str
    link: str
    now: datetime
    gettext: Callable[[str], str]


def plan_ics(plan: Iterable[PlannedRound], feed: PlanFeed) -> bytes:
    """One entry for each event, with an id that stays: imported again, entries move and none comes twice.

    A round that was not opened in time has no place in anybody's calendar.

    Mails are given in UTC, so that no description of the time zone has to travel along.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Duban//Calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", feed.title)
    for planned in (found for found in plan if found.standing is not Standing.MISSED):
        for event in planned.events:
            calendar.add_component(_entry(planned, event, feed))
    return bytes(calendar.to_ical())


def _entry(planned: PlannedRound, event: PlannedEvent, feed: PlanFeed) -> Event:
    what = "-".join((event.kind, event.rung.name if event.rung else "", event.unit))
    said = {"list": feed.title, "period": planned.period.label, "what": event.worded(feed.gettext)}
    entry = Event()
    entry.add("uid", f"{feed.slug}-{planned.period.key}-{what}@duban")
    entry.add("dtstamp", feed.now.astimezone(UTC))
    if event.kind in _WHOLE_DAY:
        entry.add("dtstart", event.at.date())
        entry.add("dtend", event.at.date() + timedelta(days=1))
    else:
        entry.add("dtstart", event.at.astimezone(UTC))
        entry.add("dtend", event.at.astimezone(UTC) + _LENGTH)
    entry.add("summary", feed.gettext(_TITLE).format(**said))
    entry.add("url", feed.link)
    entry.add("transp", "TRANSPARENT")
    entry.add("status", "TENTATIVE" if event.is_provisional else "CONFIRMED")
    if event.is_provisional:
        entry.add("description", feed.gettext(PROVISIONAL))
    return entry
