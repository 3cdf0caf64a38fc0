"""Groups of a list and their members."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.domain.names import nearest_names, normalise_name
from tracker.errors import UnknownGroupError
from tracker.models import OrgUnit, TaskList, UnitGroup, UnitGroupMember, UnitKind, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlmodel import Session

_LOCAL_KINDS: frozenset[str] = frozenset({UnitKind.COUNTY, UnitKind.TOWN, UnitKind.VILLAGE})


def is_local(kind: UnitKind) -> bool:
    """Whether a unit of this kind is bound by a task as a place (属地) rather than as a department."""
    return kind in _LOCAL_KINDS


def groups_of(session: Session, task_list: TaskList) -> Sequence[UnitGroup]:
    return session.exec(select(UnitGroup).where(UnitGroup.list_id == task_list.id)).all()


def all_groups(session: Session) -> Sequence[tuple[UnitGroup, TaskList]]:
    """By list, in the order in which its document names them."""
    return session.exec(
        select(UnitGroup, TaskList)
        .join(TaskList, col(TaskList.id) == col(UnitGroup.list_id))
        .order_by(col(TaskList.slug), col(UnitGroup.id))
    ).all()


def group_by_name(session: Session, task_list: TaskList, name: str) -> UnitGroup:
    """Raises UnknownGroupError with the nearest names."""
    groups = groups_of(session, task_list)
    wanted = normalise_name(name)
    found = next((group for group in groups if normalise_name(group.name) == wanted), None)
    if found is None:
        raise UnknownGroupError(name, nearest_names(name, [group.name for group in groups]))
    return found


def groups_with(session: Session, unit_id: int) -> Sequence[tuple[UnitGroup, TaskList]]:
    """The groups that the unit is a member of."""
    return session.exec(
        select(UnitGroup, TaskList)
        .join(TaskList, col(TaskList.id) == col(UnitGroup.list_id))
        .join(UnitGroupMember, col(UnitGroupMember.group_id) == col(UnitGroup.id))
        .where(UnitGroupMember.unit_id == unit_id)
        .order_by(col(TaskList.slug), col(UnitGroup.id))
    ).all()


def member_ids(session: Session, group: UnitGroup) -> set[int]:
    return set(session.exec(select(UnitGroupMember.unit_id).where(UnitGroupMember.group_id == group.id)))


def add_group(session: Session, task_list: TaskList, name: str, members: Iterable[int]) -> UnitGroup:
    """A new group of the list with the units of these ids."""
    group = UnitGroup(list_id=key(task_list), name=name)
    session.add(group)
    session.flush()
    for unit_id in members:
        session.add(UnitGroupMember(group_id=key(group), unit_id=unit_id))
    session.flush()
    return group


def set_members(session: Session, group: UnitGroup, members: Iterable[int]) -> bool:
    """Makes the units of these ids the members of `group`; False when they were already."""
    wanted = set(members)
    query = select(UnitGroupMember).where(UnitGroupMember.group_id == group.id)
    current = {member.unit_id: member for member in session.exec(query)}
    for unit_id in current.keys() - wanted:
        session.delete(current[unit_id])
    for unit_id in wanted - current.keys():
        session.add(UnitGroupMember(group_id=key(group), unit_id=unit_id))
    session.flush()
    return wanted != current.keys()


def group_members(session: Session, task_list: TaskList) -> dict[int, list[OrgUnit]]:
    """Units by group id, in the units' order; a group without members is not there."""
    found: dict[int, list[OrgUnit]] = defaultdict(list)
    rows = session.exec(
        select(UnitGroupMember.group_id, OrgUnit)
        .join(UnitGroup, col(UnitGroup.id) == col(UnitGroupMember.group_id))
        .join(OrgUnit, col(OrgUnit.id) == col(UnitGroupMember.unit_id))
        .where(UnitGroup.list_id == task_list.id)
        .order_by(col(OrgUnit.position))
    )
    for group_id, unit in rows:
        found[group_id].append(unit)
    return found
