"""One reminder of one round on another day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.reasons import require_reason
from tracker.errors import (
    InvalidValueError,
    NotAWorkdayError,
    RoundClosedError,
    RungSentError,
    UnknownRungError,
)
from tracker.i18n import mark
from tracker.models import RungMove, key
from tracker.store.reminders import told_rungs
from tracker.store.rounds import round_rules
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import ReportingRound

_FIELD = mark("改期理由")


def move_rung(
    session: Session,
    actor: Actor,
    settings: Settings,
    reporting_round: ReportingRound,
    rung: str,
    planned_on: date,
    reason: str,
    now: datetime,
) -> RungMove:
    """Puts the rung (its offset, "open" for the opening) on another working day; one that was left out comes then.

    Units with an extension have rungs of their own, which stay. Raises RoundClosedError, UnknownRungError,
    RungSentError where anybody has had it, NotAWorkdayError, and InvalidValueError for a day that has passed or
    without a reason.
    """
    actor.require_coordinating()
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)
    names = tuple(str(one.offset) for one in round_rules(reporting_round).ladder)
    if rung not in names:
        raise UnknownRungError(rung, names)
    if any(rung in told for told in told_rungs(session, reporting_round).values()):
        raise RungSentError(rung=rung)
    if planned_on < now.astimezone(settings.site.zone).date():
        raise InvalidValueError(field=mark("日期"), value=planned_on, reason=mark("这一天已经过去"))
    if not work_calendar(session).is_workday(planned_on):
        raise NotAWorkdayError(day=planned_on)
    move = RungMove(
        round_id=key(reporting_round),
        rung=rung,
        planned_on=planned_on,
        reason=require_reason(reason, field=_FIELD),
        moved_at=now,
        moved_by=actor.label,
    )
    session.add(move)
    session.flush()
    return move
