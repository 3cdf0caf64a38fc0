"""The figures of a round, as `tracker round show --json` and the API give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.rates import Rates
from tracker.models import OrgUnit, key
from tracker.store.rounds import rates_by_unit, round_rates
from tracker.store.unit_rounds import rates_of_unit
from tracker.store.units import all_units

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import ReportingRound, TaskList


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """`kind` is "department", "county", …"""

    name: str
    kind: str
    rates: Rates


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """`rates` are those of `units` together; `due_at` is in the site's zone."""

    list_slug: str
    period: str
    due_at: datetime
    rates: Rates
    units: tuple[UnitFigures, ...]

    def to_json(self) -> dict[str, Any]:
        """{"list", "period", "due_at", "expected", "filed", "on_time", "late", "nil", "exempt", "returned",
        "accepted", "units": [{"name", "kind", "expected", "filed", "on_time"}]}"""
        rates = self.rates
        return {
            "list": self.list_slug,
            "period": self.period,
            "due_at": self.due_at.isoformat(timespec="seconds"),
            "expected": rates.expected,
            "filed": rates.filed,
            "on_time": rates.on_time,
            "late": rates.late,
            "nil": rates.nil,
            "exempt": rates.exempt,
            "returned": rates.returned,
            "accepted": rates.accepted,
            "units": [
                {
                    "name": unit.name,
                    "kind": unit.kind,
                    "expected": unit.rates.expected,
                    "filed": unit.rates.filed,
                    "on_time": unit.rates.on_time,
                }
                for unit in self.units
            ],
        }


def summarise_round(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit_id: int | None = None,
) -> RoundSummary:
    """The round's figures and those of each unit that owes something; with `unit_id` of that unit alone."""
    if unit_id is None:
        rates = round_rates(session, reporting_round)
        by_unit = rates_by_unit(session, reporting_round)
        rows = [unit for unit in all_units(session) if key(unit) in by_unit]
    else:
        rates = rates_of_unit(session, unit_id).get(key(reporting_round), Rates())
        by_unit = {unit_id: rates}
        rows = [session.get_one(OrgUnit, unit_id)]
    return RoundSummary(
        list_slug=task_list.slug,
        period=reporting_round.period,
        due_at=reporting_round.due_at.astimezone(settings.site.zone),
        rates=rates,
        units=tuple(UnitFigures(unit.name, unit.kind.value, by_unit[key(unit)]) for unit in rows),
    )
