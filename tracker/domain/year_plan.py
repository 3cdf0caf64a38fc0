"""What a year of a list holds before anything is sent: openings, reminders, due days, closings, mails upward.

Every moment comes from the function by which the jobs decide (`Chasing`, `round_dates`, `SendWindow`): nothing
is reckoned a second time here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tracker.domain.chasing import Chasing
from tracker.domain.ladder_words import rung_in_words
from tracker.domain.round_dates import interviews_told_at, locks_at, missing_told_at, opens_at
from tracker.errors import DueDayNeededError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime, time

    from tracker.domain.ladder import Rung
    from tracker.domain.periods import Period
    from tracker.domain.rules import ReportingRules
    from tracker.domain.send_window import SendWindow
    from tracker.domain.workdays import WorkCalendar

# No unit has this id: it has no extension and no pause.
_ANY_UNIT: Final = 0


class EventKind(StrEnum):
    OPENING = "opening"
    REMINDER = "reminder"
    DUE = "due"
    MISSING = "missing"
    INTERVIEWS = "interviews"
    CLOSING = "closing"
    REPORT = "report"


# What coordinators are mailed.
UPWARD: Final = frozenset({EventKind.MISSING, EventKind.INTERVIEWS, EventKind.REPORT})


class Standing(StrEnum):
    """`missed`: not opened before its due day, and so not opened by itself any more."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    MISSED = "missed"


EVENT_LABELS: Final = {
    EventKind.OPENING: mark("开启"),
    EventKind.REMINDER: mark("催报"),
    EventKind.DUE: mark("截止"),
    EventKind.MISSING: mark("未报单位名单和报告预览寄统筹人"),
    EventKind.INTERVIEWS: mark("约谈名单初稿寄统筹人"),
    EventKind.CLOSING: mark("关闭"),
    EventKind.REPORT: mark("汇总表寄统筹人"),
}
STANDING_LABELS: Final = {
    Standing.PLANNED: mark("尚未开启"),
    Standing.OPEN: mark("已开启"),
    Standing.CLOSED: mark("已关闭"),
    Standing.MISSED: mark("没有开启，截止日已过，不会自动开启；以下是按规则推算的日期"),
}
PROVISIONAL: Final = mark("暂按周一至周五推算，放假安排尚未公布")
_REMINDER: Final = mark("催报：{rung}")
_FOR_UNIT: Final = mark("{what}（{unit}）")
_MOVED: Final = mark("{what}，已改期")


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """`at` is when it happens; a mail that would come at night or on a day off leaves when the hours begin.

    `is_provisional`: it depends on a year whose days off are not published. `unit` is set for an extension.
    """

    at: datetime
    kind: EventKind
    is_provisional: bool = False
    rung: Rung | None = None
    unit: str = ""
    is_moved: bool = False

    def worded(self, gettext: Callable[[str], str]) -> str:
        said = gettext(EVENT_LABELS[self.kind])
        if self.rung:
            rung = rung_in_words(self.rung.name, gettext)
            said = rung if self.rung.is_opening else gettext(_REMINDER).format(rung=rung)
        if self.unit:
            said = gettext(_FOR_UNIT).format(what=said, unit=self.unit)
        return gettext(_MOVED).format(what=said) if self.is_moved else said


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """One round with its events in order, in the site's time. `is_due_day_off`: its due day is a day off, as far as is known."""

    period: Period
    due_at: datetime
    standing: Standing
    is_chased: bool
    is_due_day_off: bool
    events: tuple[PlannedEvent, ...]

    @property
    def is_provisional(self) -> bool:
        return any(event.is_provisional for event in self.events)

    def last_before_due(self) -> PlannedEvent | None:
        """The last reminder that comes before the due moment."""
        found = [event for event in self.events if event.rung and not event.unit and event.at <= self.due_at]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Standard:
    """What a site does alike for all its lists: when it reminds, and within which hours on which days."""

    remind_at: time
    window: SendWindow


@dataclass(frozen=True, slots=True)
class KnownRound:
    """A round that was opened. `extended` names units by id; `locks_at` is None where only a person closes it."""

    chasing: Chasing
    locks_at: datetime | None
    closed_at: datetime | None
    extended: Mapping[int, str]


def plan_year(
    rules: ReportingRules,
    periods: Iterable[Period],
    known: Mapping[Period, KnownRound],
    standard: Standard,
    year: int,
    now: datetime,
) -> tuple[PlannedRound, ...]:
    """The rounds of `periods`, and those `known`, of which anything happens in `year`; by their due moment."""
    planned = []
    for period in {*periods, *known}:
        if period in known:
            found = _known_round(period, known[period], standard)
        else:
            try:
                due_on = rules.due_on(period)
            except DueDayNeededError:
                continue
            if abs(due_on.year - year) > 1:
                continue
            found = _coming_round(period, due_on, rules, standard, now)
        if any(event.at.year == year for event in found.events):
            planned.append(found)
    return tuple(sorted(planned, key=lambda found: (found.due_at, found.period)))


