"""Filed texts that may answer a question, newest first, and how far their index went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlmodel import col, func, select

from tracker.domain.bigrams import EDITION, Question, grams_of
from tracker.models import (
    ListVersion,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    ReportingRound,
    SearchIndex,
    Task,
    TaskList,
)
from tracker.store import gram_table
from tracker.store.units import in_force

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

_ROW: Final = 1
_READ_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class TextFilter:
    """Among which texts is searched; a part that is None does not narrow."""

    list_id: int | None = None
    period: str | None = None
    unit_id: int | None = None
    with_old_versions: bool = False

    @property
    def is_narrow(self) -> bool:
        return (self.list_id, self.period, self.unit_id) != (None, None, None)


class FiledText(NamedTuple):
    """One version with everything that a hit shows."""

    update: ProgressUpdate
    obligation: Obligation
    task: Task
    unit: OrgUnit
    round: ReportingRound
    task_list: TaskList


class FoundTask(NamedTuple):
    """A task, and where it is read: in its list, or among what a unit owes."""

    number: str
    title: str
    slug: str
    list_title: str
    obligation_id: int | None = None


def said_in(update: ProgressUpdate) -> str:
    """What a version says: its text, or why there is nothing to report."""
    return update.nil_reason or update.text


def last_indexed(session: Session) -> int:
    """Everything up to this number is in the index; 0 where it has to be made anew."""
    row = session.get(SearchIndex, _ROW)
    return row.last_id if row and row.edition == EDITION else 0


def lock_index(session: Session) -> SearchIndex | None:
    """The row, for who is going to write it; two take turns."""
    return session.exec(select(SearchIndex).where(SearchIndex.id == _ROW).with_for_update()).first()


def unindexed(session: Session, last_id: int, limit: int) -> Sequence[ProgressUpdate]:
    """The oldest first."""
    return session.exec(
        select(ProgressUpdate)
        .where(gram_table.is_not_in(session, last_id))
        .order_by(col(ProgressUpdate.id))
        .limit(limit)
    ).all()


def count_unindexed(session: Session) -> int:
    """Of all versions; everything where the index came from another database or was made by other rules."""
    last_id = last_indexed(session)
    if is_index_lost(session, last_id):
        return count_texts(session)
    missing = select(func.count()).select_from(ProgressUpdate).where(gram_table.is_not_in(session, last_id))
    return session.exec(missing).one()


def count_texts(session: Session) -> int:
    """Of all versions."""
    return session.exec(select(func.count()).select_from(ProgressUpdate)).one()


def is_index_lost(session: Session, last_id: int) -> bool:
    """Whether the newest text that the index should hold is not in it: it came from another database."""
    newest = session.exec(
        select(ProgressUpdate).where(ProgressUpdate.id <= last_id).order_by(col(ProgressUpdate.id).desc())  # type: ignore[operator]
    ).first()
    if newest is None:
        return last_id > 0
    # Two characters each: only what is asked for one begins a gram.
    grams = sorted(gram for gram in grams_of(said_in(newest)) if len(gram) > 1)[:3]
    if not grams:
        return False
    found = gram_table.ids_holding(session, grams).subquery()
    return session.exec(select(found.c[0]).where(found.c[0] == newest.id)).first() is None


def are_at_most(session: Session, wanted: TextFilter, bound: int) -> bool:
    """Whether there are no more than `bound` texts to search among."""
    some = _among(select(ProgressUpdate.id), wanted, [], bound + 1).order_by(None).subquery()
    return bool(session.exec(select(func.count()).select_from(some)).one() <= bound)


def all_candidates(session: Session, wanted: TextFilter) -> Generator[tuple[int, str]]:
    """Number and words of every text to search among."""
    return _candidates(session, wanted, [], None)


def indexed_candidates(
    session: Session, wanted: TextFilter, question: Question, last_id: int, limit: int
) -> Generator[tuple[int, str]]:
    """Number and words of the texts that hold all of the question's grams."""
    return _candidates(session, wanted, _holding(session, question, last_id), limit)


def indexed_numbers(
    session: Session, wanted: TextFilter, question: Question, last_id: int, limit: int
) -> Sequence[int]:
    """The numbers alone of the texts that hold all of the question's grams."""
    statement = _among(select(ProgressUpdate.id), wanted, _holding(session, question, last_id), limit)
    found: Sequence[int] = session.exec(statement, execution_options={"yield_per": _READ_AT_ONCE}).all()
    return found


def recent_candidates(
    session: Session, wanted: TextFilter, last_id: int, limit: int
) -> Generator[tuple[int, str]]:
    """Number and words of the newest texts that are not in the index yet."""
    return _candidates(session, wanted, [col(ProgressUpdate.id) > last_id], limit)


def count_recent(session: Session, wanted: TextFilter, last_id: int) -> int:
    """How many texts are not in the index yet."""
    return session.exec(
        select(func.count())
        .select_from(ProgressUpdate)
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(col(ProgressUpdate.id) > last_id, *_conditions(wanted))
    ).one()


