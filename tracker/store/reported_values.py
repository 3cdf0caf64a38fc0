"""Reported values of indicators: with a version of a text, last before a round, and over time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.domain.reported_values import LastValue
from tracker.models import Indicator, Obligation, ProgressUpdate, ReportedValue, ReportingRound
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session

    from tracker.models import TaskList


def values_of_updates(session: Session, update_ids: Collection[int]) -> dict[int, dict[int, ReportedValue]]:
    """By update, then by indicator; an update without values is not in it."""
    found: dict[int, dict[int, ReportedValue]] = defaultdict(dict)
    query = select(ReportedValue).where(col(ReportedValue.update_id).in_(update_ids))
    for value in session.exec(query):
        found[value.update_id][value.indicator_id] = value
    return dict(found)


def values_on_file(
    session: Session, reporting_round: ReportingRound, unit_id: int, task_ids: Collection[int]
) -> dict[int, dict[int, ReportedValue]]:
    """Those of the newest versions, by task, then by indicator."""
    query = (
        select(Obligation.task_id, ReportedValue)
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .join(ReportedValue, col(ReportedValue.update_id) == col(ProgressUpdate.id))
        .where(
            Obligation.round_id == reporting_round.id,
            Obligation.unit_id == unit_id,
            ProgressUpdate.version == Obligation.version,
            col(Obligation.task_id).in_(task_ids),
        )
    )
    found: dict[int, dict[int, ReportedValue]] = defaultdict(dict)
    for task_id, value in session.exec(query):
        found[task_id][value.indicator_id] = value
    return dict(found)


def last_values(
    session: Session, reporting_round: ReportingRound, unit_id: int, lineages: Collection[int]
) -> dict[int, LastValue]:
    """What the unit reported in the newest of the list's rounds before this one that has a value, by lineage."""
    query = (
        select(Indicator.lineage, Indicator.unit, ReportingRound.period, ReportedValue)
        .join(ReportedValue, col(ReportedValue.indicator_id) == col(Indicator.id))
        .join(ProgressUpdate, col(ProgressUpdate.id) == col(ReportedValue.update_id))
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .where(
            ReportingRound.list_id == reporting_round.list_id,
            ReportingRound.due_at < reporting_round.due_at,
            Obligation.unit_id == unit_id,
            ProgressUpdate.version == Obligation.version,
            col(Indicator.lineage).in_(lineages),
        )
        # The newest is written last, over those before it.
        .order_by(col(ReportingRound.due_at))
    )
    return {
        lineage: LastValue(value.value, unit, period, value.reason)
        for lineage, unit, period, value in session.exec(query)
    }


def value_history(
    session: Session, task_list: TaskList, lineage: int, *, unit_id: int | None = None
) -> Sequence[tuple[ReportingRound, Obligation, Indicator, ReportedValue]]:
    """What the newest versions say of one indicator, of one unit or of all, the newest round first."""
    query = (
        select(ReportingRound, Obligation, Indicator, ReportedValue)
        .join(Obligation, col(Obligation.round_id) == col(ReportingRound.id))
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .join(ReportedValue, col(ReportedValue.update_id) == col(ProgressUpdate.id))
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .where(
            ReportingRound.list_id == task_list.id,
            Indicator.lineage == lineage,
            ProgressUpdate.version == Obligation.version,
            in_force(col(Obligation.unit_id)),
        )
        .order_by(col(ReportingRound.due_at).desc(), col(Obligation.unit_id), col(Obligation.id))
    )
    if unit_id is not None:
        query = query.where(Obligation.unit_id == unit_id)
    return session.exec(query).all()
