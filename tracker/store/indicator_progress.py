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


class PeriodValue(NamedTuple):
    """What one unit reported of an indicator, in the unit of measure that it had then."""

    unit: str
    value: Decimal
    is_lead: bool


def values_by_period(
    session: Session, reporting_round: ReportingRound, lineages: Collection[int]
) -> dict[int, dict[str, list[PeriodValue]]]:
    """By lineage, then by the period of each round not after this one in which anybody reported it, the newest first.

    An indicator that nobody ever reported is not in it.
    """
    if not lineages:
        return {}
    rows = session.exec(
        select(  # type: ignore[call-overload]
            Indicator.lineage,
            ReportingRound.period,
            Indicator.unit,
            ReportedValue.value,
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
    found: dict[int, dict[str, list[PeriodValue]]] = defaultdict(dict)
    for lineage, period, unit, value, role in rows:
        found[lineage].setdefault(period, []).append(PeriodValue(unit, value, role is AssignmentRole.LEAD))
    return dict(found)
