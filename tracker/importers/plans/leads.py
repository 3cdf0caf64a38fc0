"""Who leads a task, and by when it is due: what its annotation says, or what the document's rule makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.importers.plans.deadlines import is_steady, labelled_deadline, read_deadlines
from tracker.importers.plans.labels import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.unit_names import UnitMention
    from tracker.importers.parsed import UnitRole
    from tracker.importers.plans.annotation_units import AnnotationReading
    from tracker.importers.plans.lead_rules import LeadRule
    from tracker.importers.plans.naming import NamedUnit


def lead_and_roles(
    reading: AnnotationReading, rule: LeadRule
) -> tuple[tuple[tuple[UnitMention, UnitRole], ...], bool]:
    """Units with their roles (lead, support, group), and whether the document says who leads.

    Where it does not, the first unit that answers is a guess at the lead (DESIGN rule 1).
    """
    leads, is_certain = _leads(reading.units, rule)
    roles = tuple((unit.mention, _role(unit.mention, leads)) for unit in reading.units)
    return roles, is_certain and bool(leads)


def _role(mention: UnitMention, leads: frozenset[str]) -> UnitRole:
    if mention.is_group:
        return "group"
    return "lead" if mention.name in leads else "support"


def _leads(units: tuple[NamedUnit, ...], rule: LeadRule) -> tuple[frozenset[str], bool]:
    def names(chosen: Iterable[NamedUnit]) -> frozenset[str]:
        return frozenset(unit.mention.name for unit in chosen if not unit.mention.is_group)

    if stated := [unit for unit in units if unit.part is Part.LEAD]:
        return names(stated), True
    marked = [unit for unit in units if unit.is_marked]
    if marked:
        return names(marked), rule == "asterisk"
    answering = [unit for unit in units if unit.part is Part.ANSWERING]
    if rule == "first":
        return names(answering[:1]), True
    if rule == "first_comma":
        return names(unit for unit in answering if unit.before_comma), True
    candidates = [unit for unit in answering if not unit.mention.is_group]
    if not candidates and answering:
        return frozenset(), False
    return names((candidates or [unit for unit in units if unit.part is Part.GUIDING])[:1]), False


def deadline_of(stated: str, content: str) -> str:
    """The deadline that is `stated`, or else those in the task's own text; 长期坚持 gives way to a date."""
    if stated and not is_steady(stated):
        return stated
    return labelled_deadline(content) or read_deadlines(content) or stated
