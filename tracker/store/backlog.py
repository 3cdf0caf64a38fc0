"""What waits for a reviewer: from counts that are there already, whatever the number of texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, func, not_, select

from tracker.models import Obligation, ReportingRound, key
from tracker.store.review_queue import WAITING, waits_above
from tracker.store.rounds import round_rules
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

    from tracker.domain.rates import Rates


@dataclass(frozen=True, slots=True)
class Backlog:
    """`count` texts wait for the coordinating office, the oldest of them filed at `since`; `above` more wait first
    for a unit above (`rules.gathers`)."""

    count: int
    since: datetime | None
    above: int


def backlogs_of(
    session: Session, rounds: Sequence[ReportingRound], rates: Mapping[int, Rates]
) -> dict[int, Backlog]:
    """By round id. `rates` are those of the whole of each round; one without any has none waiting."""
    gathering = [key(one) for one in rounds if round_rules(one).gathers]
    others = [key(one) for one in rounds if key(one) not in gathering]
    above = _count_above(session, gathering)
    oldest = _oldest(session, others) | _oldest(session, gathering, not_(waits_above()))
    found = {}
    for number in map(key, rounds):
        elsewhere = above.get(number, 0)
        waiting = rates[number].waiting if number in rates else 0
        found[number] = Backlog(waiting - elsewhere, oldest.get(number), elsewhere)
    return found


def _count_above(session: Session, round_ids: list[int]) -> dict[int, int]:
    """By round id, those where something waits for a unit above."""
    if not round_ids:
        return {}
    rows = session.exec(
        select(Obligation.round_id, func.count())
        .where(
            col(Obligation.round_id).in_(round_ids),
            col(Obligation.state).in_(WAITING),
            in_force(col(Obligation.unit_id)),
            waits_above(),
        )
        .group_by(col(Obligation.round_id))
    )
    return dict(rows.all())


def _oldest(session: Session, round_ids: list[int], *where: ColumnElement[bool]) -> dict[int, datetime]:
    """By round id, when the text was filed that has waited longest, where one waits."""
    oldest: dict[int, datetime] = {}
    for state in WAITING if round_ids else ():
        # Of one round and one state an index has the oldest in front.
        first = (
            select(func.min(Obligation.last_submitted_at))
            .where(
                Obligation.round_id == ReportingRound.id,
                Obligation.state == state,
                in_force(col(Obligation.unit_id)),
                *where,
            )
            .scalar_subquery()
        )
        rows = session.exec(
            select(col(ReportingRound.id), first).where(col(ReportingRound.id).in_(round_ids))
        )
        for number, since in rows:
            if number and since:
                oldest[number] = min(since, oldest.get(number, since))
    return oldest
