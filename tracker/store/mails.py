"""Outgoing mail as people look at it: what is queued, sent, parked, and what is sent again by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, func, or_, select, update

from tracker.models import Contact, MailAttachment, MailState, OutgoingMail, Reminder, ReminderMail, key
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class MailFilter:
    """What is wanted of the queue; a part that is empty does not narrow. `address` is any part of one."""

    state: MailState | None = None
    kind: str = ""
    unit_id: int | None = None
    address: str = ""


def add_mail(session: Session, mail: OutgoingMail) -> OutgoingMail | None:
    """`mail` as a row; None, with nothing written, when its cause has been mailed before."""
    inserted = insert_if_absent(session, OutgoingMail, mail.model_dump(exclude={"id"}))
    return None if inserted is None else session.get_one(OutgoingMail, inserted[0])


def attachments_of(session: Session, mail: OutgoingMail) -> Sequence[MailAttachment]:
    return session.exec(
        select(MailAttachment).where(MailAttachment.mail_id == mail.id).order_by(col(MailAttachment.id))
    ).all()


def read_attachments(
    session: Session, mails: Sequence[OutgoingMail], *, most_bytes: int
) -> dict[int, list[MailAttachment]]:
    """By mail id, the attachments of the first of `mails` and of as many of the next as fit into `most_bytes`.

    A mail without attachments has an empty list.
    """
    sizes = dict(
        session.exec(
            select(MailAttachment.mail_id, func.sum(func.length(MailAttachment.content)))
            .where(col(MailAttachment.mail_id).in_([key(mail) for mail in mails]))
            .group_by(col(MailAttachment.mail_id))
        ).all()
    )
    found: dict[int, list[MailAttachment]] = {}
    left = most_bytes
    for mail in mails:
        left -= sizes.get(key(mail), 0)
        if left < 0 and found:
            break
        found[key(mail)] = []
    for attachment in session.exec(
        select(MailAttachment).where(col(MailAttachment.mail_id).in_(found)).order_by(col(MailAttachment.id))
    ):
        found[attachment.mail_id].append(attachment)
    return found


def mails_in(
    session: Session, state: MailState | None = None, *, limit: int = 100, offset: int = 0
) -> Sequence[OutgoingMail]:
    """The newest first; in any state when none is given."""
    return find_mails(session, MailFilter(state=state), limit=limit, offset=offset)


def find_mails(
    session: Session, wanted: MailFilter, *, limit: int = 100, offset: int = 0
) -> Sequence[OutgoingMail]:
    """The newest first."""
    return session.exec(
        select(OutgoingMail)
        .where(*_conditions(wanted))
        .order_by(col(OutgoingMail.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()


def count_by_state(session: Session, wanted: MailFilter | None = None) -> dict[MailState, int]:
    """Every state, those that hold no mail included; the filter's own state does not narrow the counts."""
    wanted = wanted or MailFilter()
    counted = session.exec(
        select(OutgoingMail.state, func.count())
        .where(*_conditions(MailFilter(kind=wanted.kind, unit_id=wanted.unit_id, address=wanted.address)))
        .group_by(col(OutgoingMail.state))
    ).all()
    return {state: dict(counted).get(state, 0) for state in MailState}


def kinds_of_mail(session: Session) -> Sequence[str]:
    """The kinds that have been mailed, by name."""
    return session.exec(select(OutgoingMail.kind).distinct().order_by(OutgoingMail.kind)).all()


def reminders_behind(session: Session, mail: OutgoingMail) -> Sequence[Reminder]:
    """The reminders that a mail carried; none for another kind of mail."""
    return session.exec(
        select(Reminder)
        .join(ReminderMail, col(ReminderMail.reminder_id) == col(Reminder.id))
        .where(ReminderMail.mail_id == mail.id)
        .order_by(col(Reminder.id))
    ).all()


def requeue(session: Session, mail_id: int, now: datetime) -> bool:
    """Makes a parked, bounced or waiting mail due at once, its attempts counted anew, its Message-ID kept.

    False when the mail is being sent, has been sent, was cancelled, or does not exist.
    """
    states = (MailState.PARKED, MailState.BOUNCED, MailState.QUEUED)
    return _requeue(session, now, col(OutgoingMail.id) == mail_id, col(OutgoingMail.state).in_(states)) == 1


def requeue_parked(session: Session, wanted: MailFilter, now: datetime, *, last_id: int | None = None) -> int:
    """Makes the parked mails of a filter due at once, as `requeue`; up to number `last_id`. How many."""
    parked = MailFilter(MailState.PARKED, wanted.kind, wanted.unit_id, wanted.address)
    conditions = _conditions(parked)
    if last_id is not None:
        conditions.append(col(OutgoingMail.id) <= last_id)
    return _requeue(session, now, *conditions)


def _requeue(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> int:
    done = session.exec(
        update(OutgoingMail)
        .where(*conditions)
        .values(state=MailState.QUEUED, attempts=0, next_attempt_at=now, bounced_at=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


def _conditions(wanted: MailFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.state is not None:
        conditions.append(col(OutgoingMail.state) == wanted.state)
    if wanted.kind:
        conditions.append(col(OutgoingMail.kind) == wanted.kind)
    if wanted.address:
        conditions.append(col(OutgoingMail.to_address).icontains(wanted.address, autoescape=True))
    if wanted.unit_id is not None:
        # Its reminders, also to people who have left, and whatever else went to its people.
        reminded = (
            select(ReminderMail.mail_id)
            .join(Reminder, col(Reminder.id) == col(ReminderMail.reminder_id))
            .where(Reminder.unit_id == wanted.unit_id)
        )
        people = select(func.lower(Contact.email)).where(Contact.unit_id == wanted.unit_id)
        conditions.append(
            or_(
                col(OutgoingMail.id).in_(reminded),
                func.lower(OutgoingMail.to_address).in_(people),
            )
        )
    return conditions
