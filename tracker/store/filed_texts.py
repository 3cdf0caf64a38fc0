"""Every obligation of a round with its newest text, one row after the other: for tables of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import case
from sqlmodel import and_, col, select

from tracker.models import AssignmentRole, Obligation, OrgUnit, ProgressUpdate, Task, UnitKind
from tracker.store.obligation_list import conditions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.states import ObligationState
    from tracker.models import ReportingRound
    from tracker.store.obligation_list import ObligationFilter

_ROWS_AT_ONCE: Final = 500


class FiledText(NamedTuple):
    """`text`, `nil_reason` and `submitted_at` are None where nothing is filed."""

    task_id: int
    unit_id: int
    role: AssignmentRole
    state: ObligationState
    is_on_time: bool | None
    first_submitted_at: datetime | None
    version: int
    text: str | None
    nil_reason: str | None
    submitted_at: datetime | None


def filed_texts(
    session: Session, reporting_round: ReportingRound, wanted: ObligationFilter
) -> Iterator[FiledText]:
    """In the order of the document, the lead of each task first, then the units as `all_units` has them.

    The rows stay in the database until they are asked for: the session must live as long as the iterator.
    """
    kinds = {kind: place for place, kind in enumerate(UnitKind)}
    rows = session.exec(
        select(  # type: ignore[call-overload]
            Obligation.task_id,
            Obligation.unit_id,
            Obligation.role,
            Obligation.state,
            Obligation.is_on_time,
            Obligation.first_submitted_at,
            Obligation.version,
            ProgressUpdate.text,
            ProgressUpdate.nil_reason,
            ProgressUpdate.submitted_at,
        )
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(OrgUnit, col(OrgUnit.id) == col(Obligation.unit_id))
        .join(
            ProgressUpdate,
            and_(
                col(ProgressUpdate.obligation_id) == col(Obligation.id),
                col(ProgressUpdate.version) == col(Obligation.version),
            ),
            isouter=True,
        )
        .where(*conditions(reporting_round, wanted))
        .order_by(
            col(Task.position),
            case((col(Obligation.role) == AssignmentRole.LEAD, 0), else_=1),
            case(kinds, value=col(OrgUnit.kind)),
            col(OrgUnit.position),
            col(OrgUnit.id),
        )
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    return map(FiledText._make, rows)
