"""Task lists, their versions and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.domain.names import nearest_names
from tracker.domain.rules import ReportingRules
from tracker.errors import UnknownListError, UnknownTaskError
from tracker.models import Assignment, ListVersion, Measure, Section, Task, TaskList, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session


def all_lists(session: Session) -> Sequence[TaskList]:
    return session.exec(select(TaskList).order_by(TaskList.slug)).all()


def list_by_slug(session: Session, slug: str) -> TaskList:
    """Raises UnknownListError with the nearest slugs."""
    found = session.exec(select(TaskList).where(TaskList.slug == slug)).first()
    if found is None:
        raise UnknownListError(slug, nearest_names(slug, session.exec(select(TaskList.slug)).all()))
    return found


def rules_of(task_list: TaskList) -> ReportingRules:
    return ReportingRules.model_validate_json(task_list.rules)


def versions_of(session: Session, task_list: TaskList) -> Sequence[ListVersion]:
    """The newest, which is the one in force, first."""
    return session.exec(
        select(ListVersion)
        .where(ListVersion.list_id == task_list.id)
        .order_by(col(ListVersion.number).desc())
    ).all()


def current_version(session: Session, task_list: TaskList) -> ListVersion:
    """What the rounds that open from now on are about. A round that is open has its own: `version_id`."""
    return versions_of(session, task_list)[0]


def current_tasks(session: Session, task_list: TaskList) -> Sequence[Task]:
    """Those of the version in force."""
    return tasks_of(session, key(current_version(session, task_list)))


def tasks_of(session: Session, version_id: int) -> Sequence[Task]:
    """In the document's order."""
    return session.exec(select(Task).where(Task.version_id == version_id).order_by(col(Task.position))).all()


def task_by_number(session: Session, version_id: int, number: str) -> Task:
    """Raises UnknownTaskError with the nearest numbers."""
    found = session.exec(
        select(Task).where(Task.version_id == version_id, Task.number == number.strip())
    ).first()
    if found is None:
        numbers = session.exec(select(Task.number).where(Task.version_id == version_id)).all()
        raise UnknownTaskError(number, nearest_names(number, numbers))
    return found


def measures_of(session: Session, version_id: int) -> dict[int, Measure]:
    found = session.exec(select(Measure).where(Measure.version_id == version_id)).all()
    return {key(measure): measure for measure in found}


def sections_of(session: Session, version_id: int) -> dict[int, Section]:
    found = session.exec(select(Section).where(Section.version_id == version_id)).all()
    return {key(section): section for section in found}


def assignments_of(session: Session, version_id: int) -> Sequence[Assignment]:
    """By task, in the order in which the document names the units."""
    return session.exec(
        select(Assignment)
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .where(Task.version_id == version_id)
        .order_by(col(Task.position), col(Assignment.position))
    ).all()
