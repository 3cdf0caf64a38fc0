"""The tasks of a list as lines without database keys: equal lines mean an unchanged task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, delete

from tracker.models import Assignment, AssignmentRole, Measure, Section, Task, key
from tracker.store.lists import assignments_of, measures_of, sections_of, tasks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tracker.models import TaskList


@dataclass(frozen=True, slots=True)
class BoundUnit:
    """One assignment: a unit or a group, in a role; `text` as written in the document."""

    unit_id: int | None
    group_id: int | None
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


def stored_lines(session: Session, task_list: TaskList) -> list[ListLine]:
    """What the database holds, in the document's order."""
    measures, sections = measures_of(session, task_list), sections_of(session, task_list)
    bound: dict[int, list[BoundUnit]] = {}
    for found in assignments_of(session, task_list):
        bound.setdefault(found.task_id, []).append(
            BoundUnit(found.unit_id, found.group_id, found.role, found.text)
        )
    lines: list[ListLine] = []
    for task in tasks_of(session, task_list):
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


def replace_lines(session: Session, task_list: TaskList, lines: Sequence[ListLine]) -> None:
    """Writes `lines` in place of all tasks of the list, which must not be in any round."""
    old = [key(task) for task in tasks_of(session, task_list)]
    session.exec(delete(Assignment).where(col(Assignment.task_id).in_(old)))
    session.exec(delete(Task).where(col(Task.list_id) == task_list.id))
    session.exec(delete(Measure).where(col(Measure.list_id) == task_list.id))
    session.exec(delete(Section).where(col(Section.list_id) == task_list.id))
    section: Section | None = None
    measure: Measure | None = None
    for position, line in enumerate(lines, start=1):
        if line.section and (section is None or section.title != line.section):
            section = Section(list_id=key(task_list), position=position, title=line.section)
            session.add(section)
            session.flush()
            measure = None
        if line.measure and (measure is None or measure.title != line.measure):
            measure = Measure(
                list_id=key(task_list),
                section_id=section.id if section else None,
                position=position,
                title=line.measure,
            )
            session.add(measure)
            session.flush()
        _add_task(session, task_list, measure if line.measure else None, position, line)
    session.flush()


def _add_task(
    session: Session, task_list: TaskList, measure: Measure | None, position: int, line: ListLine
) -> None:
    task = Task(
        list_id=key(task_list),
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
    for place, bound in enumerate(line.bound, start=1):
        session.add(
            Assignment(
                task_id=key(task),
                unit_id=bound.unit_id,
                group_id=bound.group_id,
                role=bound.role,
                position=place,
                text=bound.text,
            )
        )
