"""A site for looking around: the real table, an invented quarter in mid-flight around today, labelled 示例.

Units, tasks and rules are those of the bundled list; every text, contact and account is invented.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tracker.actions.chasing.remind import plan_reminders, send_reminders
from tracker.actions.duties.ask_close_out import ask_close_out
from tracker.actions.duties.instruct import instruct
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list
from tracker.actions.lists.settle_indicators import settle_indicators
from tracker.actions.people.accounts import add_account
from tracker.actions.review.review_update import exempt, review_update
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import open_round
from tracker.actions.search.index_texts import index_texts
from tracker.actions.site.invent_filing import invented_filing, invented_text
from tracker.actions.site.prepare_database import prepare_database
from tracker.domain.actors import Actor, Role
from tracker.domain.periods import Period
from tracker.models import Contact, IndicatorState, ReviewOutcome, key
from tracker.store.indicators import asked_indicators
from tracker.store.lists import all_lists, current_version, list_by_slug, tasks_of
from tracker.store.rounds import lock_obligations, obligations_of
from tracker.store.units import all_units, unit_by_name
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit, ReportingRound, Task, TaskList

COORDINATOR: Final = "coordinator"
LEADER: Final = "leader"
COUNTY: Final = "临桂区"
_SOURCE: Final = "guilin-2022-2024"
_SLUG: Final = "demo"
_LEAD: Final = "市农业农村局"
# How far the quarter has come: the share of texts filed by units that are quick, usual and slow.
_SHARES: Final = (1.0, 0.85, 0.6, 0.25, 0.0)
_DAYS_LEFT: Final = 3
_MOST_TEXTS: Final = 10_000
# Numbers of quantities in the table's texts that everybody would count: 人次, 名, 名.
_INDICATORS: Final = (5, 8, 11)


def stage_demo(database: Database, settings: Settings, now: datetime) -> dict[str, str]:
    """Passwords by username of the accounts it made; empty when the demo stands already."""
    prepare_database(database)
    with database.transaction() as session:
        if all_lists(session):
            return {}
        actor = Actor(role=Role.ADMINISTRATOR, label="示例", via="demo")
        task_list = _demo_list(session, actor, settings, now)
        _add_contacts(session)
        chance = random.Random(20240101)  # noqa: S311 - invented texts, the same every time
        current = _current_period(now.astimezone(settings.site.zone).date())
        _finished_round(session, actor, settings, task_list, current.shift(-1), chance, now)
        _running_round(session, actor, settings, task_list, current, chance, now)
        _add_duties(session, actor, settings, task_list, now)
        _account, coordinator = add_account(session, actor, COORDINATOR, Role.COORDINATOR, now)
        _account, leader = add_account(session, actor, LEADER, Role.LEADER, now)
        county = unit_by_name(session, COUNTY)
        _account, filer = add_account(session, actor, COUNTY, Role.FILLER, now, unit=county)
    index_texts(database, now, at_most=_MOST_TEXTS)
    return {COORDINATOR: coordinator, LEADER: leader, COUNTY: filer}


def _due_on(today: date) -> date:
    """A few days from today; reporting rules know no 29th to 31st."""
    due_on = today + timedelta(days=_DAYS_LEFT)
    while due_on.day > 28:  # noqa: PLR2004 - see above
        due_on += timedelta(days=1)
    return due_on


def _current_period(today: date) -> Period:
    """The quarter before the one that the due day lies in."""
    due_on = _due_on(today)
    return Period(due_on.year, (due_on.month - 1) // 3 + 1, "quarter").shift(-1)


def _demo_list(session: Session, actor: Actor, settings: Settings, now: datetime) -> TaskList:
    content = load_list(settings, _SOURCE)
    today = now.astimezone(settings.site.zone).date()
    due_on = _due_on(today)
    current = _current_period(today)
    rules = content.definition.rules.model_copy(
        update={
            "due_day": due_on.day,
            "due_month": (due_on.month - 1) % 3 + 1,
            "asks_assessment": True,
        }
    )
    definition = content.definition.model_copy(
        update={
            "slug": _SLUG,
            "title": f"【示例】{content.definition.title}",
            "rules": rules,
            "first_period": current.shift(-3).key,
            "last_period": current.key,
        }
    )
    import_list(session, actor, replace(content, definition=definition), now)
    task_list = list_by_slug(session, _SLUG)
    confirmed = dict.fromkeys(_INDICATORS, IndicatorState.CONFIRMED)
    settle_indicators(session, actor, current_version(session, task_list), confirmed)
    return task_list


def _add_contacts(session: Session) -> None:
    """One invented contact a unit; two units stay without, so that the empty state is seen."""
    units = all_units(session)
    for number, unit in enumerate(units[:-2], start=1):
        session.add(
            Contact(
                unit_id=key(unit),
                name=f"示例联系人{number}",
                email=f"unit{number:02d}@example.org",
                role=Role.FILLER,
            )
        )
    session.add(Contact(name="示例统筹人", email="office@example.org", role=Role.COORDINATOR))


def _finished_round(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    period: Period,
    chance: random.Random,
    now: datetime,
) -> None:
    """The quarter before: nearly everything filed, a few late, then closed."""
    opened_at = now - timedelta(days=110)
    finished = open_round(session, actor, settings, task_list, period.key, opened_at)
    for unit, tasks in _owed(session, finished):
        filed = [task for task in tasks if chance.random() < 0.97]  # noqa: PLR2004
        at = min(finished.due_at, now) + timedelta(hours=chance.choice((-70, -46, -22, -3, 20)))
        _file(session, finished, unit, filed, chance, at)
    finished.announced_at = now
    finished.missing_told_at = now
    close_round(session, actor, finished, finished.due_at + timedelta(days=8))


def _running_round(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    period: Period,
    chance: random.Random,
    now: datetime,
) -> None:
    """Today's quarter: some units done, some half-way, some silent; a few reviewed, drafted, exempt, nil."""
    opened_at = now - timedelta(days=14)
    running = open_round(session, actor, settings, task_list, period.key, opened_at)
    calendar = work_calendar(session)
    for place, (unit, tasks) in enumerate(_owed(session, running)):
        share = _SHARES[place % len(_SHARES)]
        filed = tasks[: round(len(tasks) * share)]
        day = calendar.shift(now.astimezone(settings.site.zone).date(), -1 - place % 5)
        at = now - timedelta(days=(now.date() - day).days, hours=place % 6)
        _file(session, running, unit, filed, chance, at)
        _review(session, actor, running, unit, filed, chance, now)
        if len(filed) < len(tasks):
            _leave_draft(session, running, unit, tasks[len(filed)], chance, now)
    _exempt_one(session, actor, running)
    last_workday = calendar.shift(now.astimezone(settings.site.zone).date(), -1)
    reminded_at = datetime.combine(last_workday, settings.jobs.remind_at, settings.site.zone)
    send_reminders(session, actor, settings, plan_reminders(session, settings, reminded_at))


