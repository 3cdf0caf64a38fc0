"""Outgoing mail: queueing, leasing to a worker, and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import and_, col, func, or_, select, update

from tracker.models import MailAttachment, MailState, OutgoingMail, key
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Claim:
    """Mails that one worker holds until `leased_until`; `lease` is the token that proves it."""

    lease: str
    leased_until: datetime
    mails: tuple[OutgoingMail, ...]


def add_mail(session: Session, mail: OutgoingMail) -> OutgoingMail | None:
    """`mail` as a row; None, with nothing written, when its cause has been mailed before."""
    inserted = insert_if_absent(session, OutgoingMail, mail.model_dump(exclude={"id"}))
    return None if inserted is None else session.get_one(OutgoingMail, inserted[0])


def claim_due(session: Session, now: datetime, *, leased_until: datetime, limit: int) -> Claim:
    """Takes up to `limit` mails that are due, those of a worker whose lease ran out among them.

    The caller commits before it sends anything.
    """
    is_due = or_(
        and_(col(OutgoingMail.state) == MailState.QUEUED, col(OutgoingMail.next_attempt_at) <= now),
        and_(col(OutgoingMail.state) == MailState.SENDING, col(OutgoingMail.leased_until) <= now),
    )
    mails = session.exec(
        select(OutgoingMail)
        .where(is_due)
        .order_by(col(OutgoingMail.next_attempt_at), col(OutgoingMail.id))
        .limit(limit)
        # For PostgreSQL; SQLite has no such clause, and its writers already queue for the one lock.
        .with_for_update(skip_locked=True)
    ).all()
    lease = uuid.uuid4().hex
    for mail in mails:
        mail.state = MailState.SENDING
        mail.lease = lease
        mail.leased_until = leased_until
        session.add(mail)
    session.flush()
    return Claim(lease, leased_until, tuple(mails))


def attachments_of(session: Session, mail: OutgoingMail) -> Sequence[MailAttachment]:
    return session.exec(
        select(MailAttachment).where(MailAttachment.mail_id == mail.id).order_by(col(MailAttachment.id))
    ).all()


def mark_sent(session: Session, mail: OutgoingMail, now: datetime) -> bool:
    """False, with nothing written, when the lease `mail` was claimed under has passed to another worker."""
    return _mark(session, mail, state=MailState.SENT, sent_at=now, last_error="")


def mark_failed(
    session: Session, mail: OutgoingMail, *, reason: str, next_attempt_at: datetime | None
) -> bool:
    """Counts a failed attempt and queues the mail again, or parks it where there is no next attempt.

    False, with nothing written, when the lease has passed to another worker.
    """
    if next_attempt_at is None:
        return _mark(session, mail, state=MailState.PARKED, last_error=reason)
    return _mark(session, mail, state=MailState.QUEUED, last_error=reason, next_attempt_at=next_attempt_at)


def _mark(session: Session, mail: OutgoingMail, **values: object) -> bool:
    done = session.exec(
        update(OutgoingMail)
        .where(
            col(OutgoingMail.id) == key(mail),
            col(OutgoingMail.state) == MailState.SENDING,
            col(OutgoingMail.lease) == mail.lease,
        )
        .values(attempts=OutgoingMail.attempts + 1, lease=None, leased_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1


def put_back(session: Session, claim: Claim, next_attempt_at: datetime, *, reason: str = "") -> int:
    """Queues again what `claim` still holds, with no attempt counted; how many mails.

    `reason` is recorded on them unless it is empty.
    """
    noted = {"last_error": reason} if reason else {}
    done = session.exec(
        update(OutgoingMail)
        .where(col(OutgoingMail.state) == MailState.SENDING, col(OutgoingMail.lease) == claim.lease)
        .values(
            state=MailState.QUEUED, next_attempt_at=next_attempt_at, lease=None, leased_until=None, **noted
        )
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


def postpone_queued(session: Session, until: datetime, *, reason: str) -> None:
    """Lets no queued mail be tried before `until`, and records on each one that has to wait why."""
    session.exec(
        update(OutgoingMail)
        .where(col(OutgoingMail.state) == MailState.QUEUED, col(OutgoingMail.next_attempt_at) < until)
        .values(next_attempt_at=until, last_error=reason)
        .execution_options(synchronize_session=False)
    )


def mails_in(
    session: Session, state: MailState | None = None, *, limit: int = 100, offset: int = 0
) -> Sequence[OutgoingMail]:
    """The newest first; in any state when none is given."""
    statement = select(OutgoingMail).order_by(col(OutgoingMail.id).desc()).limit(limit).offset(offset)
    if state is not None:
        statement = statement.where(OutgoingMail.state == state)
    return session.exec(statement).all()


def count_by_state(session: Session) -> dict[MailState, int]:
    """Every state, those that hold no mail included."""
    counted = session.exec(select(OutgoingMail.state, func.count()).group_by(col(OutgoingMail.state))).all()
    return {state: dict(counted).get(state, 0) for state in MailState}


def requeue(session: Session, mail_id: int, now: datetime) -> bool:
    """Makes a parked or waiting mail due at once, its attempts counted anew, its Message-ID kept.

    False when the mail is being sent, has been sent, or does not exist.
    """
    done = session.exec(
        update(OutgoingMail)
        .where(
            col(OutgoingMail.id) == mail_id,
            col(OutgoingMail.state).in_((MailState.PARKED, MailState.QUEUED)),
        )
        .values(state=MailState.QUEUED, attempts=0, next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1
