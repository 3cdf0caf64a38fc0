"""A year of the Guilin list lived day by day: the real jobs, the real delivery, units that file when they please."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING, Final

from sqlmodel import col, delete, select

from tests.example import COORDINATOR, SHANGHAI
from tests.test_jobs import without_syncing
from tracker import jobs
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list
from tracker.actions.mailing.deliver import deliver
from tracker.actions.rounds.plan_year import list_calendar
from tracker.actions.site.prepare_database import seed_calendar
from tracker.domain.actors import Actor, Role
from tracker.domain.spans import spans_of
from tracker.models import (
    CalendarDay,
    CalendarYear,
    Contact,
    MailState,
    Obligation,
    OrgUnit,
    OutgoingMail,
    Reminder,
    ReminderMail,
    ReportingRound,
    Task,
    key,
)
from tracker.store.lists import list_by_slug
from tracker.store.units import all_units

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.actions.lists.list_content import ListContent
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.year_plan import PlannedRound

SLUG: Final = "guilin-2022-2024"
OFFICE: Final = "office@example.org"
_COUNTIES: Final = ("临桂区", "龙胜各族自治县", "资源县")
# Midnight, when rounds open and close; when the hours begin, when reminders go, and when the hours are over.
_SWEEPS: Final = (time(0), time(8), time(9), time(18))
# On days when no round is open and none was a moment ago.
_IDLE_SWEEPS: Final = (time(0), time(9))


@dataclass(frozen=True, slots=True)
class Told:
    """One mail about one round that left at `at`; `rung` is "" for what coordinators are told."""

    at: datetime
    kind: str
    to: str
    period: str
    rung: str = ""


@dataclass(slots=True)
class Year:
    """The site with its list. By period and unit id: `filed` is when a unit files its last text of a round,
    `silent` who never files them all."""

    database: Database
    settings: Settings
    year: int
    seed: int
    plan: tuple[PlannedRound, ...] = ()
    units: dict[int, str] = field(default_factory=dict)
    filed: dict[tuple[str, int], datetime] = field(default_factory=dict)
    silent: set[tuple[str, int]] = field(default_factory=set)

    def owes(self, period: str, unit_id: int, at: datetime) -> bool:
        """Whether the unit still owes something of the round at `at`."""
        place = (period, unit_id)
        return place in self.silent or (place in self.filed and at <= self.filed[place])

    @property
    def starts_at(self) -> datetime:
        return datetime(self.year, 1, 1, tzinfo=SHANGHAI)

    @property
    def ends_at(self) -> datetime:
        return datetime(self.year + 1, 1, 1, tzinfo=SHANGHAI)


def staged(database: Database, settings: Settings, year: int, *, is_whole: bool, seed: int) -> Year:
    """The list as of New Year's Eve, on its rounds of `year`; one contact a unit, one coordinator."""
    without_syncing(database)
    content = _content(load_list(settings, SLUG), year, is_whole=is_whole)
    found = Year(database, settings, year, seed)
    with database.transaction() as session:
        seed_calendar(session)
        session.flush()
        # Other years only make thousands of sweeps slow.
        first, last = date(year - 1, 12, 1), date(year + 1, 2, 28)
        session.exec(
            delete(CalendarDay).where((col(CalendarDay.day) < first) | (col(CalendarDay.day) > last))
        )
        session.exec(delete(CalendarYear).where(col(CalendarYear.year) < year - 1))
        import_list(session, COORDINATOR, content, found.starts_at)
        for unit in all_units(session):
            found.units[key(unit)] = f"unit{unit.id}@example.org"
            session.add(
                Contact(unit_id=unit.id, name=unit.name, email=found.units[key(unit)], role=Role.FILLER)
            )
        session.add(Contact(name="示例统筹人", email=OFFICE, role=Role.COORDINATOR))
        session.flush()
        found.plan = list_calendar(session, settings, list_by_slug(session, SLUG), year, found.starts_at)
    return found


def _content(content: ListContent, year: int, *, is_whole: bool) -> ListContent:
    """The list as it is; or its first six tasks, which one department leads, with three of the counties."""
    periods = {"first_period": f"{year - 1}Q4", "last_period": f"{year}Q4"}
    if is_whole:
        return replace(content, definition=content.definition.model_copy(update=periods))
    units = tuple(
        unit for unit in content.definition.units if unit.kind != "county" or unit.name in _COUNTIES
    )
    definition = content.definition.model_copy(update={**periods, "units": units})
    return replace(
        content,
        definition=definition,
        tasks=content.tasks[:6],
        rows=content.rows[:6],
        outline=(),
        indicators=(),
    )


