"""Pauses: a unit that nobody reminds for a while, in one round or in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.reasons import require_reason
from tracker.errors import (
    NothingExpectedError,
    PauseEndedError,
    PauseOverError,
    RoundClosedError,
    UnknownPauseError,
)
from tracker.i18n import mark
from tracker.models import ChasePause, key
from tracker.store.rounds import obligations_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, ReportingRound

_FIELD = mark("暂停理由")


def pause_chasing(
    session: Session,
    actor: Actor,
    settings: Settings,
    unit: OrgUnit,
    reason: str,
    now: datetime,
    *,
    reporting_round: ReportingRound | None = None,
    last_on: date | None = None,
) -> ChasePause:
    """No reminder goes out by itself to the unit from now on, in the round or in all where none is given, until the
    end of `last_on` or until it is ended.

    Raises RoundClosedError, NothingExpectedError, PauseOverError for a day that has passed, InvalidValueError (reason).
    """
    actor.require_coordinating()
    if reporting_round is not None:
        if reporting_round.closed_at:
            raise RoundClosedError(period=reporting_round.period)
        if not obligations_of(session, reporting_round, unit_id=key(unit)):
            raise NothingExpectedError(unit=unit.name, period=reporting_round.period)
    if last_on is not None and last_on < now.astimezone(settings.site.zone).date():
        raise PauseOverError(last=last_on)
    pause = ChasePause(
        unit_id=key(unit),
        round_id=None if reporting_round is None else key(reporting_round),
        last_on=last_on,
        reason=require_reason(reason, field=_FIELD),
        paused_at=now,
        paused_by=actor.label,
    )
    session.add(pause)
    session.flush()
    return pause


def end_pause(session: Session, actor: Actor, pause_id: int, now: datetime) -> ChasePause:
    """The unit is reminded again, of the newest rung at once. Raises UnknownPauseError, PauseEndedError."""
    actor.require_coordinating()
    pause = session.get(ChasePause, pause_id, with_for_update=True, populate_existing=True)
    if pause is None:
        raise UnknownPauseError(pause_id)
    if pause.ended_at:
        raise PauseEndedError(number=pause_id, by=pause.ended_by)
    pause.ended_at, pause.ended_by = now, actor.label
    session.add(pause)
    return pause
