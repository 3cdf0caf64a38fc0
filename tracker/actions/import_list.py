"""Stores a task list read from a file: units, groups, measures, tasks, assignments. All or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.domain.unit_kinds import guess_kind
from tracker.errors import BlockingProblemsError, ListInUseError
from tracker.models import AssignmentRole, OrgUnit, ReportingRound, TaskList, UnitKind, key
from tracker.store.groups import add_group, group_members, groups_of, is_local, set_members
from tracker.store.list_lines import BoundUnit, ListLine, replace_lines, stored_lines
from tracker.store.lists import assignments_of, measures_of, tasks_of
from tracker.store.units import add_alias, add_unit, find_unit, unit_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.importers.listfile import ListFile
    from tracker.importers.parsed import ParsedTask, ParsedUnit, Problem
    from tracker.importers.tables.table import TaskRow

_SHOWN_DIFFERENCES = 10


@dataclass(frozen=True, slots=True)
class ListContent:
    """What a file holds: the list's own data, and its table as read."""

    definition: ListFile
    tasks: Sequence[ParsedTask]
    rows: Sequence[TaskRow]
    note: str
    problems: Sequence[Problem]
    source_name: str
    source_hash: str


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What was stored. `is_new` and `is_changed` are both False for a file that says nothing new."""

    slug: str
    title: str
    is_new: bool
    is_changed: bool
    measures: int
    tasks: int
    leads: int
    counties: int
    new_units: tuple[str, ...]
    empty_groups: tuple[str, ...]


def import_list(session: Session, actor: Actor, content: ListContent, now: datetime) -> ImportOutcome:
    """Stores the list, or finds that nothing has changed.

    Raises BlockingProblemsError when the file has problems that must be settled first, NameTakenError when an
    alias already means another unit, ListInUseError when the tasks of a list with rounds would change.
    """
    actor.require_coordinating()
    blocking = tuple(
        f"{problem.where}：{problem.message}" for problem in content.problems if problem.is_blocking
    )
    if blocking:
        raise BlockingProblemsError(blocking)
    definition = content.definition
    stored = session.exec(select(TaskList).where(TaskList.slug == definition.slug)).first()
    task_list, has_new_rules = _write_list(session, stored, content, now)
    new_units = _write_units(session, definition)
    has_new_members = _write_groups(session, task_list, definition)
    lines = _lines(session, task_list, content, new_units)
    current = stored_lines(session, task_list)
    is_changed = current != lines
    if is_changed:
        _require_unused(session, task_list, current, lines)
        replace_lines(session, task_list, lines)
    return _outcome(
        session,
        task_list,
        is_new=stored is None,
        is_changed=is_changed or has_new_rules or has_new_members,
        new_units=new_units,
    )


def _write_list(
    session: Session, stored: TaskList | None, content: ListContent, now: datetime
) -> tuple[TaskList, bool]:
    """The list, and whether anything about it is new: rules apply to the rounds that open from now on."""
    definition = content.definition
    task_list = stored or TaskList(slug=definition.slug, title="", rules="", imported_at=now)
    before = task_list.model_dump()
    task_list.title = definition.title
    task_list.note = content.note
    task_list.rules = definition.rules.model_dump_json()
    task_list.first_period = definition.first_period
    task_list.last_period = definition.last_period
    task_list.source_name = content.source_name
    task_list.source_hash = content.source_hash
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


def _lines(
    session: Session, task_list: TaskList, content: ListContent, new_units: list[str]
) -> list[ListLine]:
    groups = {group.name: group for group in groups_of(session, task_list)}
    members = group_members(session, task_list)
    units: dict[str, OrgUnit] = {}
    lines: list[ListLine] = []
    block = 0
    for task, row in zip(content.tasks, content.rows, strict=True):
        block += not row.units_are_inherited
        bound: list[BoundUnit] = []
        for mention in task.units:
            if mention.role == "group":
                group = groups.get(mention.name) or groups.get(mention.text)
                if group is None:
                    group = groups[mention.name] = add_group(session, task_list, mention.name, ())
                role = _group_role(members.get(key(group), []))
                bound.append(BoundUnit(None, key(group), role, mention.text))
            else:
                unit = _unit(session, mention, units, new_units)
                bound.append(BoundUnit(key(unit), None, _role(mention, unit), mention.text))
        lines.append(
            ListLine(
                number=task.number,
                section=task.section,
                measure=task.measure,
                title=task.title,
                content=task.content,
                units_text=row.units,
                units_block=block,
                deadline=task.deadline,
                is_lead_certain=task.lead_certain,
                place=task.where,
                bound=tuple(dict.fromkeys(bound)),
            )
        )
    return lines


def _unit(session: Session, mention: ParsedUnit, seen: dict[str, OrgUnit], new_units: list[str]) -> OrgUnit:
    """The unit of a mention, by its full name first; one that nobody described becomes a unit of its own."""
    found = seen.get(mention.name) or find_unit(session, mention.name) or find_unit(session, mention.text)
    if found is None:
        found = add_unit(session, mention.name, UnitKind(guess_kind(mention.name)))
        new_units.append(found.name)
    seen[mention.name] = found
    return found


def _role(mention: ParsedUnit, unit: OrgUnit) -> AssignmentRole:
    if mention.role == "lead":
        return AssignmentRole.LEAD
    return AssignmentRole.LOCAL if is_local(unit.kind) else AssignmentRole.SUPPORTING


def _group_role(members: Sequence[OrgUnit]) -> AssignmentRole:
    """A collective of places files as each of them; one of departments, or of nobody known, supports."""
    all_local = bool(members) and all(is_local(unit.kind) for unit in members)
    return AssignmentRole.LOCAL if all_local else AssignmentRole.SUPPORTING


def _require_unused(
    session: Session, task_list: TaskList, current: list[ListLine], wanted: list[ListLine]
) -> None:
    used = session.exec(select(ReportingRound.id).where(ReportingRound.list_id == task_list.id)).first()
    if used is None:
        return
    before = {line.number: line for line in current}
    after = {line.number: line for line in wanted}
    differing = [number for number in {**before, **after} if before.get(number) != after.get(number)]
    shown = "、".join(f"第 {number} 项" for number in differing[:_SHOWN_DIFFERENCES])
    more = f" 等 {len(differing)} 项" if len(differing) > _SHOWN_DIFFERENCES else ""
    raise ListInUseError(list=task_list.slug, differences=shown + more)


def _outcome(
    session: Session, task_list: TaskList, *, is_new: bool, is_changed: bool, new_units: list[str]
) -> ImportOutcome:
    assignments = assignments_of(session, task_list)
    members = group_members(session, task_list)
    named = {found.group_id for found in assignments if found.group_id}
    local = [found for found in assignments if found.role is AssignmentRole.LOCAL]
    places = {found.unit_id for found in local if found.unit_id}
    for found in local:
        places |= {key(unit) for unit in members.get(found.group_id or 0, [])}
    return ImportOutcome(
        slug=task_list.slug,
        title=task_list.title,
        is_new=is_new,
        is_changed=is_changed and not is_new,
        measures=len(measures_of(session, task_list)),
        tasks=len(tasks_of(session, task_list)),
        leads=len({found.unit_id for found in assignments if found.role is AssignmentRole.LEAD}),
        counties=len(places),
        new_units=tuple(new_units),
        empty_groups=tuple(
            group.name
            for group in groups_of(session, task_list)
            if group.id in named and group.id not in members
        ),
    )
