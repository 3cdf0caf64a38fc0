"""Close-outs 销号: which tasks are finished, for one unit or for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import defer
from sqlmodel import col, or_, select

from tracker.errors import UnknownCloseOutError
from tracker.models import (
    CloseOut,
    CloseOutState,
    ListVersion,
    Material,
    Obligation,
    OrgUnit,
    ReportingRound,
    Task,
    TaskList,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session


def close_out_by_number(session: Session, number: int) -> CloseOut:
    """Locked until the transaction ends. Raises UnknownCloseOutError."""
    found = session.get(CloseOut, number, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownCloseOutError(number)
    return found


def lock_close_outs(session: Session, list_id: int) -> None:
    """Until the transaction ends nobody else asks, closes or reopens in this list."""
    session.flush()
    session.get_one(TaskList, list_id, with_for_update={"key_share": True}, populate_existing=True)


def closed_places(session: Session, list_id: int) -> set[tuple[int, int | None]]:
    """Lineage and unit (None for all) of what is closed now."""
    found = session.exec(
        select(CloseOut.lineage, CloseOut.unit_id).where(
            CloseOut.list_id == list_id, CloseOut.state == CloseOutState.CLOSED
        )
    )
    return set(found.all())


def closing_of(session: Session, list_id: int, lineage: int, unit_id: int | None) -> CloseOut | None:
    """What has closed the task for the unit: its own, or that of all; with None only that of all."""
    return _newest(session, list_id, lineage, unit_id, CloseOutState.CLOSED)


def asked_of(
    session: Session, list_id: int, lineage: int | None = None, unit_id: int | None = None
) -> Sequence[CloseOut]:
    """What waits for a decision: on the task and of the unit, or on any, of any."""
    query = select(CloseOut).where(CloseOut.list_id == list_id, CloseOut.state == CloseOutState.ASKED)
    if lineage is not None:
        query = query.where(CloseOut.lineage == lineage)
    if unit_id is not None:
        query = query.where(CloseOut.unit_id == unit_id)
    return session.exec(query.order_by(col(CloseOut.id))).all()


def close_outs_on(session: Session, list_id: int, lineage: int, unit_id: int) -> Sequence[CloseOut]:
    """All that concern the unit's task, the newest first."""
    return session.exec(
        select(CloseOut)
        .where(
            CloseOut.list_id == list_id,
            CloseOut.lineage == lineage,
            or_(CloseOut.unit_id == unit_id, col(CloseOut.unit_id).is_(None)),
        )
        .order_by(col(CloseOut.id).desc())
    ).all()


def close_outs_of(session: Session, list_id: int) -> Sequence[tuple[CloseOut, OrgUnit | None]]:
    """The whole register: what was asked first in front, then what is closed, then the rest; each newest first."""
    rank = [CloseOutState.ASKED, CloseOutState.CLOSED, CloseOutState.REFUSED, CloseOutState.REOPENED]
    found = session.exec(
        select(CloseOut, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(CloseOut.unit_id), isouter=True)
        .where(CloseOut.list_id == list_id)
        .order_by(col(CloseOut.id).desc())
    ).all()
    return sorted(
        found,
        key=lambda pair: (
            rank.index(pair[0].state),
            # Who waits longest comes first.
            key(pair[0]) if pair[0].state is CloseOutState.ASKED else 0,
        ),
    )


def task_numbers(session: Session, list_id: int) -> dict[int, Task]:
    """By lineage, each task as the newest version that has it words it."""
    return {
        task.lineage: task
        for task in session.exec(
            select(Task)
            .join(ListVersion, col(ListVersion.id) == col(Task.version_id))
            .where(ListVersion.list_id == list_id)
            .order_by(col(ListVersion.number))
        )
    }


def newest_obligation(session: Session, list_id: int, lineage: int, unit_id: int) -> int | None:
    """The number of what the unit owed of the task in the round that was opened last."""
    return session.exec(
        select(Obligation.id)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .where(ReportingRound.list_id == list_id, Task.lineage == lineage, Obligation.unit_id == unit_id)
        .order_by(col(ReportingRound.opened_at).desc(), col(Obligation.id).desc())
    ).first()


def evidence_files(
    session: Session, list_id: int, lineage: int, unit_id: int | None = None
) -> Sequence[Material]:
    """What was sent in on the task in any version, without contents, of one unit or of all; the newest first."""
    query = (
        select(Material)
        .options(defer(Material.content, raiseload=True))  # type: ignore[arg-type]
        .join(Task, col(Task.id) == col(Material.task_id))
        .join(ListVersion, col(ListVersion.id) == col(Task.version_id))
        .where(ListVersion.list_id == list_id, Task.lineage == lineage)
    )
    if unit_id is not None:
        query = query.where(Material.unit_id == unit_id)
    return session.exec(query.order_by(col(Material.id).desc())).all()


def _newest(
    session: Session, list_id: int, lineage: int, unit_id: int | None, state: CloseOutState
) -> CloseOut | None:
    return session.exec(
        select(CloseOut)
        .where(
            CloseOut.list_id == list_id,
            CloseOut.lineage == lineage,
            CloseOut.state == state,
            or_(CloseOut.unit_id == unit_id, col(CloseOut.unit_id).is_(None)),
        )
        .order_by(col(CloseOut.id).desc())
    ).first()
