"""The calendar of a list for a year, and what a change of the working days would move in it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.actions.chasing.read_chasing import read_chasing, send_window
from tracker.actions.rounds.open_round import covered_periods
from tracker.domain.periods import parse_period
from tracker.domain.year_plan import KnownRound, Standard, Standing, plan_year
from tracker.models import key
from tracker.store.lists import all_lists, rules_of
from tracker.store.rounds import rounds_of
from tracker.store.units import all_units
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.calendar_change import CalendarChange
    from tracker.domain.periods import Period
    from tracker.domain.rules import ReportingRules
    from tracker.domain.workdays import WorkCalendar
    from tracker.domain.year_plan import PlannedEvent, PlannedRound
    from tracker.models import TaskList


@dataclass(frozen=True, slots=True)
class Shift:
    """An event of a round that would come at another moment; None where it would not come at all.

    `is_open`: the round is open already.
    """

    slug: str
    title: str
    period: Period
    is_open: bool
    event: PlannedEvent
    before: datetime | None
    after: datetime | None


def list_calendar(
    session: Session, settings: Settings, task_list: TaskList, year: int, now: datetime
) -> tuple[PlannedRound, ...]:
    """Every round of the list of which anything happens in `year`, as it stands at `now`."""
    return _plan(session, settings, task_list, [year], now, work_calendar(session))


def shifted_dates(
    session: Session, settings: Settings, change: CalendarChange, now: datetime
) -> tuple[Shift, ...]:
    """What `change` would move, over all lists: moments that are still to come, in their order."""
    calendar = work_calendar(session)
    # A round due in January is opened in the year before, and one due in December closes in the year after.
    years = range(change.year - 1, change.year + 2)
    found: list[Shift] = []
    for task_list in all_lists(session):
        before = _plan(session, settings, task_list, years, now, calendar)
        after = _plan(session, settings, task_list, years, now, change.applied_to(calendar))
        found += [shift for shift in _shifts(task_list, before, after) if _is_to_come(shift, now)]
    return tuple(sorted(found, key=lambda shift: shift.before or shift.after or now))


@dataclass(frozen=True, slots=True)
class RulesEffect:
    """What other rules would do to the rounds to come; `missed` would be due already and not open by themselves."""

    shifts: tuple[Shift, ...]
    missed: tuple[Period, ...]


def effect_of_rules(
    session: Session, settings: Settings, task_list: TaskList, rules: ReportingRules, now: datetime
) -> RulesEffect:
    """What `rules` would move of the list until the end of next year. Rounds that are open keep their own."""
    calendar = work_calendar(session)
    this_year = now.astimezone(settings.site.zone).year
    years = range(this_year, this_year + 2)
    before = _plan(session, settings, task_list, years, now, calendar)
    after = _plan(session, settings, task_list, years, now, calendar, rules)
    planned = {found.period for found in before if found.standing is Standing.PLANNED}
    shifts = [shift for shift in _shifts(task_list, before, after) if _is_to_come(shift, now)]
    return RulesEffect(
        tuple(sorted(shifts, key=lambda shift: shift.before or shift.after or now)),
        tuple(
            found.period for found in after if found.standing is Standing.MISSED and found.period in planned
        ),
    )


def _plan(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    years: Iterable[int],
    now: datetime,
    calendar: WorkCalendar,
    rules: ReportingRules | None = None,
) -> tuple[PlannedRound, ...]:
    """By the list's own rules where no others are given."""
    rules = rules or rules_of(task_list)
    standard = Standard(settings.jobs.remind_at, replace(send_window(session, settings), calendar=calendar))
    names = {key(unit): unit.name for unit in all_units(session)}
    known = {}
    for opened in rounds_of(session, task_list):
        chasing = read_chasing(session, settings, standard.window, opened)
        extended = {unit_id: names[unit_id] for unit_id in chasing.later}
        period = parse_period(opened.period, rules.period_type)
        known[period] = KnownRound(chasing, opened.locks_at, opened.closed_at, extended)
    periods = tuple(covered_periods(task_list))
    found = {
        planned.period: planned
        for year in years
        for planned in plan_year(rules, periods, known, standard, year, now)
    }
    return tuple(sorted(found.values(), key=lambda planned: (planned.due_at, planned.period)))


def _shifts(
    task_list: TaskList, before: Sequence[PlannedRound], after: Sequence[PlannedRound]
) -> Iterable[Shift]:
    for planned in {found.period: found for found in (*after, *before)}.values():
        if planned.standing in (Standing.CLOSED, Standing.MISSED):
            continue
        old, new = _by_place(before, planned.period), _by_place(after, planned.period)
        for place in {**old, **new}:
            was, will = old.get(place), new.get(place)
            event = will or was
            if event is not None and (was is None or will is None or was.at != will.at):
                yield Shift(
                    task_list.slug,
                    task_list.title,
                    planned.period,
                    planned.standing is Standing.OPEN,
                    event,
                    was.at if was else None,
                    will.at if will else None,
                )


def _by_place(plan: Sequence[PlannedRound], period: Period) -> dict[tuple[str, str, str], PlannedEvent]:
    """The events of one round by kind, rung and unit."""
    return {
        (event.kind, event.rung.name if event.rung else "", event.unit): event
        for planned in plan
        if planned.period == period
        for event in planned.events
    }


def _is_to_come(shift: Shift, now: datetime) -> bool:
    return any(at is not None and at > now for at in (shift.before, shift.after))
