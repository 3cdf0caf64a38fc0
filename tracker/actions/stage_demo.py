"""A site for looking around: the real table, an invented quarter in mid-flight around today, labelled 示例.

Units, tasks and rules are those of the bundled list; every text, contact and account is invented.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tracker.actions.accounts import add_account
from tracker.actions.close_round import close_round
from tracker.actions.file_progress import Filing, submit
from tracker.actions.import_list import import_list
from tracker.actions.load_list import load_list
from tracker.actions.open_round import open_round
from tracker.actions.prepare_database import prepare_database
from tracker.actions.remind import plan_reminders, send_reminders
from tracker.actions.review_update import exempt, review_update
from tracker.actions.save_draft import save_draft
from tracker.domain.actors import Actor, Role
from tracker.domain.periods import Period
from tracker.models import Contact, ReviewOutcome, key
from tracker.store.lists import all_lists, list_by_slug, tasks_of
from tracker.store.rounds import lock_obligations, obligations_of
from tracker.store.units import all_units, unit_by_name
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit, ReportingRound, Task, TaskList

COORDINATOR: Final = "coordinator"
COUNTY: Final = "临桂区"
_SOURCE: Final = "guilin-2022-2024"
_SLUG: Final = "demo"
# How far the quarter has come: the share of texts filed by units that are quick, usual and slow.
_SHARES: Final = (1.0, 0.85, 0.6, 0.25, 0.0)
_DAYS_LEFT: Final = 3
_DID: Final = (
    "组织召开工作推进会{n}次，印发实施方案，明确责任分工和完成时限",
    "开展专题培训{n}期，覆盖{m}人次，合格率达到{p}%",
    "安排衔接资金{m}万元，实施项目{n}个，已完工{k}个，资金支付进度{p}%",
    "深入{n}个乡镇走访脱贫户{m}户，收集问题{k}条，已全部交办",
    "对接企业{n}家，签订意向协议{k}份，带动脱贫户{m}户增收",
)
_NEXT: Final = (
    "下一步将加快项目建设进度，确保年底前全面完成",
    "下一步将加强跟踪督促，对进度滞后的乡镇逐一提醒",
    "存在的主要问题是部分项目前期手续办理较慢，已安排专人跟进",
)


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
        _account, coordinator = add_account(session, actor, COORDINATOR, Role.COORDINATOR, now)
        county = unit_by_name(session, COUNTY)
        _account, filer = add_account(session, actor, COUNTY, Role.FILLER, now, unit=county)
    return {COORDINATOR: coordinator, COUNTY: filer}


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
        update={"due_day": due_on.day, "due_month": (due_on.month - 1) % 3 + 1}
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
    return list_by_slug(session, _SLUG)


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
    if not tasks:
        return
    filings = [
        Filing(task, "本季度没有新增安排，工作按原计划持续推进。", is_nil=True)
        if chance.random() < 0.02  # noqa: PLR2004
        else Filing(task, _text(chance))
        for task in tasks
    ]
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
    save_draft(session, _filer(unit), reporting_round, unit, task, _text(chance), now)


def _exempt_one(session: Session, actor: Actor, reporting_round: ReportingRound) -> None:
    unit, tasks = _owed(session, reporting_round)[-1]
    obligation = lock_obligations(session, reporting_round, key(unit), [key(tasks[-1])])[key(tasks[-1])]
    exempt(session, actor, obligation, tasks[-1], "该县本季度没有此项任务。")


def _filer(unit: OrgUnit) -> Actor:
    return Actor(role=Role.FILLER, label=f"{unit.name}（示例）", via="demo", unit_id=key(unit))


def _text(chance: random.Random) -> str:
    """An invented account of progress, 60 to 250 characters, marked as such."""
    done = chance.sample(_DID, k=chance.choice((1, 2, 3)))
    sentences = [
        sentence.format(
            n=chance.randint(2, 12),
            m=chance.randint(20, 900),
            k=chance.randint(2, 40),
            p=chance.randint(55, 100),
        )
        for sentence in done
    ]
    return "（示例）本季度" + "；".join(sentences) + "。" + chance.choice(_NEXT) + "。"
