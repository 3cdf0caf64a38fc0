"""A unit is given another name, or one is taken from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.units.change_unit import require_in_force, require_no_merged_name
from tracker.domain.names import nearest_names, normalise_name
from tracker.errors import OwnNameError, UnknownAliasError
from tracker.models import UnitChangeKind, key
from tracker.store.unit_changes import AliasChanged, lock_units, record_change
from tracker.store.units import add_alias, aliases_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, UnitChange


def give_alias(session: Session, actor: Actor, unit: OrgUnit, name: str, now: datetime) -> UnitChange | None:
    """From now on `name` means the unit too; None where it did before.

    Raises NameTakenError where it means another unit, InvalidValueError for a name that is none,
    UnitMergedError.
    """
    actor.require_coordinating()
    lock_units(session)
    require_in_force(session, unit)
    if not add_alias(session, unit, name):
        return None
    alias = aliases_of(session, unit)[-1].name
    data = AliasChanged(name=unit.name, units=(key(unit),), alias=alias)
    return record_change(session, actor, now, UnitChangeKind.ALIAS_ADDED, data, unit_id=key(unit))


def take_alias(session: Session, actor: Actor, unit: OrgUnit, name: str, now: datetime) -> UnitChange:
    """The name no longer means the unit: documents and tables that use it will not find it.

    Raises UnknownAliasError with the nearest aliases, OwnNameError for the unit's full name, MergedNameError
    for that of a unit merged into it, UnitMergedError.
    """
    actor.require_coordinating()
    lock_units(session)
    require_in_force(session, unit)
    lookup, own = normalise_name(name), normalise_name(unit.name)
    if lookup == own:
        raise OwnNameError(name=unit.name)
    aliases = [alias for alias in aliases_of(session, unit) if alias.lookup != own]
    found = next((alias for alias in aliases if alias.lookup == lookup), None)
    if found is None:
        raise UnknownAliasError(name, nearest_names(name, [alias.name for alias in aliases]))
    require_no_merged_name(session, unit, name)
    session.delete(found)
    session.flush()
    data = AliasChanged(name=unit.name, units=(key(unit),), alias=found.name)
    return record_change(session, actor, now, UnitChangeKind.ALIAS_REMOVED, data, unit_id=key(unit))
