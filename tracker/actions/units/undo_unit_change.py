"""One change of units is taken back by its record, where nothing later stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sqlmodel import col, delete, select, update

from tracker.actions.units.change_unit import require_in_force
from tracker.actions.units.undo_unit_merge import undo_unit_merge
from tracker.domain.names import normalise_name
from tracker.domain.unit_tree import is_below
from tracker.errors import ChangeUndoneError, UnitMergedError
from tracker.i18n import mark
from tracker.models import OrgUnit, UnitAlias, UnitChange, UnitChangeKind, UnitGroup, key
from tracker.store.groups import member_ids, set_members
from tracker.store.unit_changes import (
    AliasChanged,
    MembersSet,
    Moved,
    Rekinded,
    Renamed,
    data_of,
    later_change,
    lock_units,
    refuse_undoing,
)
from tracker.store.unit_rows import rows_where, unit_references
from tracker.store.units import add_alias, find_unit, parents_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor

_IN_USE: Final = mark("已有联系人、账号、任务、下级单位或其他内容属于这个单位")
_NAME_TAKEN: Final = mark("原来的名称现在指另一个单位")
_CIRCLE: Final = mark("恢复后单位会成为自己的下级")
_Kind = UnitChangeKind


def undo_unit_change(session: Session, actor: Actor, change: UnitChange, now: datetime) -> None:
    """What the record says is as it was before; the record itself stays and says who took it back.

    Raises ChangeUndoneError the second time, LaterChangeError naming a later change that has to be undone first,
    ChangeOvertakenError where what it made is no longer so for another reason.
    """
    actor.require_coordinating()
    lock_units(session)
    if change.undone_at is not None:
        raise ChangeUndoneError(number=change.id, by=change.undone_by)
    _UNDOINGS[change.kind](session, change)
    change.undone_at, change.undone_by = now, actor.label
    session.add(change)
    session.flush()


def _undo_addition(session: Session, change: UnitChange) -> None:
    unit = _unit(session, change)
    # A record that names the unit could not be undone without it.
    if later_change(session, change, {key(unit)}):
        refuse_undoing(session, change, {key(unit)})
    for column in unit_references():
        own = column.table.name == UnitAlias.__tablename__
        rows = rows_where(session, column, key(unit))
        if any(not own or row["lookup"] != normalise_name(unit.name) for row in rows):
            refuse_undoing(session, change, {key(unit)}, reason=_IN_USE)
    session.exec(delete(UnitAlias).where(col(UnitAlias.unit_id) == unit.id))
    # What the record says of it stays; the unit that it pointed to is no more.
    session.exec(update(UnitChange).where(col(UnitChange.unit_id) == unit.id).values(unit_id=None))
    session.refresh(change)
    session.delete(unit)
    session.flush()


def _undo_renaming(session: Session, change: UnitChange) -> None:
    unit, data = _unit(session, change), cast("Renamed", data_of(change))
    if unit.name != data.after:
        refuse_undoing(session, change, {key(unit)}, {_Kind.RENAMED})
    owner = find_unit(session, data.name)
    if owner and owner.id != unit.id:
        refuse_undoing(session, change, {key(owner)}, reason=_NAME_TAKEN)
    unit.name = data.name
    session.add(unit)
    add_alias(session, unit, data.name)
    if data.is_new_alias:
        _drop_alias(session, unit, data.after)


def _undo_kind(session: Session, change: UnitChange) -> None:
    unit, data = _unit(session, change), cast("Rekinded", data_of(change))
    if unit.kind is not data.after:
        refuse_undoing(session, change, {key(unit)}, {_Kind.REKINDED})
    unit.kind = data.before
    session.add(unit)


def _undo_move(session: Session, change: UnitChange) -> None:
    unit, data = _unit(session, change), cast("Moved", data_of(change))
    if unit.parent_id != data.after_id:
        refuse_undoing(session, change, set(data.units), {_Kind.MOVED, _Kind.MERGED})
    if data.before_id is not None:
        parent = session.get(OrgUnit, data.before_id)
        if parent is None or parent.merged_into_id is not None:
            refuse_undoing(session, change, {data.before_id}, {_Kind.MERGED})
        if is_below(parents_of(session), data.before_id, key(unit)):
            refuse_undoing(session, change, set(parents_of(session)), {_Kind.MOVED}, reason=_CIRCLE)
    unit.parent_id = data.before_id
    session.add(unit)


def _undo_new_alias(session: Session, change: UnitChange) -> None:
    unit, data = _unit(session, change), cast("AliasChanged", data_of(change))
    owner = find_unit(session, data.alias)
    if owner is None or owner.id != unit.id:
        refuse_undoing(session, change, {key(unit)}, {_Kind.ALIAS_REMOVED, _Kind.RENAMED})
    if normalise_name(unit.name) == normalise_name(data.alias):
        refuse_undoing(session, change, {key(unit)}, {_Kind.RENAMED})
    _drop_alias(session, unit, data.alias)


def _undo_lost_alias(session: Session, change: UnitChange) -> None:
    unit, data = _unit(session, change), cast("AliasChanged", data_of(change))
    owner = find_unit(session, data.alias)
    if owner is not None:
        refuse_undoing(session, change, {key(owner)}, reason=_NAME_TAKEN)
    add_alias(session, unit, data.alias)


def _undo_members(session: Session, change: UnitChange) -> None:
    data = cast("MembersSet", data_of(change))
    group = session.get_one(UnitGroup, change.group_id)
    if member_ids(session, group) != set(data.after):
        refuse_undoing(session, change, set(data.units), {_Kind.MEMBERS_SET, _Kind.MERGED})
    units = session.exec(select(OrgUnit).where(col(OrgUnit.id).in_(data.before))).all()
    if len(units) < len(data.before) or any(unit.merged_into_id is not None for unit in units):
        refuse_undoing(session, change, set(data.units), {_Kind.MERGED})
    set_members(session, group, data.before)


_UNDOINGS: Final[dict[UnitChangeKind, Callable[[Session, UnitChange], None]]] = {
    _Kind.ADDED: _undo_addition,
    _Kind.RENAMED: _undo_renaming,
    _Kind.REKINDED: _undo_kind,
    _Kind.MOVED: _undo_move,
    _Kind.ALIAS_ADDED: _undo_new_alias,
    _Kind.ALIAS_REMOVED: _undo_lost_alias,
    _Kind.MERGED: undo_unit_merge,
    _Kind.MEMBERS_SET: _undo_members,
}


def _unit(session: Session, change: UnitChange) -> OrgUnit:
    """The unit that was changed. Raises LaterChangeError where it has been merged away since."""
    unit = session.get_one(OrgUnit, change.unit_id)
    try:
        require_in_force(session, unit)
    except UnitMergedError:
        refuse_undoing(session, change, {key(unit)}, {_Kind.MERGED})
    return unit


def _drop_alias(session: Session, unit: OrgUnit, name: str) -> None:
    session.exec(
        delete(UnitAlias).where(
            col(UnitAlias.unit_id) == unit.id, col(UnitAlias.lookup) == normalise_name(name)
        )
    )
