"""The ranking of a round from counts alone: as `rankings_of` of its report has it, without reading any text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tracker.reports.data import ReportUnit
from tracker.reports.ranking import UnitFaults, ranked
from tracker.store.conduct import count_faults, missed_before
from tracker.store.extensions import extensions_of
from tracker.store.rounds import rates_by_unit
from tracker.store.units import unit_heads

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import ReportingRound
    from tracker.reports.ranking import KindRanking


def rank_units(
    session: Session, settings: Settings, reporting_round: ReportingRound, now: datetime
) -> tuple[KindRanking, ...]:
    """Of the round as it stands at `now`, by the site's scoring rules."""
    zone = settings.site.zone
    rates = rates_by_unit(session, reporting_round)
    extensions = extensions_of(session, reporting_round)
    missed = missed_before(session, reporting_round)
    held = count_faults(session, reporting_round, is_struck_out=False)
    struck_out = count_faults(session, reporting_round, is_struck_out=True)
    units = [
        ReportUnit(
            id=unit.id,
            name=unit.name,
            kind=unit.kind.value,
            rates=rates[unit.id],
            extended_to=extensions[unit.id].due_at.astimezone(zone) if unit.id in extensions else None,
            missed_before=missed.get(unit.id, 0),
        )
        for unit in unit_heads(session)
        if unit.id in rates
    ]
    faults = {
        unit.id: UnitFaults(held.get(unit.id, Counter()), struck_out.get(unit.id, Counter()))
        for unit in units
    }
    due_at = reporting_round.due_at.astimezone(zone)
    return ranked(units, faults, settings.scoring, due_at=due_at, as_of=now.astimezone(zone))