def live(year: Year) -> None:
    """Every day from the first to the last: sweeps and deliveries at fixed times, filings when they come."""
    chance = random.Random(year.seed)
    waiting: list[tuple[datetime, int, int, int]] = []
    known: set[int] = set()
    idle = timedelta(days=4)
    open_until = day = year.starts_at
    while day < year.ends_at:
        for at_time in _SWEEPS if day <= open_until + idle else _IDLE_SWEEPS:
            now = datetime.combine(day.date(), at_time, SHANGHAI)
            while waiting and waiting[0][0] < now:
                _file(year, *waiting.pop(0))
            found = jobs.sweep(year.database, year.settings, now)
            assert set(found) == {name for name, _ in jobs.SWEEPS}, "a sweep failed"
            deliver(year.database, year.settings, clock=lambda now=now: now)  # type: ignore[misc]
            if found["open_rounds"]:
                waiting = sorted(waiting + _filings(year, chance, known))
                open_until = _last_closing(year)
        day += timedelta(days=1)


def _last_closing(year: Year) -> datetime:
    with year.database.reading() as session:
        return max(found.locks_at for found in session.exec(select(ReportingRound)) if found.locks_at)


def _filings(year: Year, chance: random.Random, known: set[int]) -> list[tuple[datetime, int, int, int]]:
    """Moment, round, unit and task of every text that will be filed in the rounds that have just been opened."""
    found = []
    with year.database.reading() as session:
        for opened in session.exec(select(ReportingRound).where(col(ReportingRound.id).not_in(known))):
            known.add(key(opened))
            owed: dict[int, list[int]] = defaultdict(list)
            for obligation in session.exec(select(Obligation).where(Obligation.round_id == opened.id)):
                owed[obligation.unit_id].append(obligation.task_id)
            habits = _habits(chance, len(owed))
            for (unit_id, task_ids), habit in zip(sorted(owed.items()), habits, strict=True):
                for task_id in task_ids:
                    at = _moment(chance, habit, opened)
                    if at is not None:
                        found.append((at, key(opened), unit_id, task_id))
                if habit == "never":
                    year.silent.add((opened.period, unit_id))
                else:
                    last = max(
                        at for at, round_id, unit, _ in found if (round_id, unit) == (opened.id, unit_id)
                    )
                    year.filed[opened.period, unit_id] = last
    return found


def _habits(chance: random.Random, count: int) -> list[str]:
    """One for each unit. Somebody is always silent, somebody always late, somebody in time on the last day."""
    habits = ["never", "late", "last day", *chance.choices(("early", "last day", "late", "never"), k=count)]
    habits = habits[:count]
    chance.shuffle(habits)
    return habits


def _moment(chance: random.Random, habit: str, opened: ReportingRound) -> datetime | None:
    """When such a unit files one text, to the second; None for never."""
    opened_at, due_at = opened.opened_at.astimezone(SHANGHAI), opened.due_at.astimezone(SHANGHAI)
    closes_at = (opened.locks_at or due_at).astimezone(SHANGHAI)
    match habit:
        case "early":
            span = (opened_at, opened_at + (due_at - opened_at) / 2)
        case "last day":
            span = (datetime.combine(due_at.date(), time(0, 0, 1), SHANGHAI), due_at)
        case "late":
            span = (due_at + timedelta(seconds=1), closes_at)
        case _:
            return None
    return span[0] + (span[1] - span[0]) * chance.random()


def _file(year: Year, at: datetime, round_id: int, unit_id: int, task_id: int) -> None:
    with year.database.transaction() as session:
        current = session.get_one(ReportingRound, round_id)
        unit, task = session.get_one(OrgUnit, unit_id), session.get_one(Task, task_id)
        filer = Actor(role=Role.FILLER, label=unit.name, via="test", unit_id=unit_id)
        outcome = submit(session, filer, current, unit, [Filing(task, "示例：已按要求完成。")], at)
        assert outcome.refused == ()


def mails(year: Year) -> list[Told]:
    """What was told, once for each round that a mail speaks of, when it left the queue."""
    with year.database.reading() as session:
        found = session.exec(select(OutgoingMail)).all()
        assert {mail.state for mail in found} <= {MailState.SENT, MailState.CANCELLED}
        reminded = _reminded(session)
        return [
            Told(mail.sent_at.astimezone(SHANGHAI), mail.kind, mail.to_address, period, rung)
            for mail in found
            if mail.sent_at
            for period, rung in reminded.get(key(mail)) or [(_period_in(mail.text, year), "")]
        ]


def files(year: Year) -> list[str]:
    """Message-IDs of what lies in the folder of sent mail."""
    folder = year.settings.at_root(year.settings.mail.folder)
    return [str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in folder.glob("*.eml")]


def _reminded(session: Session) -> dict[int, list[tuple[str, str]]]:
    """By mail id, the periods and rungs that it was about."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = session.exec(
        select(ReminderMail.mail_id, ReportingRound.period, Reminder.rung)
        .join(Reminder, col(Reminder.id) == col(ReminderMail.reminder_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Reminder.round_id))
    )
    for mail_id, period, rung in rows:
        found[mail_id].append((period, rung))
    return found


def _period_in(text: str, year: Year) -> str:
    """The one round, or half-year, that a mail to the coordinators speaks of."""
    periods = {found.period for found in year.plan}
    periods |= {span for period in periods for span in spans_of(period) if span.type == "half_year"}
    (period,) = [period for period in periods if period.label in text]
    return period.key
