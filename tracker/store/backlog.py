"""What waits for a reviewer: counted from the obligations alone, whatever the number of texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, func, not_, select

from tracker.models import Obligation, key
from tracker.store.review_queue import WAITING, waits_above
from tracker.store.rounds import round_rules
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

    from tracker.models import ReportingRound


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many texts, the oldest of them filed at `since`; None where there is none."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for the coordinating office, and what first waits for the units above (`rules.gathers`)."""

    office: Waiting = Waiting()
    above: Waiting = Waiting()


def backlogs_of(session: Session, rounds: Sequence[ReportingRound]) -> dict[int, Backlog]:
    """By round id; every round that was asked about is in it."""
    gathering = [key(one) for one in rounds if round_rules(one).gathers]
    others = [key(one) for one in rounds if key(one) not in gathering]
    # Where nobody gathers, an index answers alone.
    office = _waiting(session, others)
    above: dict[int, Waiting] = {}
    if gathering:
        office |= _waiting(session, gathering, not_(waits_above()))
        above = _waiting(session, gathering, waits_above())
    return {
        key(one): Backlog(office.get(key(one), Waiting()), above.get(key(one), Waiting())) for one in rounds
    }


def _waiting(session: Session, round_ids: list[int], *where: ColumnElement[bool]) -> dict[int, Waiting]:
    """By round id, those where something waits."""
    rows = session.exec(
        select(Obligation.round_id, func.count(), func.min(Obligation.last_submitted_at))
        .where(
            col(Obligation.round_id).in_(round_ids),
            col(Obligation.state).in_(WAITING),
            in_force(col(Obligation.unit_id)),
            *where,
        )
        .group_by(col(Obligation.round_id))
    )
    return {round_id: Waiting(count, since) for round_id, count, since in rows}
