"""What came back to a unit, and the mail about it that has not left yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import col, select

from tracker.domain.states import ObligationState
from tracker.models import (
    MailState,
    Obligation,
    OrgUnit,
    OutgoingMail,
    ProgressUpdate,
    Review,
    ReviewOutcome,
    Task,
)

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.models import ReportingRound


class ReturnedRow(NamedTuple):
    """`above` is the unit whose word it is, None for the office's."""

    task: Task
    review: Review
    above: OrgUnit | None


def returned_of(
    session: Session,
    reporting_round: ReportingRound,
    unit_id: int,
    *,
    since: int = 0,
    before: int | None = None,
) -> list[ReturnedRow]:
    """What the unit has to do again, in the order of the tasks; with `since` by that review or a later one, with
    `before` by an earlier one."""
    rows = session.exec(
        select(Task, Review, OrgUnit)
        .join(Obligation, col(Obligation.task_id) == col(Task.id))
        .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
        .join(Review, col(Review.update_id) == col(ProgressUpdate.id))
        .join(OrgUnit, col(OrgUnit.id) == col(Review.by_unit_id), isouter=True)
        .where(
            Obligation.round_id == reporting_round.id,
            Obligation.unit_id == unit_id,
            Obligation.state == ObligationState.RETURNED,
            ProgressUpdate.version == Obligation.version,
            Review.outcome == ReviewOutcome.RETURNED,
            col(Review.id) >= since,
            *(() if before is None else (col(Review.id) < before,)),
        )
        .order_by(col(Task.position), col(Review.id))
    )
    newest = {task.id: ReturnedRow(task, review, above) for task, review, above in rows}
    return list(newest.values())


def cause_after(session: Session, mail: OutgoingMail, begin: str, end: str) -> str | None:
    """The cause of the next mail after `mail` whose cause has this begin and end."""
    return session.exec(
        select(OutgoingMail.cause)
        .where(
            col(OutgoingMail.id) > mail.id,
            col(OutgoingMail.cause).startswith(begin, autoescape=True),
            col(OutgoingMail.cause).endswith(end, autoescape=True),
        )
        .order_by(col(OutgoingMail.id))
        .limit(1)
    ).first()


def untouched_mail(session: Session, kind: str, begin: str, end: str, address: str) -> OutgoingMail | None:
    """The newest mail of this kind to `address` that nobody has begun to send, locked; its cause has this begin and end.

    One that was tried before is not it: a server may have taken the mail and not said so, and the same Message-ID
    with other words would be dropped as a duplicate.
    """
    return session.exec(
        select(OutgoingMail)
        .where(
            OutgoingMail.kind == kind,
            OutgoingMail.state == MailState.QUEUED,
            OutgoingMail.attempts == 0,
            OutgoingMail.to_address == address,
            col(OutgoingMail.cause).startswith(begin, autoescape=True),
            col(OutgoingMail.cause).endswith(end, autoescape=True),
        )
        .order_by(col(OutgoingMail.id).desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
