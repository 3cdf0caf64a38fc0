"""Rounds, their obligations, and counts over them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.domain.periods import Period, parse_period
from tracker.domain.rates import Rates, Tally, rates_of
from tracker.domain.rules import ReportingRules
from tracker.errors import UnknownRoundError
from tracker.models import Obligation, ReportingRound, TaskList, key
from tracker.store.lists import list_by_slug, rules_of
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session


def find_round(session: Session, task_list: TaskList, period: Period) -> ReportingRound | None:
    return session.exec(
        select(ReportingRound).where(
            ReportingRound.list_id == task_list.id, ReportingRound.period == period.key
        )
    ).first()


def round_by_name(session: Session, slug: str, period: str) -> tuple[TaskList, ReportingRound]:
    """The round of list `slug` and period text `period`.

    Raises UnknownListError, UnknownPeriodError, or UnknownRoundError with the periods that are open.
    """
    task_list = list_by_slug(session, slug)
    wanted = parse_period(period, rules_of(task_list).period_type)
    found = find_round(session, task_list, wanted)
    if found is None:
        existing = session.exec(
            select(ReportingRound.period)
            .where(ReportingRound.list_id == task_list.id)
            .order_by(col(ReportingRound.due_at).desc())
        ).all()
        raise UnknownRoundError(wanted.key, tuple(existing[:3]))
    return task_list, found


def rounds_of(session: Session, task_list: TaskList) -> Sequence[ReportingRound]:
    """Newest first."""
    return session.exec(
        select(ReportingRound)
        .where(ReportingRound.list_id == task_list.id)
        .order_by(col(ReportingRound.due_at).desc())
    ).all()


def open_rounds(session: Session) -> Sequence[tuple[ReportingRound, TaskList]]:
    """Every round that still takes texts, the one due first in front."""
    return session.exec(
        select(ReportingRound, TaskList)
        .join(TaskList, col(TaskList.id) == col(ReportingRound.list_id))
        .where(col(ReportingRound.closed_at).is_(None))
        .order_by(col(ReportingRound.due_at), col(TaskList.slug))
    ).all()


def rounds_to_close(session: Session, now: datetime) -> Sequence[ReportingRound]:
    """Rounds whose time to close by themselves has come."""
    return session.exec(
        select(ReportingRound).where(
            col(ReportingRound.closed_at).is_(None), col(ReportingRound.locks_at) <= now
        )
    ).all()


def round_rules(reporting_round: ReportingRound) -> ReportingRules:
    """The rules in force when the round was opened."""
    return ReportingRules.model_validate_json(reporting_round.rules)


def obligations_of(
    session: Session,
    reporting_round: ReportingRound,
    *,
    unit_id: int | None = None,
    task_id: int | None = None,
) -> Sequence[Obligation]:
    query = select(Obligation).where(
        Obligation.round_id == reporting_round.id, in_force(col(Obligation.unit_id))
    )
    if unit_id is not None:
        query = query.where(Obligation.unit_id == unit_id)
    if task_id is not None:
        query = query.where(Obligation.task_id == task_id)
    return session.exec(query.order_by(col(Obligation.id))).all()


def units_in_round(session: Session, reporting_round: ReportingRound) -> set[int]:
    """Ids of the units that something is expected of."""
    query = select(Obligation.unit_id).where(Obligation.round_id == reporting_round.id).distinct()
    return set(session.exec(query).all())


def lock_obligations(
    session: Session, reporting_round: ReportingRound, unit_id: int, task_ids: Iterable[int]
) -> dict[int, Obligation]:
    """By task id, locked until the transaction ends: two writers of one text take turns."""
    found = session.exec(
        select(Obligation)
        .where(
            Obligation.round_id == reporting_round.id,
            Obligation.unit_id == unit_id,
            col(Obligation.task_id).in_(list(task_ids)),
        )
        .order_by(col(Obligation.id))
        .with_for_update()
        # Rows this session read before it had the lock may be stale.
        .execution_options(populate_existing=True)
    ).all()
    return {obligation.task_id: obligation for obligation in found}


def lock_obligation(session: Session, obligation: Obligation) -> None:
    """Locks the row until the transaction ends, and reads it anew."""
    session.flush()
    session.refresh(obligation, with_for_update=True)


def rates_by_unit(session: Session, reporting_round: ReportingRound) -> dict[int, Rates]:
    return _rates_by(session, reporting_round, col(Obligation.unit_id))


def rates_by_task(session: Session, reporting_round: ReportingRound) -> dict[int, Rates]:
    return _rates_by(session, reporting_round, col(Obligation.task_id))


def round_rates(session: Session, reporting_round: ReportingRound) -> Rates:
    """Of the whole round."""
    return _rates_by(session, reporting_round, col(Obligation.round_id)).get(key(reporting_round), Rates())


def _rates_by(session: Session, reporting_round: ReportingRound, column: object) -> dict[int, Rates]:
    rows = session.exec(
        select(column, Obligation.state, Obligation.is_on_time, func.count())  # type: ignore[call-overload]
        .where(Obligation.round_id == reporting_round.id, in_force(col(Obligation.unit_id)))
        .group_by(column, Obligation.state, Obligation.is_on_time)
    )
    tallies: dict[int, list[Tally]] = defaultdict(list)
    for value, state, is_on_time, count in rows:
        tallies[value].append(Tally(state, bool(is_on_time), count))
    return {value: rates_of(found) for value, found in tallies.items()}
