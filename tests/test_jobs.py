"""What runs by itself: a quarter from its opening to its closing, and sweeps that do nothing twice."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
from sqlalchemy import event
from sqlmodel import col, delete, select

from tests.domain.calendar_2024 import CALENDAR
from tests.example import COORDINATOR, PERIOD, SHANGHAI, SLUG, Example, build_example
from tracker import jobs
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.review.review_update import review_update
from tracker.domain.states import OUTSTANDING
from tracker.mail.due_event import is_calendar
from tracker.models import (
    CalendarDay,
    JobRun,
    MailAttachment,
    MailState,
    Obligation,
    OutgoingMail,
    Reminder,
    ReportingRound,
    ReviewOutcome,
    Task,
)
from tracker.store.rounds import round_by_name

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    import pytest
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

FROM = datetime(2024, 9, 12, 23, tzinfo=SHANGHAI)
UNTIL = datetime(2024, 10, 14, 9, tzinfo=SHANGHAI)
# Midnight, when rounds open and close; the hours around the reminders'; and some where nothing may happen.
HOURS = (0, 3, 8, 9, 10, 16, 23)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=SHANGHAI)


def unopened(session: Session, settings: Settings) -> Example:
    """The example as it is before its round is opened."""
    example = build_example(session, settings)
    session.exec(delete(Obligation))
    session.exec(delete(ReportingRound))
    # Other years only make hundreds of sweeps slow.
    session.exec(delete(CalendarDay).where(col(CalendarDay.day) < FROM.date()))
    return example


def numbers_in(mail: OutgoingMail) -> list[str]:
    return re.findall(r"^ +第 (\S+) 项　", mail.text, re.MULTILINE)


@dataclass
class Quarter:
    """The quarter as it goes by, with what the units do in between."""

    database: Database
    settings: Settings
    example: Example

    def live(
        self, moments: Iterable[datetime], events: dict[datetime, Callable[[Session, ReportingRound], None]]
    ) -> None:
        waiting = sorted(events)
        for now in moments:
            while waiting and waiting[0] <= now:
                with self.database.transaction() as session:
                    _, current = round_by_name(session, SLUG, PERIOD)
                    events[waiting.pop(0)](session, current)
            found = jobs.sweep(self.database, self.settings, now)
            assert set(found) == {name for name, _ in jobs.SWEEPS}, "a sweep failed"
            self.check_new_mails(now)
        assert not waiting

    def check_new_mails(self, now: datetime) -> None:
        with self.database.reading() as session:
            mails = session.exec(select(OutgoingMail).where(OutgoingMail.created_at == now)).all()
            if not mails:
                return
            assert CALENDAR.is_workday(now.date()), "a mail on a day off"
            assert 8 <= now.hour < 18, "a mail outside office hours"
            outstanding: dict[int, list[str]] = {}
            for unit_id, number in session.exec(
                select(Obligation.unit_id, Task.number)
                .join(Task, col(Task.id) == col(Obligation.task_id))
                .where(col(Obligation.state).in_(sorted(OUTSTANDING)))
                .order_by(col(Task.position))
            ):
                outstanding.setdefault(unit_id, []).append(number)
        units = {
            "bureau@example.org": self.example.bureau.id,
            "a@example.org": self.example.county_a.id,
            "b@example.org": self.example.county_b.id,
        }
        for mail in mails:
            if mail.kind == "reminder":
                assert numbers_in(mail) == outstanding[units[mail.to_address] or 0]


def filing(
    example: Example, unit: OrgUnit, now: datetime, *numbers: int
) -> Callable[[Session, ReportingRound], None]:
    def act(session: Session, current: ReportingRound) -> None:
        filings = [Filing(example.tasks[n - 1], f"{unit.name}第{n}项已完成") for n in numbers]
        outcome = submit(session, example.filer(unit), current, unit, filings, now)
        assert outcome.refused == ()

    return act


def returning(
    example: Example, unit: OrgUnit, now: datetime, number: int
) -> Callable[[Session, ReportingRound], None]:
    def act(session: Session, current: ReportingRound) -> None:
        task = example.tasks[number - 1]
        found = session.exec(
            select(Obligation).where(
                Obligation.round_id == current.id,
                Obligation.task_id == task.id,
                Obligation.unit_id == unit.id,
            )
        ).one()
        review_update(session, COORDINATOR, found, task, ReviewOutcome.RETURNED, now, reason="请补充")

    return act


def without_syncing(database: Database) -> None:
    """Thousands of commits: what a power cut would lose is not asked here."""
    if database.is_sqlite:

        @event.listens_for(database.engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")


def test_a_whole_quarter_runs_by_itself(sqlite_database: Database, settings: Settings) -> None:
    without_syncing(sqlite_database)
    with sqlite_database.transaction() as session:
        example = unopened(session, settings)
    bureau, a, b = example.bureau, example.county_a, example.county_b
    hours = (FROM + timedelta(hours=n) for n in range((UNTIL - FROM).days * 24 + 25))
    Quarter(sqlite_database, settings, example).live(
        (hour for hour in hours if hour.hour in HOURS and hour <= UNTIL),
        {
            at(9, 20, 10, 30): filing(example, a, at(9, 20, 10, 30), 1),
            # Half an hour after a rung, and half an hour before one.
            at(9, 25, 9, 30): filing(example, bureau, at(9, 25, 9, 30), 1, 2, 3),
            at(9, 30, 8, 30): filing(example, a, at(9, 30, 8, 30), 2),
            at(10, 10, 8, 30): returning(example, bureau, at(10, 10, 8, 30), 3),
            # After that day's rung: no reminder of it by itself.
            at(10, 10, 15, 30): returning(example, a, at(10, 10, 15, 30), 1),
            at(10, 11, 10, 30): filing(example, b, at(10, 11, 10, 30), 1),
        },
    )
    with sqlite_database.reading() as session:
        mails = session.exec(select(OutgoingMail)).all()
        closed = session.exec(select(ReportingRound)).one()
        rungs = session.exec(select(Reminder.unit_id, Reminder.rung)).all()
        attached = session.exec(select(MailAttachment)).all()
    assert sorted(
        (mail.created_at.astimezone(SHANGHAI), mail.kind, mail.to_address, numbers_in(mail)) for mail in mails
    ) == [
        # The round was opened by itself on Friday 13 September; the first hour for mail is 9 o'clock here.
        (at(9, 13, 9), "round_opened", "a@example.org", ["1", "2"]),
        (at(9, 13, 9), "round_opened", "b@example.org", ["1", "2", "3"]),
        (at(9, 13, 9), "round_opened", "bureau@example.org", ["1", "2", "3"]),
        (at(9, 18, 9), "reminder", "a@example.org", ["1", "2"]),
        (at(9, 18, 9), "reminder", "b@example.org", ["1", "2", "3"]),
        (at(9, 18, 9), "reminder", "bureau@example.org", ["1", "2", "3"]),
        (at(9, 25, 9), "reminder", "a@example.org", ["2"]),
        (at(9, 25, 9), "reminder", "b@example.org", ["1", "2", "3"]),
        (at(9, 25, 9), "reminder", "bureau@example.org", ["1", "2", "3"]),
        (at(9, 30, 9), "reminder", "b@example.org", ["1", "2", "3"]),
        (at(10, 8, 9), "account_preview", "office@example.org", []),
        (at(10, 8, 9), "missing_units", "office@example.org", []),
        (at(10, 8, 9), "reminder", "b@example.org", ["1", "2", "3"]),
        (at(10, 10, 9), "interviews", "office@example.org", []),
        (at(10, 10, 9), "reminder", "b@example.org", ["1", "2", "3"]),
        (at(10, 10, 9), "reminder", "bureau@example.org", ["3"]),
        (at(10, 14, 8), "round_closed", "office@example.org", []),
    ]
    assert len(set(rungs)) == len(rungs) == 13
    assert closed.opened_at == at(9, 13, 0)
    assert closed.closed_at == at(10, 13, 0)
    kinds = {mail.id: mail.kind for mail in mails}
    sheets = [found for found in attached if not is_calendar(found.media_type)]
    assert sorted(kinds[found.mail_id] for found in sheets) == [
        *["account_preview"] * 2,
        "round_closed",
        *["round_opened"] * 3,
    ]
    (workbook,) = (found for found in sheets if kinds[found.mail_id] == "round_closed")
    entries = [kinds[found.mail_id] for found in attached if is_calendar(found.media_type)]
    # Every mail that came before the due moment brings the due day for the reader's own calendar.
    assert sorted(entries) == ["reminder"] * 7 + ["round_opened"] * 3
    book = openpyxl.load_workbook(BytesIO(workbook.content))
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value]
    assert any("乙县第1项已完成" in cell for cell in cells)


def test_a_quarter_swept_only_now_and_then_never_repeats_or_catches_up_more_than_once(
    sqlite_database: Database, settings: Settings
) -> None:
    """The process runs for one sweep every 59 hours: rungs are late, but none comes twice or on a day off."""
    without_syncing(sqlite_database)
    with sqlite_database.transaction() as session:
        example = unopened(session, settings)
    Quarter(sqlite_database, settings, example).live((FROM + timedelta(hours=59 * n) for n in range(13)), {})
    with sqlite_database.reading() as session:
        rungs = session.exec(select(Reminder.unit_id, Reminder.rung)).all()
        kinds = ("reminder", "round_opened")
        mails = session.exec(select(OutgoingMail).where(col(OutgoingMail.kind).in_(kinds))).all()
    assert len(set(rungs)) == len(rungs) == len(mails)
    assert {unit_id for unit_id, _ in rungs} == {example.bureau.id, example.county_a.id, example.county_b.id}


def test_one_moment_is_swept_by_one_process_only(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        unopened(session, settings)
    now = at(9, 18, 9)
    gate = threading.Barrier(4)
    found: list[dict[str, int]] = []

    def sweep() -> None:
        gate.wait(timeout=30)
        found.append(jobs.sweep(database, settings, now))

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    taken = [name for one in found for name in one]
    assert sorted(taken) == sorted(name for name, _ in jobs.SWEEPS)
    assert sum(one.get("open_rounds", 0) for one in found) == 1
    with database.reading() as session:
        rounds = session.exec(select(ReportingRound)).all()
        runs = session.exec(select(JobRun)).all()
        reminders = session.exec(select(Reminder)).all()
    assert len(rounds) == 1
    assert {run.job: run.planned_at for run in runs} == dict.fromkeys(taken, now)
    assert all(run.finished_at == now for run in runs)
    assert len(reminders) <= 3


def test_two_moments_of_one_interval_are_one_run(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        unopened(session, settings)
    now = at(9, 18, 9)
    assert jobs.sweep(sqlite_database, settings, now)["remind"] == 3
    assert jobs.sweep(sqlite_database, settings, now + timedelta(seconds=59)) == {}
    assert jobs.sweep(sqlite_database, settings, now + timedelta(seconds=60))["remind"] == 0


def test_a_sweep_that_fails_does_not_keep_the_others_from_running(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_database: Database, _settings: Settings, _now: datetime) -> int:
        raise RuntimeError("broken")

    with sqlite_database.transaction() as session:
        unopened(session, settings)
    with monkeypatch.context() as patch:
        sweeps = tuple((name, fail if name == "open_rounds" else run) for name, run in jobs.SWEEPS)
        patch.setattr(jobs, "SWEEPS", sweeps)
        found = jobs.sweep(sqlite_database, settings, at(9, 18, 9))
    assert set(found) == {name for name, _ in jobs.SWEEPS} - {"open_rounds"}
    # At the next moment it is tried again, and what it opens is chased in the same sweep.
    found = jobs.sweep(sqlite_database, settings, at(9, 18, 9, 1))
    assert (found["open_rounds"], found["remind"]) == (1, 3)


def test_old_runs_are_forgotten(sqlite_database: Database, settings: Settings) -> None:
    jobs.sweep(sqlite_database, settings, at(9, 18, 9))
    jobs.sweep(sqlite_database, settings, at(10, 19, 9))
    with sqlite_database.reading() as session:
        planned = {run.planned_at for run in session.exec(select(JobRun))}
    assert planned == {at(10, 19, 9)}


def test_the_scheduler_sweeps_and_delivers_at_once_and_stops_when_told(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
    now = at(9, 30, 9)
    quick = settings.model_copy(
        update={"jobs": settings.jobs.model_copy(update={"sweep_seconds": 1, "deliver_seconds": 1})}
    )
    # The scheduler itself runs by the real clock; the moment its jobs are handed stands still.
    started, moments = datetime.now(UTC), []

    def clock() -> datetime:
        moments.append(now)
        return datetime.now(UTC) if len(moments) == 1 else now

    done = threading.Event()

    def all_sent() -> bool:
        with sqlite_database.reading() as session:
            states = [mail.state for mail in session.exec(select(OutgoingMail))]
        return len(states) == 3 and set(states) == {MailState.SENT}

    scheduler = jobs.start(sqlite_database, quick, clock)
    try:
        while not all_sent() and datetime.now(UTC) < started + timedelta(seconds=20):
            done.wait(0.05)
    finally:
        scheduler.shutdown()
    assert all_sent()
    assert len(list(settings.at_root(settings.mail.folder).glob("*.eml"))) == 3
    assert not scheduler.running
