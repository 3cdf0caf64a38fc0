"""A merge of two units is taken back: rows return to where they were, unless they have gone elsewhere since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.names import normalise_name
from tracker.domain.unit_tree import has_circle
from tracker.i18n import mark
from tracker.models import OrgUnit, UnitChangeKind, metadata
from tracker.store.unit_changes import later_change, merge_data, refuse_undoing
from tracker.store.unit_rows import (
    change_row,
    pack,
    restore_row,
    row_by_key,
    twins_of,
    unpack,
)
from tracker.store.units import aliases_of, lock_unit_rows, parents_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.models import UnitChange
    from tracker.store.unit_changes import ChangedRow, Merged, MovedRows

_NAMES_GONE: Final = mark("被并入单位的名称现在是另一单位的全称")
_CIRCLE: Final = mark("恢复后会有单位成为自己的下级")


def undo_unit_merge(session: Session, change: UnitChange) -> None:
    """What the unit did since stays with the rows that it did it to, and goes with them.

    Raises LaterChangeError or ChangeOvertakenError where the two can no longer be told apart: one of them was part
    of a later merge, the unit that stayed now bears a name of the other, or the tree would become a circle.
    """
    data = merge_data(change)
    both = {data.from_id, data.into_id}
    lock_unit_rows(session, both)
    unit, into = session.get(OrgUnit, data.from_id), session.get(OrgUnit, data.into_id)
    if unit is None or into is None or into.merged_into_id or unit.merged_into_id != data.into_id:
        refuse_undoing(session, change, both, {UnitChangeKind.MERGED})
    _require_last_merge(session, change, both)
    _require_names(session, change, data, into)
    for changed in data.changed:
        _change_back(session, changed)
    for moved in data.moved:
        _move_back(session, moved, data)
    for removed in data.removed:
        restore_row(session, metadata.tables[removed.table], unpack(removed.row))
    session.expire_all()
    unit.merged_into_id = None
    session.add(unit)
    session.flush()
    if has_circle(parents_of(session)):
        refuse_undoing(session, change, set(parents_of(session)), {UnitChangeKind.MOVED}, reason=_CIRCLE)


def _require_last_merge(session: Session, change: UnitChange, both: set[int]) -> None:
    """What gave way in a later merge into the same unit may have given way to rows of this one."""
    if later_change(session, change, both, {UnitChangeKind.MERGED}):
        refuse_undoing(session, change, both, {UnitChangeKind.MERGED})


def _require_names(session: Session, change: UnitChange, data: Merged, into: OrgUnit) -> None:
    going_back = {row_key[0] for moved in data.moved if moved.table == "unit_alias" for row_key in moved.keys}
    own = normalise_name(into.name)
    if any(alias.lookup == own and alias.id in going_back for alias in aliases_of(session, into)):
        refuse_undoing(session, change, {data.into_id}, {UnitChangeKind.RENAMED}, reason=_NAMES_GONE)


def _change_back(session: Session, changed: ChangedRow) -> None:
    """Only what still is as the merge left it."""
    table = metadata.tables[changed.table]
    row = row_by_key(session, table, changed.key)
    if row is not None and pack({name: row[name] for name in changed.after}) == changed.after:
        change_row(session, table, changed.key, unpack(changed.before))


def _move_back(session: Session, moved: MovedRows, data: Merged) -> None:
    table = metadata.tables[moved.table]
    for before in moved.keys:
        # Where the column is part of the key, the row has had another key since.
        key = [
            data.into_id if column.name == moved.column else value
            for column, value in zip(table.primary_key, before, strict=True)
        ]
        row = row_by_key(session, table, key)
        if row is None or row[moved.column] != data.into_id:
            continue
        if not twins_of(session, table, row | {moved.column: data.from_id}, moved.column):
            change_row(session, table, key, {moved.column: data.from_id})
