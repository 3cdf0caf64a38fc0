"""A unit is added, renamed, put into another kind or below another parent: each with a record to undo it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.names import clean_name, normalise_name
from tracker.domain.unit_tree import is_below
from tracker.errors import MergedNameError, NameTakenError, UnitCircleError, UnitMergedError
from tracker.models import OrgUnit, UnitChange, UnitChangeKind, UnitKind, key
from tracker.store.unit_changes import Added, Moved, Rekinded, Renamed, lock_units, merge_of, record_change
from tracker.store.units import add_alias, add_unit, find_unit, merged_units, parents_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor


def create_unit(
    session: Session, actor: Actor, name: str, kind: UnitKind, now: datetime, *, parent: OrgUnit | None = None
) -> OrgUnit:
    """A new unit. Raises NameTakenError or InvalidValueError, UnitMergedError for a parent that is none."""
    actor.require_coordinating()
    lock_units(session)
    if parent:
        require_in_force(session, parent)
    unit = add_unit(session, name, kind, parent)
    data = Added(name=unit.name, units=_ids(unit, parent), kind=kind, parent=parent.name if parent else "")
    record_change(session, actor, now, UnitChangeKind.ADDED, data, unit_id=key(unit))
    return unit


def rename_unit(session: Session, actor: Actor, unit: OrgUnit, name: str, now: datetime) -> UnitChange | None:
    """Gives the unit another full name; the old one stays as an alias. None where it has that name already.

    Raises InvalidValueError for a name that is none, NameTakenError for one that means another unit,
    MergedNameError for that of a unit merged into this one, UnitMergedError.
    """
    actor.require_coordinating()
    lock_units(session)
    require_in_force(session, unit)
    name = clean_name(name, field="单位名称")
    if name == unit.name:
        return None
    owner = find_unit(session, name)
    if owner and owner.id != unit.id:
        raise NameTakenError(name=name, owner=owner.name)
    require_no_merged_name(session, unit, name)
    before, unit.name = unit.name, name
    session.add(unit)
    is_new_alias = add_alias(session, unit, name)
    data = Renamed(name=before, units=_ids(unit), after=name, is_new_alias=is_new_alias)
    return record_change(session, actor, now, UnitChangeKind.RENAMED, data, unit_id=key(unit))


def change_kind(
    session: Session, actor: Actor, unit: OrgUnit, kind: UnitKind, now: datetime
) -> UnitChange | None:
    """None where the unit is of that kind already. Raises UnitMergedError."""
    actor.require_coordinating()
    lock_units(session)
    require_in_force(session, unit)
    if kind is unit.kind:
        return None
    data = Rekinded(name=unit.name, units=_ids(unit), before=unit.kind, after=kind)
    unit.kind = kind
    session.add(unit)
    return record_change(session, actor, now, UnitChangeKind.REKINDED, data, unit_id=key(unit))


def move_unit(
    session: Session, actor: Actor, unit: OrgUnit, parent: OrgUnit | None, now: datetime
) -> UnitChange | None:
    """Puts the unit below `parent`, or at the top; None where it stands there already.

    Raises UnitCircleError where `parent` is the unit itself or stands below it, UnitMergedError.
    """
    actor.require_coordinating()
    lock_units(session)
    require_in_force(session, unit)
    if parent:
        require_in_force(session, parent)
        if is_below(parents_of(session), key(parent), key(unit)):
            raise UnitCircleError(unit=unit.name, parent=parent.name)
    after_id = key(parent) if parent else None
    if after_id == unit.parent_id:
        return None
    before = session.get(OrgUnit, unit.parent_id) if unit.parent_id else None
    data = Moved(
        name=unit.name,
        units=_ids(unit, before, parent),
        before_id=unit.parent_id,
        after_id=after_id,
        before=before.name if before else "",
        after=parent.name if parent else "",
    )
    unit.parent_id = after_id
    session.add(unit)
    return record_change(session, actor, now, UnitChangeKind.MOVED, data, unit_id=key(unit))


def require_in_force(session: Session, unit: OrgUnit) -> None:
    """Raises UnitMergedError for a unit that was merged into another, naming the change to undo."""
    if unit.merged_into_id is not None:
        into = session.get_one(OrgUnit, unit.merged_into_id)
        merge = merge_of(session, key(unit))
        raise UnitMergedError(unit=unit.name, into=into.name, number=merge.id if merge else "")


def require_no_merged_name(session: Session, unit: OrgUnit, name: str) -> None:
    """Raises MergedNameError where `name` is the full name of a unit merged into `unit`."""
    for merged in merged_units(session, unit):
        if normalise_name(merged.name) == normalise_name(name):
            merge = merge_of(session, key(merged))
            raise MergedNameError(name=merged.name, into=unit.name, number=merge.id if merge else "")


def _ids(*units: OrgUnit | None) -> tuple[int, ...]:
    return tuple(key(unit) for unit in units if unit is not None)
