"""Stores a task list read from a file, or a new version of one: units, groups, tasks, assignments. All or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.actions.lists.add_version import add_version
from tracker.actions.lists.import_lines import Meanings, lines_of
from tracker.domain.unit_kinds import guess_kind
from tracker.errors import BlockingProblemsError
from tracker.models import AssignmentRole, TaskList, UnitKind, key
from tracker.store.groups import add_group, group_members, groups_of, set_members
from tracker.store.lists import assignments_of, measures_of, tasks_of
from tracker.store.rounds import rounds_of
from tracker.store.units import add_alias, add_unit, find_unit, unit_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.lists.add_version import VersionUpdate
    from tracker.actions.lists.list_content import ListContent
    from tracker.domain.actors import Actor
    from tracker.domain.task_changes import TaskChange
    from tracker.importers.listfile import ListFile
    from tracker.importers.parsed import ParsedTask


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What was stored. `is_new` and `is_changed` are both False for a file that says nothing new.

    `changes` are the tasks that differ from the version before; `keeping` are open rounds that stay with theirs.
    """

    slug: str
    title: str
    version: int
    is_new: bool
    is_changed: bool
    measures: int
    tasks: int
    leads: int
    counties: int
    new_units: tuple[str, ...]
    empty_groups: tuple[str, ...]
    changes: tuple[TaskChange, ...]
    keeping: tuple[str, ...]


def import_list(session: Session, actor: Actor, content: ListContent, now: datetime) -> ImportOutcome:
    """Stores the list, adds a version to it, or finds that nothing has changed.

    Rounds that are open keep the version and the rules that they were opened on.
    Raises BlockingProblemsError when the file has problems that must be settled first, NameTakenError when an
    alias already means another unit.
    """
    actor.require_coordinating()
    blocking = tuple(
        f"{problem.where}：{problem.message}" for problem in content.problems if problem.is_blocking
    )
    if blocking:
        raise BlockingProblemsError(blocking)
    definition = content.definition
    stored = session.exec(select(TaskList).where(TaskList.slug == definition.slug).with_for_update()).first()
    task_list, has_new_rules = _write_list(session, stored, definition)
    new_units = _write_units(session, definition)
    has_new_members = _write_groups(session, task_list, definition)
    lines = lines_of(content.tasks, content.rows, _meanings(session, task_list, content.tasks, new_units))
    update = add_version(session, actor, task_list, lines, content, now)
    return _outcome(
        session,
        task_list,
        update,
        is_new=stored is None,
        is_changed=update.is_new or has_new_rules or has_new_members,
        new_units=new_units,
    )


def _write_list(session: Session, stored: TaskList | None, definition: ListFile) -> tuple[TaskList, bool]:
    """The list, and whether anything about it is new: rules apply to the rounds that open from now on."""
    task_list = stored or TaskList(slug=definition.slug, title="", rules="")
    before = task_list.model_dump()
    task_list.title = definition.title
    task_list.rules = definition.rules.model_dump_json()
    task_list.first_period = definition.first_period
    task_list.last_period = definition.last_period
    is_changed = task_list.model_dump() != before
    session.add(task_list)
    session.flush()
    return task_list, is_changed


def _write_units(session: Session, definition: ListFile) -> list[str]:
    """The units that the list file describes, with their aliases; the names of those that are new."""
    new: list[str] = []
    for described in definition.units:
        unit = find_unit(session, described.name)
        if unit is None:
            parent = unit_by_name(session, described.parent) if described.parent else None
            unit = add_unit(session, described.name, UnitKind(described.kind), parent)
            new.append(unit.name)
        for alias in described.aliases:
            add_alias(session, unit, alias)
    return new


def _write_groups(session: Session, task_list: TaskList, definition: ListFile) -> bool:
    """Every wording of a group is a group of its own name with the same members; True when any changed.

    A group that the list file gives no members keeps those it has: they were settled on this site.
    """
    existing = {group.name: group for group in groups_of(session, task_list)}
    is_changed = False
    for described in definition.groups:
        members = [key(unit_by_name(session, name)) for name in definition.members_of(described)]
        for name in (described.name, *described.aliases):
            if name not in existing:
                existing[name] = add_group(session, task_list, name, members)
                is_changed = True
            elif members:
                is_changed |= set_members(session, existing[name], members)
    return is_changed


def _meanings(
    session: Session, task_list: TaskList, tasks: Sequence[ParsedTask], new_units: list[str]
) -> Meanings:
    """Every name that the tasks mention; one that nobody described becomes a unit or a group of its own."""
    groups = {group.name: group for group in groups_of(session, task_list)}
    members = group_members(session, task_list)
    units: dict[str, tuple[str, UnitKind]] = {}
    collectives: dict[str, tuple[str, frozenset[UnitKind]]] = {}
    for mention in (unit for task in tasks for unit in task.units):
        if mention.role == "group" and mention.name not in collectives:
            group = groups.get(mention.name) or groups.get(mention.text)
            if group is None:
                group = groups[mention.name] = add_group(session, task_list, mention.name, ())
            kinds = frozenset(unit.kind for unit in members.get(key(group), ()))
            collectives[mention.name] = group.name, kinds
        elif mention.role != "group" and mention.name not in units:
            unit = find_unit(session, mention.name) or find_unit(session, mention.text)
            if unit is None:
                unit = add_unit(session, mention.name, UnitKind(guess_kind(mention.name)))
                new_units.append(unit.name)
            units[mention.name] = unit.name, unit.kind
    return Meanings(units, collectives)


def _outcome(
    session: Session,
    task_list: TaskList,
    update: VersionUpdate,
    *,
    is_new: bool,
    is_changed: bool,
    new_units: list[str],
) -> ImportOutcome:
    version = update.version
    assignments = assignments_of(session, key(version))
    members = group_members(session, task_list)
    named = {found.group_id for found in assignments if found.group_id}
    local = [found for found in assignments if found.role is AssignmentRole.LOCAL]
    places = {found.unit_id for found in local if found.unit_id}
    for found in local:
        places |= {key(unit) for unit in members.get(found.group_id or 0, [])}
    return ImportOutcome(
        slug=task_list.slug,
        title=task_list.title,
        version=version.number,
        is_new=is_new,
        is_changed=is_changed and not is_new,
        measures=len(measures_of(session, key(version))),
        tasks=len(tasks_of(session, key(version))),
        leads=len({found.unit_id for found in assignments if found.role is AssignmentRole.LEAD}),
        counties=len(places),
        new_units=tuple(new_units),
        empty_groups=tuple(
            group.name
            for group in groups_of(session, task_list)
            if group.id in named and group.id not in members
        ),
        changes=update.changes,
        keeping=tuple(
            found.period
            for found in rounds_of(session, task_list)
            if found.closed_at is None and found.version_id != version.id
        ),
    )
