"""What the lists in force bind a unit to, by itself or through a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.models import AssignmentRole
from tracker.store.groups import groups_with
from tracker.store.lists import all_lists, assignments_of, versions_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.models import TaskList


@dataclass(frozen=True, slots=True)
class BoundTasks:
    """How many tasks of a list bind the unit, how many of them it leads, and how many name it by a group only."""

    task_list: TaskList
    tasks: int
    led: int
    by_group: int


def bound_tasks(session: Session, unit_id: int) -> list[BoundTasks]:
    """A list that does not bind the unit is left out."""
    groups = {group.id for group, _ in groups_with(session, unit_id)}
    found = []
    for task_list in all_lists(session):
        versions = versions_of(session, task_list)
        assignments = assignments_of(session, versions[0].id or 0) if versions else ()
        own = [assignment for assignment in assignments if assignment.unit_id == unit_id]
        named = {assignment.task_id for assignment in own}
        through = {assignment.task_id for assignment in assignments if assignment.group_id in groups}
        led = {assignment.task_id for assignment in own if assignment.role is AssignmentRole.LEAD}
        if named | through:
            found.append(BoundTasks(task_list, len(named | through), len(led), len(through - named)))
    return found
