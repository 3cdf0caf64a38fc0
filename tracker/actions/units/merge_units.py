"""Two units turn out to be one: everything that hangs on the one goes to the other, with a record to undo it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.units.plan_unit_merge import plan_unit_merge
from tracker.i18n import mark, translations
from tracker.models import UnitChangeKind, key
from tracker.store.unit_changes import (
    ChangedRow,
    Merged,
    MovedRows,
    StoredRow,
    lock_units,
    record_change,
)
from tracker.store.unit_rows import change_row, key_of, pack, remove_row
from tracker.store.units import lock_unit_rows

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.units.plan_unit_merge import MergePlan
    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, UnitChange

_STAYS_BEHIND = mark("已并入{into}：{into}本期同一项任务已有内容，以其为准。")


def merge_units(
    session: Session, actor: Actor, settings: Settings, unit: OrgUnit, into: OrgUnit, now: datetime
) -> UnitChange:
    """`unit` is `into`: its rows and its names go there, and it is shown nowhere any more.

    Raises SameUnitError, and UnitMergedError where one of the two was merged away before.
    """
    actor.require_coordinating()
    lock_units(session)
    lock_unit_rows(session, {key(unit), key(into)})
    plan = plan_unit_merge(session, actor, unit, into, reason_of(settings, into))
    data = Merged(
        name=unit.name,
        units=(key(unit), key(into)),
        into=into.name,
        from_id=key(unit),
        into_id=key(into),
        moved=_moved(plan),
        removed=tuple(
            StoredRow(table=removal.table.name, row=pack(removal.row)) for removal in plan.removals
        ),
        changed=tuple(
            ChangedRow(
                table=change.table.name, key=change.key, before=pack(change.before), after=pack(change.after)
            )
            for change in plan.changes
        ),
    )
    # First what gives way, then what takes its place.
    for removal in plan.removals:
        remove_row(session, removal.table, key_of(removal.table, removal.row))
    for change in plan.changes:
        change_row(session, change.table, change.key, change.after)
    for move in plan.moves:
        change_row(session, move.column.table, move.key, {move.column.name: key(into)})
    session.expire_all()
    unit.merged_into_id = key(into)
    session.add(unit)
    session.flush()
    return record_change(session, actor, now, UnitChangeKind.MERGED, data, unit_id=key(into))


def reason_of(settings: Settings, into: OrgUnit) -> str:
    """What an obligation that stays behind gives as the reason why it is exempt, in the site's language."""
    return translations(settings.site.language).gettext(_STAYS_BEHIND).format(into=into.name)


def _moved(plan: MergePlan) -> tuple[MovedRows, ...]:
    by_column: dict[tuple[str, str], list[list[object]]] = {}
    for move in plan.moves:
        by_column.setdefault((move.column.table.name, move.column.name), []).append(move.key)
    return tuple(
        MovedRows(table=table, column=column, keys=tuple(keys)) for (table, column), keys in by_column.items()
    )
