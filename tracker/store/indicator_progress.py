"""What units reported of a list's indicators up to a round."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import col, select

from tracker.models import (
    AssignmentRole,
    Indicator,
    Obligation,
    ProgressUpdate,
    ReportedValue,
    ReportingRound,
)
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Collection
    from decimal import Decimal

    from sqlmodel import Session


class NewestValue(NamedTuple):
    """What one unit reported in the newest round that has a value of the indicator."""

    unit: str
    value: Decimal
    period: str
    is_lead: bool


def newest_values(
    session: Session, reporting_round: ReportingRound, lineages: Collection[int]
) -> dict[int, list[NewestValue]]:
    """By lineage, of the newest round not after this one in which anybody reported it; none is not in it."""
    if not lineages:
        return {}
    rows = session.exec(
        select(  # type: ignore[call-overload]
            Indicator.lineage,
            Indicator.unit,
            ReportedValue.value,
            ReportingRound.period,
            Obligation.role,
        )
        .join(ReportedValue, col(ReportedValue.indicator_id) == col(Indicator.id))
        .join(ProgressUpdate, col(ProgressUpdate.id) == col(ReportedValue.update_id))
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .where(
            ReportingRound.list_id == reporting_round.list_id,
            ReportingRound.due_at <= reporting_round.due_at,
            ProgressUpdate.version == Obligation.version,
            col(Indicator.lineage).in_(sorted(lineages)),
            in_force(col(Obligation.unit_id)),
        )
        .order_by(col(ReportingRound.due_at).desc(), col(Obligation.unit_id))
    )
    found: dict[int, list[NewestValue]] = defaultdict(list)
    for lineage, unit, value, period, role in rows:
        values = found[lineage]
        if not values or values[0].period == period:
            values.append(NewestValue(unit, value, period, role is AssignmentRole.LEAD))
    return dict(found)
