"""Indicators of a version, what it states of each, and its tables of one measure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.models import Indicator, IndicatorSet, IndicatorValue, ListVersion

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
