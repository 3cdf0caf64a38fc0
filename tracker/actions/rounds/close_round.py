"""Closes a round, by hand or when its time has come, and switches its chasing on or off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import RoundClosedError
from tracker.store.rounds import rounds_to_close

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import ReportingRound


def close_round(session: Session, actor: Actor, reporting_round: ReportingRound, now: datetime) -> None:
    """From now on nothing can be filed. Raises RoundClosedError the second time."""
    actor.require_coordinating()
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)
    reporting_round.closed_at = now
    session.add(reporting_round)


def close_expired_rounds(session: Session, actor: Actor, now: datetime) -> int:
    """Closes every round that is past the moment it locks; how many."""
    expired = rounds_to_close(session, now)
    for reporting_round in expired:
        close_round(session, actor, reporting_round, now)
    return len(expired)


def switch_chasing(
    session: Session, actor: Actor, reporting_round: ReportingRound, now: datetime, *, is_chasing: bool
) -> None:
    """Whether the ladder of this round sends anything from `now` on. Raises RoundClosedError."""
    actor.require_coordinating()
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)
    if is_chasing:
        reporting_round.chasing_off_since = None
    elif reporting_round.is_chasing:
        reporting_round.chasing_off_since = now
    session.add(reporting_round)
