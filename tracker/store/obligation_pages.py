"""The obligations of a round page by page, each page found without those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import and_, col, or_, select

from tracker.models import Obligation, OrgUnit, ProgressUpdate, Task
from tracker.store.units import in_force

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.models import ReportingRound


class PageRow(NamedTuple):
    """`update` is the newest filed version, None before the first."""

    obligation: Obligation
    task: Task
    unit: OrgUnit
    update: ProgressUpdate | None


def obligation_page(
    session: Session,
    reporting_round: ReportingRound,
    *,
    unit_id: int | None,
    after: tuple[int, int],
    limit: int,
) -> list[PageRow]:
    """By task id and unit id, those after this pair; tasks are numbered in the order of their document.

    In this order they stand in an index: the last page of a large round is found as quickly as the first.
    """
    task_id, past = after
    newest = and_(
        col(ProgressUpdate.obligation_id) == col(Obligation.id),
        col(ProgressUpdate.version) == col(Obligation.version),
    )
    query = (
        select(Obligation, Task, OrgUnit, ProgressUpdate)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .join(ProgressUpdate, newest, isouter=True)
        .where(
            Obligation.round_id == reporting_round.id,
            col(Obligation.task_id) >= task_id,
            or_(col(Obligation.task_id) > task_id, col(Obligation.unit_id) > past),
            in_force(col(Obligation.unit_id)),
        )
        .order_by(col(Obligation.task_id), col(Obligation.unit_id))
        .limit(limit)
    )
    if unit_id is not None:
        query = query.where(Obligation.unit_id == unit_id)
    return [PageRow(*row) for row in session.exec(query)]
