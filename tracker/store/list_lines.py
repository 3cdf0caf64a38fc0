"""The tasks of a version as lines without database keys, and as texts that a person compares."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tracker.domain.task_changes import TaskText
from tracker.models import (
    Assignment,
    AssignmentRole,
    ListVersion,
    Measure,
    OrgUnit,
    Section,
    Task,
    UnitGroup,
    key,
)
from tracker.store.lists import measures_of, sections_of, tasks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.models import TaskList


@dataclass(frozen=True, slots=True)
class BoundUnit:
    """One assignment: a unit or a group of the list, under the name it has here; `text` as written in the document."""

    name: str
    is_group: bool
    role: AssignmentRole
    text: str


@dataclass(frozen=True, slots=True)
class ListLine:
    """One task with the headings above it and the units that it binds."""

    number: str
    section: str
    measure: str
    title: str
    content: str
    units_text: str
    units_block: int
    deadline: str
    is_lead_certain: bool
    place: str
    bound: tuple[BoundUnit, ...]


def stored_lines(session: Session, version_id: int) -> list[ListLine]:
    """What the database holds, in the document's order."""
    measures, sections = measures_of(session, version_id), sections_of(session, version_id)
    bound = _bound_by_task(session, version_id)
    lines: list[ListLine] = []
    for task in tasks_of(session, version_id):
        measure = measures.get(task.measure_id or 0)
        section = sections.get(measure.section_id or 0) if measure else None
        lines.append(
            ListLine(
                number=task.number,
                section=section.title if section else "",
                measure=measure.title if measure else "",
                title=task.title,
                content=task.content,
                units_text=task.units_text,
                units_block=task.units_block,
                deadline=task.deadline,
                is_lead_certain=task.is_lead_certain,
                place=task.place,
                bound=tuple(bound.get(key(task), ())),
            )
        )
    return lines


def text_of(line: ListLine) -> TaskText:
    """The line as it is compared: where it stands in its file is not what it says."""
    return TaskText(
        number=line.number,
        section=line.section,
        measure=line.measure,
        title=line.title,
        content=line.content,
        deadline=line.deadline,
        units=tuple((found.role.value, found.name) for found in line.bound),
    )


def lineages_of(session: Session, version_id: int) -> dict[str, int]:
    """By task number."""
    return dict(session.exec(select(Task.number, Task.lineage).where(Task.version_id == version_id)).all())


def last_lineage(session: Session, task_list: TaskList) -> int:
    """The highest one that any version of the list has used, 0 before the first."""
    query = (
        select(func.max(Task.lineage))
        .join(ListVersion, col(ListVersion.id) == col(Task.version_id))
        .where(ListVersion.list_id == task_list.id)
    )
    return session.exec(query).one() or 0


def write_lines(
    session: Session, version: ListVersion, lines: Sequence[ListLine], lineages: Sequence[int]
) -> None:
    """Writes the tasks of a new version; `lineages` runs parallel to `lines`, whose units and groups exist."""
    names = {found.name for line in lines for found in line.bound if not found.is_group}
    units = dict(session.exec(select(OrgUnit.name, OrgUnit.id).where(col(OrgUnit.name).in_(names))).all())
    groups = dict(
        session.exec(select(UnitGroup.name, UnitGroup.id).where(UnitGroup.list_id == version.list_id)).all()
    )
    section: Section | None = None
    measure: Measure | None = None
    heading = ("", "")
    for position, (line, lineage) in enumerate(zip(lines, lineages, strict=True), start=1):
        if line.section != heading[0]:
            section = _add_section(session, version, position, line)
        if (line.section, line.measure) != heading:
            measure = _add_measure(session, version, section, position, line)
            heading = line.section, line.measure
        task = _add_task(session, version, measure, position, line, lineage)
        session.add_all(
            Assignment(
                task_id=key(task),
                unit_id=None if bound.is_group else units[bound.name],
                group_id=groups[bound.name] if bound.is_group else None,
                role=bound.role,
                position=place,
                text=bound.text,
            )
            for place, bound in enumerate(line.bound, start=1)
        )
    session.flush()


def _bound_by_task(session: Session, version_id: int) -> dict[int, list[BoundUnit]]:
    rows = session.exec(
        select(Assignment, OrgUnit.name, UnitGroup.name)
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .outerjoin(OrgUnit, col(OrgUnit.id) == col(Assignment.unit_id))
        .outerjoin(UnitGroup, col(UnitGroup.id) == col(Assignment.group_id))
        .where(Task.version_id == version_id)
        .order_by(col(Assignment.task_id), col(Assignment.position))
    )
    bound: dict[int, list[BoundUnit]] = defaultdict(list)
    for found, unit, group in rows:
        bound[found.task_id].append(BoundUnit(unit or group, unit is None, found.role, found.text))
    return bound


def _add_section(session: Session, version: ListVersion, position: int, line: ListLine) -> Section | None:
    if not line.section:
        return None
    section = Section(version_id=key(version), position=position, title=line.section)
    session.add(section)
    session.flush()
    return section


def _add_measure(
    session: Session, version: ListVersion, section: Section | None, position: int, line: ListLine
) -> Measure | None:
    """The measure of `line`; one without a title where the task stands right below a section."""
    if section is None and not line.measure:
        return None
    measure = Measure(
        version_id=key(version),
        section_id=section.id if section else None,
        position=position,
        title=line.measure,
    )
    session.add(measure)
    session.flush()
    return measure


def _add_task(
    session: Session,
    version: ListVersion,
    measure: Measure | None,
    position: int,
    line: ListLine,
    lineage: int,
) -> Task:
    task = Task(
        version_id=key(version),
        lineage=lineage,
        measure_id=measure.id if measure else None,
        position=position,
        number=line.number,
        title=line.title,
        content=line.content,
        units_text=line.units_text,
        units_block=line.units_block,
        deadline=line.deadline,
        is_lead_certain=line.is_lead_certain,
        place=line.place,
    )
    session.add(task)
    session.flush()
    return task
