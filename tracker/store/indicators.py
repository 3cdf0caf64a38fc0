"""Indicators of a version, what it states of each, and its tables of one measure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.models import Indicator, IndicatorSet, IndicatorState, IndicatorValue, ListVersion

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session

    from tracker.models import TaskList


def indicators_of(session: Session, version_id: int) -> Sequence[Indicator]:
    """In the document's order: those by themselves, then the cells of each set, row by row."""
    return session.exec(
        select(Indicator).where(Indicator.version_id == version_id).order_by(col(Indicator.position))
    ).all()


def indicator_values_of(session: Session, version_id: int) -> dict[int, list[IndicatorValue]]:
    """By indicator, in the order in which they are stated; one without values is not in it."""
    query = (
        select(IndicatorValue)
        .join(Indicator, col(Indicator.id) == col(IndicatorValue.indicator_id))
        .where(Indicator.version_id == version_id)
        .order_by(col(IndicatorValue.indicator_id), col(IndicatorValue.position))
    )
    found: dict[int, list[IndicatorValue]] = defaultdict(list)
    for value in session.exec(query):
        found[value.indicator_id].append(value)
    return dict(found)


def asked_indicators(
    session: Session, version_id: int, task_ids: Collection[int]
) -> dict[int, list[Indicator]]:
    """What units are asked to report, by task: the confirmed ones. The cells of a set belong to no task."""
    query = (
        select(Indicator)
        .where(
            Indicator.version_id == version_id,
            col(Indicator.task_id).in_(task_ids),
            Indicator.state == IndicatorState.CONFIRMED,
        )
        .order_by(col(Indicator.position))
    )
    found: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in session.exec(query):
        if indicator.task_id is not None:
            found[indicator.task_id].append(indicator)
    return dict(found)


def stated_values(session: Session, indicator_ids: Collection[int]) -> dict[int, list[IndicatorValue]]:
    """As `indicator_values_of`, of these only."""
    query = (
        select(IndicatorValue)
        .where(col(IndicatorValue.indicator_id).in_(indicator_ids))
        .order_by(col(IndicatorValue.indicator_id), col(IndicatorValue.position))
    )
    found: dict[int, list[IndicatorValue]] = defaultdict(list)
    for value in session.exec(query):
        found[value.indicator_id].append(value)
    return dict(found)


def indicator_sets_of(session: Session, version_id: int) -> Sequence[IndicatorSet]:
    return session.exec(
        select(IndicatorSet).where(IndicatorSet.version_id == version_id).order_by(col(IndicatorSet.position))
    ).all()


def indicators_by_lineage(
    session: Session, version_id: int, lineages: Collection[int]
) -> dict[int, Indicator]:
    """Locked for a change; a lineage that the version has not is not in it."""
    query = (
        select(Indicator)
        .where(Indicator.version_id == version_id, col(Indicator.lineage).in_(lineages))
        .with_for_update()
    )
    return {found.lineage: found for found in session.exec(query)}


def last_indicator_lineage(session: Session, task_list: TaskList) -> int:
    """The highest one that any version of the list has used, 0 before the first."""
    query = (
        select(func.max(Indicator.lineage))
        .join(ListVersion, col(ListVersion.id) == col(Indicator.version_id))
        .where(ListVersion.list_id == task_list.id)
    )
    return session.exec(query).one() or 0