def _coming_round(
    period: Period, due_on: date, rules: ReportingRules, standard: Standard, now: datetime
) -> PlannedRound:
    """A round that is not there yet: it opens on its day, or at once where that has passed.

    One that is due already is not opened by itself any more: its days are what they would have been.
    """
    calendar, zone = standard.window.calendar, standard.window.zone
    due_at = rules.due_at(period, zone)
    is_missed = due_at < now
    opened_at = opens_at(rules, due_on, calendar, zone)
    chasing = Chasing(
        ladder=rules.ladder,
        opened_at=opened_at if is_missed else max(opened_at, now),
        due_at=due_at,
        closes_at=locks_at(rules, due_on, calendar, zone),
        off_since=None,
        remind_at=rules.remind_at or standard.remind_at,
        window=standard.window,
        moved_to={},
        later={},
        quiet={},
    )
    events = [
        PlannedEvent(
            chasing.opened_at, EventKind.OPENING, _is_open(calendar, chasing.opened_at.date(), due_on)
        ),
        *_chased(chasing, standard, {}),
        *_closing(chasing.closes_at, due_on, standard, is_fact=False),
    ]
    standing = Standing.MISSED if is_missed else Standing.PLANNED
    return _round(period, due_at, standing, standard, events)


def _known_round(period: Period, known: KnownRound, standard: Standard) -> PlannedRound:
    """A round that was opened: its opening and closing moments stand, its rungs are reckoned at sending time."""
    chasing = known.chasing
    due_on = chasing.due_at.astimezone(standard.window.zone).date()
    events = [
        PlannedEvent(chasing.opened_at, EventKind.OPENING),
        *_chased(chasing, standard, known.extended),
        *_closing(known.closed_at or known.locks_at, due_on, standard, is_fact=True),
    ]
    standing = Standing.CLOSED if known.closed_at else Standing.OPEN
    return _round(period, chasing.due_at, standing, standard, events, is_chased=chasing.off_since is None)


def _round(
    period: Period,
    due_at: datetime,
    standing: Standing,
    standard: Standard,
    events: Iterable[PlannedEvent],
    *,
    is_chased: bool = True,
) -> PlannedRound:
    zone = standard.window.zone
    local = [replace(event, at=event.at.astimezone(zone)) for event in events]
    due_at = due_at.astimezone(zone)
    is_day_off = not standard.window.calendar.is_workday(due_at.date())
    ordered = tuple(sorted(local, key=lambda event: event.at))
    return PlannedRound(period, due_at, standing, is_chased, is_day_off, ordered)


def _chased(chasing: Chasing, standard: Standard, extended: Mapping[int, str]) -> Iterator[PlannedEvent]:
    """The due moments, the reminders of a unit that files nothing, and what coordinators are told of them."""
    zone, calendar = standard.window.zone, standard.window.calendar
    for unit_id, name in {_ANY_UNIT: "", **extended}.items():
        due_at = chasing.due_of(unit_id)
        due_on = due_at.astimezone(zone).date()
        yield PlannedEvent(due_at, EventKind.DUE, calendar.is_provisional(due_on), unit=name)
        for at, rung in _reminders(chasing, unit_id):
            if name and rung.is_opening:
                continue  # it was told with the others, before it was given more time
            yield PlannedEvent(
                at,
                EventKind.REMINDER,
                _is_open(calendar, at.astimezone(zone).date(), due_on),
                rung,
                name,
                is_moved=not name and rung.name in chasing.moved_to,
            )
    due_on = chasing.due_at.astimezone(zone).date()
    upward = (
        (EventKind.MISSING, missing_told_at(due_on, standard.remind_at, calendar, zone)),
        (EventKind.INTERVIEWS, interviews_told_at(chasing)),
    )
    for kind, planned_at in upward:
        told_at = standard.window.next_open(planned_at) if planned_at else None
        if told_at and (chasing.closes_at is None or told_at <= chasing.closes_at):
            yield PlannedEvent(told_at, kind, _is_open(calendar, told_at.astimezone(zone).date(), due_on))


def _reminders(chasing: Chasing, unit_id: int) -> Iterator[tuple[datetime, Rung]]:
    """As the job would send them to a unit that owes something from the opening to the end."""
    told: set[str] = set()
    now = chasing.opened_at
    while (at := chasing.next_of(unit_id, told, now, None)) is not None:
        rung = chasing.newest_of(unit_id, at)
        if rung is None:
            return
        yield at, rung
        told.add(rung.name)
        now = at


def _closing(
    closes_at: datetime | None, due_on: date, standard: Standard, *, is_fact: bool
) -> Iterator[PlannedEvent]:
    if closes_at is None:
        return
    calendar, zone = standard.window.calendar, standard.window.zone
    # The round is closed in the first moment in which nothing can be filed any more.
    reported_at = standard.window.next_open(closes_at + timedelta(seconds=1))
    is_closing_open = not is_fact and _is_open(calendar, closes_at.astimezone(zone).date(), due_on)
    yield PlannedEvent(closes_at, EventKind.CLOSING, is_closing_open)
    is_report_open = is_closing_open or calendar.is_provisional(reported_at.date())
    yield PlannedEvent(reported_at, EventKind.REPORT, is_report_open)


def _is_open(calendar: WorkCalendar, day: date, due_on: date) -> bool:
    """Whether the way from the due day to `day` goes through a year whose days off are not published."""
    first, last = sorted((day.year, due_on.year))
    return any(year not in calendar.known_years for year in range(first, last + 1))