def _candidates(
    session: Session, wanted: TextFilter, more: Sequence[ColumnElement[bool]], limit: int | None
) -> Generator[tuple[int, str]]:
    statement = _among(
        select(ProgressUpdate.id, ProgressUpdate.text, ProgressUpdate.nil_reason), wanted, more, limit
    )
    # Whoever reads them closes the generator when it has enough.
    with session.exec(statement, execution_options={"yield_per": _READ_AT_ONCE}) as rows:
        for number, text, nil_reason in rows:
            yield number, nil_reason or text


def _holding(session: Session, question: Question, last_id: int) -> list[ColumnElement[bool]]:
    number = col(ProgressUpdate.id)
    return [number <= last_id, number.in_(gram_table.ids_from_newest(session, question.grams(), last_id))]


def _among(
    statement: Any,  # noqa: ANN401 - a select of one column or of several
    wanted: TextFilter,
    more: Sequence[ColumnElement[bool]],
    limit: int | None,
) -> Any:  # noqa: ANN401 - likewise
    return (
        statement.join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(*more, *_conditions(wanted))
        .order_by(col(ProgressUpdate.id).desc())
        .limit(limit)
    )


def _conditions(wanted: TextFilter) -> list[ColumnElement[bool]]:
    conditions = [in_force(col(Obligation.unit_id))]
    if not wanted.with_old_versions:
        conditions.append(col(ProgressUpdate.version) == col(Obligation.version))
    if wanted.unit_id is not None:
        conditions.append(col(Obligation.unit_id) == wanted.unit_id)
    # Not a join: a database without statistics would begin at the wrong end.
    rounds = select(ReportingRound.id)
    if wanted.list_id is not None:
        rounds = rounds.where(ReportingRound.list_id == wanted.list_id)
    if wanted.period is not None:
        rounds = rounds.where(ReportingRound.period == wanted.period)
    if (wanted.list_id, wanted.period) != (None, None):
        conditions.append(col(Obligation.round_id).in_(rounds))
    return conditions


def filed_texts(session: Session, numbers: Sequence[int]) -> list[FiledText]:
    """Those texts, newest first."""
    rows = session.exec(
        select(ProgressUpdate, Obligation, Task, OrgUnit, ReportingRound, TaskList)  # type: ignore[call-overload]
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .join(TaskList, col(TaskList.id) == col(ReportingRound.list_id))
        .where(col(ProgressUpdate.id).in_(numbers))
        .order_by(col(ProgressUpdate.id).desc())
    )
    return [FiledText(*row) for row in rows]


def rounds_with_texts(session: Session, unit_id: int | None) -> Sequence[tuple[TaskList, ReportingRound]]:
    """What a search may be narrowed to: the rounds, of one unit those that it owes something in, newest first."""
    statement = (
        select(TaskList, ReportingRound)
        .join(ReportingRound, col(ReportingRound.list_id) == col(TaskList.id))
        .order_by(col(ReportingRound.due_at).desc(), col(TaskList.slug))
    )
    if unit_id is not None:
        owed = select(Obligation.round_id).where(Obligation.unit_id == unit_id)
        statement = statement.where(col(ReportingRound.id).in_(owed))
    return session.exec(statement).all()


def find_tasks(session: Session, wanted: TextFilter, question: Question) -> list[FoundTask]:
    """The tasks whose number is the question or whose title holds it, in the order of their lists.

    Of a unit those that it has ever owed, once each; of nobody's in particular those of the versions in force.
    """
    rows = _owed_tasks(session, wanted) if wanted.unit_id is not None else _current_tasks(session, wanted)
    return [task for task in rows if _is_meant(task, question)]


def _is_meant(task: FoundTask, question: Question) -> bool:
    return question.is_answered_by(task.title) or Question.of(task.number) == question


def _current_tasks(session: Session, wanted: TextFilter) -> Iterator[FoundTask]:
    newest = select(func.max(ListVersion.number)).where(ListVersion.list_id == TaskList.id)
    statement = (
        select(Task.number, Task.title, TaskList.slug, TaskList.title)
        .join(ListVersion, col(ListVersion.id) == col(Task.version_id))
        .join(TaskList, col(TaskList.id) == col(ListVersion.list_id))
        .where(ListVersion.number == newest.correlate(TaskList).scalar_subquery())
        .order_by(col(TaskList.slug), col(Task.position))
    )
    if wanted.list_id is not None:
        statement = statement.where(TaskList.id == wanted.list_id)
    return (FoundTask(*row) for row in session.exec(statement))


def _owed_tasks(session: Session, wanted: TextFilter) -> Iterator[FoundTask]:
    statement = (
        select(Task.lineage, Task.number, Task.title, TaskList.slug, TaskList.title, Obligation.id)  # type: ignore[call-overload]
        .join(Obligation, col(Obligation.task_id) == col(Task.id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .join(TaskList, col(TaskList.id) == col(ReportingRound.list_id))
        .where(Obligation.unit_id == wanted.unit_id)
        .order_by(col(TaskList.slug), col(ReportingRound.due_at).desc(), col(Task.position))
    )
    if wanted.list_id is not None:
        statement = statement.where(TaskList.id == wanted.list_id)
    seen: set[tuple[int, str]] = set()
    for lineage, number, title, slug, list_title, obligation_id in session.exec(statement):
        if (lineage, slug) not in seen:
            seen.add((lineage, slug))
            yield FoundTask(number, title, slug, list_title, obligation_id)
