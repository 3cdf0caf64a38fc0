"""Opens a round: writes down once who owes what by when (DESIGN: rule 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from tracker.domain.periods import Period, parse_period, periods_between
from tracker.domain.round_dates import locks_at, opens_at
from tracker.domain.rules import end_of_day
from tracker.domain.standing_duties import settle_expected
from tracker.errors import PeriodNotCoveredError, RoundExistsError
from tracker.models import AssignmentRole, Obligation, ReportingRound, TaskList, key
from tracker.store.close_outs import closed_places
from tracker.store.groups import group_members
from tracker.store.lists import all_lists, assignments_of, current_version, rules_of, tasks_of
from tracker.store.reassignments import lasting_reassignments
from tracker.store.rounds import find_round
from tracker.store.units import all_units
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit


def open_round(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    period: str,
    now: datetime,
    *,
    due_on: date | None = None,
) -> ReportingRound:
    """The new round with its obligations; `due_on` for a list that reports on demand, or to depart from the rules.

    Opened after its due day it starts with chasing switched off and closes only by hand.
    Raises UnknownPeriodError, PeriodNotCoveredError, DueDayNeededError, or RoundExistsError the second time.
    """
    actor.require_coordinating()
    rules = rules_of(task_list)
    wanted = _covered(task_list, period)
    if find_round(session, task_list, wanted):
        raise RoundExistsError(list=task_list.slug, period=wanted.key)
    due_at = end_of_day(due_on or rules.due_on(wanted), settings.site.zone)
    is_late = now > due_at
    closes_at = locks_at(rules, due_at.date(), work_calendar(session), settings.site.zone)
    opened = ReportingRound(
        list_id=key(task_list),
        version_id=key(current_version(session, task_list)),
        period=wanted.key,
        opened_at=now,
        due_at=due_at,
        locks_at=None if is_late else closes_at,
        chasing_off_since=now if is_late else None,
        rules=task_list.rules,
    )
    session.add(opened)
    session.flush()
    expected = [
        {"round_id": opened.id, "task_id": task_id, "unit_id": unit_id, "role": role}
        for (task_id, unit_id), role in _expected(session, task_list).items()
    ]
    if expected:
        session.execute(insert(Obligation), expected)
    return opened


def open_scheduled_rounds(
    session: Session, actor: Actor, settings: Settings, now: datetime
) -> list[ReportingRound]:
    """Opens every round whose opening day has come and whose due moment has not passed."""
    calendar = work_calendar(session)
    opened = []
    for task_list in all_lists(session):
        rules = rules_of(task_list)
        for period in covered_periods(task_list):
            due_at = rules.due_at(period, settings.site.zone)
            # Working days are at least half of all days: this spares the calendar walk of distant periods.
            if not now <= due_at <= now + timedelta(days=3 * rules.open_before + 14):
                continue
            is_time = opens_at(rules, due_at.date(), calendar, settings.site.zone) <= now
            if is_time and find_round(session, task_list, period) is None:
                opened.append(open_round(session, actor, settings, task_list, period.key, now))
    return opened


def covered_periods(task_list: TaskList) -> Iterator[Period]:
    """The periods that the list covers; none where it does not say."""
    if task_list.first_period and task_list.last_period:
        period_type = rules_of(task_list).period_type
        first, last = (
            parse_period(key, period_type) for key in (task_list.first_period, task_list.last_period)
        )
        yield from periods_between(first, last)


def filers_of(session: Session, task_list: TaskList) -> list[OrgUnit]:
    """The units that a round of the list would expect something of, in their order."""
    bound = {unit_id for _task_id, unit_id in _expected(session, task_list)}
    return [unit for unit in all_units(session) if key(unit) in bound]


def _covered(task_list: TaskList, text: str) -> Period:
    wanted = parse_period(text, rules_of(task_list).period_type)
    covered = list(covered_periods(task_list))
    if covered and wanted not in covered:
        raise PeriodNotCoveredError(name=wanted.key, first=covered[0].key, last=covered[-1].key)
    return wanted


def _expected(session: Session, task_list: TaskList) -> dict[tuple[int, int], AssignmentRole]:
    """Role by (task, unit). A unit that leads a task and is also named locally owes it once, as its lead.

    Lasting re-assignments are followed, and what is closed out is left out, both by lineage: they outlive a version.
    """
    version_id = key(current_version(session, task_list))
    filers = rules_of(task_list).filers
    members = group_members(session, task_list)
    expected: dict[tuple[int, int], AssignmentRole] = {}
    for assignment in assignments_of(session, version_id):
        if assignment.role.value not in filers:
            continue
        group = [key(unit) for unit in members.get(assignment.group_id or 0, [])]
        units = [assignment.unit_id] if assignment.unit_id else group
        for unit_id in units:
            place = (assignment.task_id, unit_id)
            if expected.get(place) is not AssignmentRole.LEAD:
                expected[place] = assignment.role
    return settle_expected(
        expected,
        {key(task): task.lineage for task in tasks_of(session, version_id)},
        [
            (moved.lineage, moved.from_unit_id, moved.to_unit_id)
            for moved in lasting_reassignments(session, key(task_list))
        ],
        closed_places(session, key(task_list)),
        lead=AssignmentRole.LEAD,
    )
