"""Stores units read from a table file: new ones, and new aliases of known ones, each with its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.units.change_unit import create_unit
from tracker.actions.units.change_unit_alias import give_alias
from tracker.errors import BlockingProblemsError, TrackerError
from tracker.models import UnitKind
from tracker.store.units import find_unit, unit_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.importers.problem import Problem
    from tracker.importers.units import UnitRow


@dataclass(frozen=True, slots=True)
class UnitImport:
    added: int
    new_aliases: int
    unchanged: int


def import_units(
    session: Session, actor: Actor, rows: Sequence[UnitRow], problems: Sequence[Problem], now: datetime
) -> UnitImport:
    """All rows or none. Raises BlockingProblemsError naming every row that cannot be stored."""
    actor.require_coordinating()
    refused = [f"{problem.where}：{problem.message}" for problem in problems if problem.is_blocking]
    added = new_aliases = unchanged = 0
    for row in rows:
        try:
            unit = find_unit(session, row.name)
            is_new = unit is None
            if unit is None:
                parent = unit_by_name(session, row.parent) if row.parent else None
                unit = create_unit(session, actor, row.name, UnitKind(row.kind), now, parent=parent)
            given = [give_alias(session, actor, unit, alias, now) for alias in row.aliases]
            more = len([change for change in given if change])
        except TrackerError as error:
            refused.append(f"{row.where}：{error}")
            continue
        added += is_new
        new_aliases += more
        unchanged += not is_new and not more
    if refused:
        raise BlockingProblemsError(tuple(refused))
    return UnitImport(added, new_aliases, unchanged)