def _owed(session: Session, reporting_round: ReportingRound) -> list[tuple[OrgUnit, list[Task]]]:
    tasks = {key(task): task for task in tasks_of(session, reporting_round.version_id)}
    owed: dict[int, list[Task]] = {}
    for obligation in obligations_of(session, reporting_round):
        owed.setdefault(obligation.unit_id, []).append(tasks[obligation.task_id])
    return [(unit, owed[key(unit)]) for unit in all_units(session) if key(unit) in owed]


def _file(
    session: Session,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    tasks: list[Task],
    chance: random.Random,
    at: datetime,
) -> None:
    if tasks:
        asked = asked_indicators(session, reporting_round.version_id, list(map(key, tasks)))
        filings = [invented_filing(chance, task, asked.get(key(task), ()), at) for task in tasks]
        submit(session, _filer(unit), reporting_round, unit, filings, at)


def _review(
    session: Session,
    actor: Actor,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    tasks: list[Task],
    chance: random.Random,
    now: datetime,
) -> None:
    obligations = lock_obligations(session, reporting_round, key(unit), [key(task) for task in tasks])
    for task in tasks:
        obligation = obligations[key(task)]
        outcome = chance.choices((None, ReviewOutcome.ACCEPTED, ReviewOutcome.RETURNED), weights=(50, 45, 5))[
            0
        ]
        if outcome is not None:
            is_return = outcome is ReviewOutcome.RETURNED
            reason = "请补充本季度完成的具体数量和资金支出进度。" if is_return else ""
            review_update(session, actor, obligation, task, outcome, now, reason=reason)


def _leave_draft(
    session: Session,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    task: Task,
    chance: random.Random,
    now: datetime,
) -> None:
    save_draft(session, _filer(unit), reporting_round, unit, task, invented_text(chance), now)


def _exempt_one(session: Session, actor: Actor, reporting_round: ReportingRound) -> None:
    unit, tasks = _owed(session, reporting_round)[-1]
    obligation = lock_obligations(session, reporting_round, key(unit), [key(tasks[-1])])[key(tasks[-1])]
    exempt(session, actor, obligation, tasks[-1], "该县本季度没有此项任务。")


def _add_duties(
    session: Session, actor: Actor, settings: Settings, task_list: TaskList, now: datetime
) -> None:
    """One instruction to answer, and one task that its lead holds to be finished."""
    tasks = tasks_of(session, key(current_version(session, task_list)))
    today = now.astimezone(settings.site.zone).date()
    instruct(
        session,
        actor,
        settings,
        text="（示例）请会同有关单位尽快核实并报告进展。",
        instructed_by="示例领导",
        instructed_on=today,
        due_on=work_calendar(session).shift(today, 5),
        units=[unit_by_name(session, COUNTY)],
        now=now,
        about=(task_list, tasks[0]),
    )
    lead = unit_by_name(session, _LEAD)
    evidence = "（示例）目标已全部完成，材料见附件。"
    ask_close_out(session, _filer(lead), settings, task_list, tasks[0], lead, evidence, now)


def _filer(unit: OrgUnit) -> Actor:
    return Actor(role=Role.FILLER, label=f"{unit.name}（示例）", via="demo", unit_id=key(unit))
