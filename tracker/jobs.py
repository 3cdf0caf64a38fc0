"""What runs by itself, and when. Each job is one call that says how much work it found.

A job is a sweep: it does whatever is due now and has not been done, so a process that was down for a day
catches up by running once. Rows with unique keys (rounds, rungs, causes of mail) keep a sweep from doing
anything twice; the claim of a run only spares other processes the work.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from tracker.actions.chasing.interviews import tell_interviews
from tracker.actions.chasing.send_due_reminders import send_due_reminders
from tracker.actions.chasing.tell_coordinators import announce_closed_rounds, tell_missing
from tracker.actions.documents.send_documents import send_previews, send_summaries
from tracker.actions.documents.send_published import send_published
from tracker.actions.duties.tell_instruction import remind_instructions as remind_of_instructions
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import is_time_to_poll, receive_mail
from tracker.actions.mailing.deliver import deliver_all
from tracker.actions.rounds.close_round import close_expired_rounds
from tracker.actions.rounds.open_round import open_scheduled_rounds
from tracker.actions.search.index_texts import index_texts
from tracker.domain.actors import system
from tracker.store.jobruns import claim_run, finish_run, forget_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.config import Settings
    from tracker.db import Database

_ACTOR: Final = system("jobs")
_KEEP_RUNS: Final = timedelta(days=30)
# A few seconds' work: the sweep is not held up by the first index of a large site.
_MOST_INDEXED: Final = 5_000
_log = structlog.get_logger()


def open_rounds(database: Database, settings: Settings, now: datetime) -> int:
    """Opens the rounds whose opening day has come."""
    with database.transaction() as session:
        return len(open_scheduled_rounds(session, _ACTOR, settings, now))


def remind(database: Database, settings: Settings, now: datetime) -> int:
    """Queues the reminders whose rung has come; the number of mails."""
    return send_due_reminders(database, _ACTOR, settings, now)[1]


def remind_instructions(database: Database, settings: Settings, now: datetime) -> int:
    """Queues the reminders of instructions that wait for an answer; the number of mails."""
    with database.transaction() as session:
        return remind_of_instructions(session, settings, now)


def report_missing(database: Database, settings: Settings, now: datetime) -> int:
    """Queues the list of missing units for the coordinators, after the due day."""
    with database.transaction() as session:
        return tell_missing(session, settings, now)


def propose_interviews(database: Database, settings: Settings, now: datetime) -> int:
    """Queues the draft list of units to be spoken to, when the ladder has come to the coordinators."""
    with database.transaction() as session:
        return tell_interviews(session, settings, now)


def close_rounds(database: Database, settings: Settings, now: datetime) -> int:
    """Closes the rounds whose time is over and mails their workbooks."""
    with database.transaction() as session:
        close_expired_rounds(session, _ACTOR, now)
    return announce_closed_rounds(database, settings, now)


def index_filed_texts(database: Database, _settings: Settings, now: datetime) -> int:
    """Puts what was filed into the index of the search; the number of texts."""
    return index_texts(database, now, at_most=_MOST_INDEXED)


def forget_old_runs(database: Database, _settings: Settings, now: datetime) -> int:
    """Keeps the table of runs small."""
    with database.transaction() as session:
        forget_runs(session, now - _KEEP_RUNS)
    return 0


# In the order in which a sweep needs them: what is opened can be chased in the same minute.
SWEEPS: Final[tuple[tuple[str, Callable[[Database, Settings, datetime], int]], ...]] = (
    ("open_rounds", open_rounds),
    ("remind", remind),
    ("remind_instructions", remind_instructions),
    ("report_missing", report_missing),
    ("propose_interviews", propose_interviews),
    ("close_rounds", close_rounds),
    ("send_previews", send_previews),
    ("send_summaries", send_summaries),
    ("send_published", send_published),
    ("forget_old_runs", forget_old_runs),
    ("index_filed_texts", index_filed_texts),
)


def sweep(database: Database, settings: Settings, now: datetime) -> dict[str, int]:
    """Runs every sweep that no other process has taken for this moment; the work each found.

    One that fails is logged and does not keep the others from running; it is tried again at the next moment.
    """
    return _run_claimed(database, settings, now, SWEEPS, settings.jobs.sweep_seconds)


def read_mailbox(database: Database, settings: Settings, now: datetime) -> int:
    """Takes in what is new in the mailbox, and settles it and what was held; the number of mails settled."""
    with database.reading() as session:
        is_time = is_time_to_poll(session, settings, now)
    if is_time:
        receive_mail(database, settings, now)
    return process_mail(database, settings, now)


def poll(database: Database, settings: Settings, now: datetime) -> dict[str, int]:
    """Reads the mailbox, where no other process has taken this moment."""
    return _run_claimed(
        database, settings, now, (("read_mailbox", read_mailbox),), settings.mailbox.imap.poll_seconds
    )


def _run_claimed(
    database: Database,
    settings: Settings,
    now: datetime,
    runs: Sequence[tuple[str, Callable[[Database, Settings, datetime], int]]],
    interval: int,
) -> dict[str, int]:
    planned_at = datetime.fromtimestamp(now.timestamp() // interval * interval, UTC)
    found: dict[str, int] = {}
    for name, run in runs:
        try:
            with database.transaction() as session:
                is_mine = claim_run(session, name, planned_at)
            if not is_mine:
                continue
            found[name] = run(database, settings, now)
            with database.transaction() as session:
                finish_run(session, name, planned_at, now, str(found[name]))
        except Exception:  # noqa: BLE001 - whatever it was, the other sweeps must run
            _log.exception("job_failed", job=name)
        else:
            if found[name]:
                _log.info("job_done", job=name, found=found[name])
    return found


def start(database: Database, settings: Settings, now: Callable[[], datetime]) -> BackgroundScheduler:
    """A running scheduler of its own threads; `shutdown()` ends it.

    The job store is memory: two processes must not share one of APScheduler 3. Misfires are run late, once.
    """
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        # A slow mail server must not hold up the sweeps.
        executors={name: ThreadPoolExecutor(1) for name in ("default", "mail", "mailbox")},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone=settings.site.zone,
    )
    at_once = now()
    scheduler.add_job(
        lambda: sweep(database, settings, now()),
        "interval",
        seconds=settings.jobs.sweep_seconds,
        next_run_time=at_once,
        id="sweep",
    )
    scheduler.add_job(
        # No longer than until its next turn, so that a stop waits for one batch and not for the whole queue.
        lambda: deliver_all(
            database, settings, clock=now, for_at_most=timedelta(seconds=settings.jobs.deliver_seconds)
        ),
        "interval",
        seconds=settings.jobs.deliver_seconds,
        next_run_time=at_once,
        id="deliver",
        executor="mail",
    )
    scheduler.add_job(
        lambda: poll(database, settings, now()),
        "interval",
        seconds=settings.mailbox.imap.poll_seconds,
        next_run_time=at_once,
        id="poll",
        executor="mailbox",
    )
    scheduler.start()
    return scheduler
