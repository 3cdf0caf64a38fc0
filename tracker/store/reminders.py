"""The ledger of reminders, and what a unit still has outstanding."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.domain.states import OUTSTANDING
from tracker.models import Obligation, Reminder, ReminderMail, Task, key
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.models import OutgoingMail, ReportingRound

# A reminder by hand is numbered: H1, H2…
HAND_RUNG = "H"


def outstanding_of(
    session: Session, reporting_round: ReportingRound
) -> dict[int, Sequence[tuple[Obligation, Task]]]:
    """By unit id, what it still has to act on, in the order of the tasks."""
    found: dict[int, list[tuple[Obligation, Task]]] = defaultdict(list)
    rows = session.exec(
        select(Obligation, Task)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .where(
            Obligation.round_id == reporting_round.id,
            col(Obligation.state).in_(sorted(OUTSTANDING)),
        )
        .order_by(col(Task.position))
    )
    for obligation, task in rows:
        found[obligation.unit_id].append((obligation, task))
    return dict(found)


def reminded_units(session: Session, reporting_round: ReportingRound, rung: str) -> set[int]:
    """Units that this rung has told already."""
    query = select(Reminder.unit_id).where(Reminder.round_id == reporting_round.id, Reminder.rung == rung)
    return set(session.exec(query).all())


def next_hand_rung(session: Session, reporting_round: ReportingRound) -> str:
    """The name of the next reminder by hand."""
    rungs = session.exec(
        select(Reminder.rung)
        .where(Reminder.round_id == reporting_round.id, col(Reminder.rung).startswith(HAND_RUNG))
        .distinct()
    ).all()
    last = max((int(rung.removeprefix(HAND_RUNG)) for rung in rungs), default=0)
    return f"{HAND_RUNG}{last + 1}"


def record_reminder(
    session: Session,
    *,
    round_id: int,
    unit_id: int,
    rung: str,
    planned_at: datetime,
    reminded_at: datetime,
    outstanding: int,
) -> int | None:
    """The new row's id; None where this rung has been recorded for the unit before."""
    row = insert_if_absent(
        session,
        Reminder,
        {
            "round_id": round_id,
            "unit_id": unit_id,
            "rung": rung,
            "planned_at": planned_at,
            "reminded_at": reminded_at,
            "outstanding": outstanding,
        },
    )
    return row[0] if row else None


def link_mail(session: Session, reminder_id: int, mail: OutgoingMail) -> None:
    """Notes that `mail` carried the reminder."""
    session.add(ReminderMail(reminder_id=reminder_id, mail_id=key(mail)))
