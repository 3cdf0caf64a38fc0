"""Rounds, their obligations, and counts over them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlmodel import col, func, select

from tracker.domain.periods import Period, parse_period
from tracker.domain.rates import Rates, Tally, rates_of
from tracker.domain.rules import ReportingRules
from tracker.errors import UnknownRoundError
from tracker.models import Obligation, OrgUnit, ReportingRound, TaskList, UnitKind, key
from tracker.store.lists import list_by_slug, rules_of
from tracker.store.obligation_list import ObligationFilter, conditions
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Subquery
    from sqlmodel import Session

    from tracker.domain.states import ObligationState

EVERYTHING: Final = ObligationFilter()


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


def kinds_in_round(session: Session, reporting_round: ReportingRound) -> frozenset[UnitKind]:
    """Of the units that something is expected of."""
    owes = (
        select(Obligation.id)
        .where(Obligation.round_id == reporting_round.id, Obligation.unit_id == OrgUnit.id)
        .exists()
    )
    return frozenset(map(UnitKind, session.exec(select(OrgUnit.kind).where(owes).distinct())))


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


def rates_by_unit(
    session: Session, reporting_round: ReportingRound, wanted: ObligationFilter = EVERYTHING
) -> dict[int, Rates]:
    """By unit id, in no order; a unit without anything that is wanted is not in it."""
    return _rates_by(session, col(Obligation.unit_id), conditions(reporting_round, wanted))


def rates_by_task(
    session: Session, reporting_round: ReportingRound, wanted: ObligationFilter = EVERYTHING
) -> dict[int, Rates]:
    """By task id, as `rates_by_unit`."""
    return _rates_by(session, col(Obligation.task_id), conditions(reporting_round, wanted))


def round_rates(
    session: Session, reporting_round: ReportingRound, wanted: ObligationFilter = EVERYTHING
) -> Rates:
    """Of the whole round, or of what is wanted of it."""
    return _rates_by_round(session, conditions(reporting_round, wanted)).get(key(reporting_round), Rates())


def rates_of_rounds(session: Session, round_ids: Collection[int]) -> dict[int, Rates]:
    """By round id, of several rounds in one question; one in which nothing is owed is not in it."""
    return _rates_by_round(session, _of_rounds(round_ids))


def rates_by_kind(session: Session, round_ids: Collection[int]) -> dict[UnitKind, dict[int, Rates]]:
    """By kind of unit, then by round id."""
    of_units = _counted_by_unit(_of_rounds(round_ids))
    columns = (OrgUnit.kind, of_units.c.round_id, of_units.c.state, of_units.c.is_on_time)
    tallies: dict[UnitKind, dict[int, list[Tally]]] = defaultdict(lambda: defaultdict(list))
    rows = session.exec(
        select(*columns, func.sum(of_units.c.amount))  # type: ignore[call-overload]
        .join(of_units, of_units.c.unit_id == OrgUnit.id)
        .group_by(*columns)
    )
    for kind, round_id, state, is_on_time, count in rows:
        tallies[kind][round_id].append(Tally(state, bool(is_on_time), int(count)))
    return {
        kind: {round_id: rates_of(found) for round_id, found in by_round.items()}
        for kind, by_round in tallies.items()
    }


def _of_rounds(round_ids: Collection[int]) -> list[ColumnElement[bool]]:
    return [col(Obligation.round_id).in_(sorted(round_ids)), in_force(col(Obligation.unit_id))]


def _counted_by_unit(where: Sequence[ColumnElement[bool]]) -> Subquery:
    """How many of each state every unit has in every round: in this order they stand in an index, which is counted
    five times as fast as it is sorted anew."""
    columns = (Obligation.round_id, Obligation.unit_id, Obligation.state, Obligation.is_on_time)
    statement = select(*columns, func.count().label("amount")).where(*where).group_by(*columns)  # type: ignore[call-overload]
    found: Subquery = statement.subquery()
    return found


def _rates_by_round(session: Session, where: Sequence[ColumnElement[bool]]) -> dict[int, Rates]:
    of_units = _counted_by_unit(where)
    named = (of_units.c.round_id, of_units.c.state, of_units.c.is_on_time)
    return _rates_in(session.exec(select(*named, func.sum(of_units.c.amount)).group_by(*named)))


def _rates_by(session: Session, column: object, where: Sequence[ColumnElement[bool]]) -> dict[int, Rates]:
    columns = (column, Obligation.state, Obligation.is_on_time)
    return _rates_in(session.exec(select(*columns, func.count()).where(*where).group_by(*columns)))  # type: ignore[call-overload]


def _rates_in(rows: Iterable[tuple[int, ObligationState, bool | None, int]]) -> dict[int, Rates]:
    """By what stands in the first column."""
    tallies: dict[int, list[Tally]] = defaultdict(list)
    for value, state, is_on_time, count in rows:
        # PostgreSQL adds up to a Decimal.
        tallies[value].append(Tally(state, bool(is_on_time), int(count)))
    return {value: rates_of(found) for value, found in tallies.items()}
