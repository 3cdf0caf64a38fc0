"""The ledger of reminders, and what a unit still has outstanding."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy.orm import defer
from sqlmodel import col, func, select

from tracker.domain.ladder import OPENING
from tracker.domain.states import OUTSTANDING
from tracker.models import (
    MailState,
    Obligation,
    OrgUnit,
    OutgoingMail,
    Reminder,
    ReminderMail,
    Task,
    key,
)
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.models import ReportingRound

# A reminder by hand is numbered: H1, H2…
HAND_RUNG = "H"


def is_by_hand(rung: str) -> bool:
    return rung.startswith(HAND_RUNG)


def outstanding_of(
    session: Session, reporting_round: ReportingRound, *, unit_ids: Collection[int] | None = None
) -> dict[int, Sequence[tuple[Obligation, Task]]]:
    """By unit id, what it still has to act on, in the order of the tasks; of all units, or of `unit_ids`."""
    found: dict[int, list[tuple[Obligation, Task]]] = defaultdict(list)
    query = (
        select(Obligation, Task)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .where(
            Obligation.round_id == reporting_round.id,
            col(Obligation.state).in_(sorted(OUTSTANDING)),
        )
        .order_by(col(Task.position))
    )
    if unit_ids is not None:
        query = query.where(col(Obligation.unit_id).in_(list(unit_ids)))
    for obligation, task in session.exec(query):
        found[obligation.unit_id].append((obligation, task))
    return dict(found)


def told_rungs(
    session: Session, reporting_round: ReportingRound, *, unit_ids: Collection[int] | None = None
) -> dict[int, set[str]]:
    """By unit id, the names of the rungs that it has had; of all units, or of `unit_ids`."""
    query = select(Reminder.unit_id, Reminder.rung).where(Reminder.round_id == reporting_round.id)
    if unit_ids is not None:
        query = query.where(col(Reminder.unit_id).in_(list(unit_ids)))
    found: dict[int, set[str]] = defaultdict(set)
    for unit_id, rung in session.exec(query):
        found[unit_id].add(rung)
    return found


def reminders_of_unit(session: Session, reporting_round: ReportingRound, unit_id: int) -> Sequence[Reminder]:
    """The oldest first."""
    return session.exec(
        select(Reminder)
        .where(Reminder.round_id == reporting_round.id, Reminder.unit_id == unit_id)
        .order_by(col(Reminder.id))
    ).all()


def reminder_ledger(
    session: Session, reporting_round: ReportingRound
) -> Sequence[tuple[Reminder, OrgUnit, Sequence[OutgoingMail]]]:
    """Every reminder of the round with its unit and the mails that carried it, the newest first."""
    mails: dict[int, list[OutgoingMail]] = defaultdict(list)
    for reminder_id, mail in session.exec(
        select(ReminderMail.reminder_id, OutgoingMail)
        .options(defer(OutgoingMail.html), defer(OutgoingMail.text))  # type: ignore[arg-type]
        .join(OutgoingMail, col(OutgoingMail.id) == col(ReminderMail.mail_id))
        .join(Reminder, col(Reminder.id) == col(ReminderMail.reminder_id))
        .where(Reminder.round_id == reporting_round.id)
        .order_by(col(OutgoingMail.id))
    ):
        mails[reminder_id].append(mail)
    rows = session.exec(
        select(Reminder, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(Reminder.unit_id))
        .where(Reminder.round_id == reporting_round.id)
        .order_by(col(Reminder.reminded_at).desc(), col(Reminder.id))
    )
    return [(row, unit, mails.get(key(row), [])) for row, unit in rows]


def reminder_counts(session: Session, reporting_round: ReportingRound) -> dict[int, int]:
    """By unit id, how often it was reminded: openings, and mails called off before they left, are not counted."""
    left = (
        select(ReminderMail.reminder_id)
        .join(OutgoingMail, col(OutgoingMail.id) == col(ReminderMail.mail_id))
        .where(OutgoingMail.state != MailState.CANCELLED)
    )
    return dict(
        session.exec(
            select(Reminder.unit_id, func.count())
            .where(
                Reminder.round_id == reporting_round.id,
                Reminder.rung != OPENING,
                col(Reminder.id).in_(left),
            )
            .group_by(col(Reminder.unit_id))
        ).all()
    )


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
