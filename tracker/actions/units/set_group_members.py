"""Which units a collective of a list stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.units.change_unit import require_in_force
from tracker.errors import NotFoundError
from tracker.models import OrgUnit, TaskList, UnitChange, UnitChangeKind, UnitGroup, key
from tracker.store.groups import member_ids, set_members
from tracker.store.unit_changes import MembersSet, lock_units, record_change

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor


def set_group_members(
    session: Session, actor: Actor, group: UnitGroup, unit_ids: Collection[int], now: datetime
) -> UnitChange | None:
    """Makes exactly these units the group's members, for rounds that open from now on; None where they are.

    Rounds that are open keep what they expect (DESIGN: rule 4). Raises NotFoundError for an id that is no
    unit's, UnitMergedError for one merged into another.
    """
    actor.require_coordinating()
    lock_units(session)
    before, after = member_ids(session, group), set(unit_ids)
    names = {}
    for unit_id in before | after:
        unit = session.get(OrgUnit, unit_id)
        if unit is None:
            raise NotFoundError
        if unit_id in after:
            require_in_force(session, unit)
        names[unit_id] = unit.name
    if not set_members(session, group, after):
        return None
    data = MembersSet(
        name=group.name,
        units=tuple(sorted(before | after)),
        list_slug=session.get_one(TaskList, group.list_id).slug,
        before=tuple(sorted(before)),
        after=tuple(sorted(after)),
        joined=tuple(names[unit_id] for unit_id in sorted(after - before)),
        left=tuple(names[unit_id] for unit_id in sorted(before - after)),
    )
    return record_change(session, actor, now, UnitChangeKind.MEMBERS_SET, data, group_id=key(group))
