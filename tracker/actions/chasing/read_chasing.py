"""How a round is chased, read from what is stored: its rules, extensions, pauses and moved rungs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.chasing import Chasing, LaterDue, Quiet
from tracker.domain.send_window import SendWindow
from tracker.store.extensions import extensions_of
from tracker.store.pauses import moved_rungs, pauses_in
from tracker.store.rounds import round_rules
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import ReportingRound


def send_window(session: Session, settings: Settings) -> SendWindow:
    """The hours of the site on the stored calendar."""
    jobs = settings.jobs
    return SendWindow(jobs.send_from, jobs.send_until, work_calendar(session), settings.site.zone)


def read_chasing(
    session: Session, settings: Settings, window: SendWindow, reporting_round: ReportingRound
) -> Chasing:
    rules = round_rules(reporting_round)
    return Chasing(
        ladder=rules.ladder,
        opened_at=reporting_round.opened_at,
        due_at=reporting_round.due_at,
        closes_at=reporting_round.closed_at or reporting_round.locks_at,
        off_since=reporting_round.chasing_off_since,
        remind_at=rules.remind_at or settings.jobs.remind_at,
        window=window,
        moved_to=moved_rungs(session, reporting_round),
        later={
            unit_id: LaterDue(extension.due_at, extension.granted_at)
            for unit_id, extension in extensions_of(session, reporting_round).items()
        },
        quiet={
            unit_id: tuple(Quiet(pause.paused_at, pause.last_on, pause.reason) for pause in pauses)
            for unit_id, pauses in pauses_in(session, reporting_round).items()
        },
    )
