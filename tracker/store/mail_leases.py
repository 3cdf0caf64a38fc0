"""Mails on their way out: leased to a worker, and what became of them. Every mark proves its lease."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import text as sql
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import and_, bindparam, case, col, func, literal, or_, select, update

from tracker.domain.addresses import domain_of
from tracker.models import MailState, OutgoingMail, key

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table, Update
    from sqlmodel import Session

_TABLE: Final[Table] = OutgoingMail.__table__  # type: ignore[attr-defined]
# Of how many times its size a claim looks at the queue: others may be taking what stands first.
_LOOK_AHEAD: Final = 20
_MINUTE: Final = timedelta(minutes=1)
# Any number that no other advisory lock of the tracker has.
_ONE_CLAIM_AT_A_TIME: Final = sql("SELECT pg_advisory_xact_lock(4201968372)")


@dataclass(frozen=True, slots=True)
class Claim:
    """Mails that one worker holds until `leased_until`; `lease` is the token that proves it."""

    lease: str
    leased_until: datetime
    mails: tuple[OutgoingMail, ...]


def claim_due(
    session: Session,
    now: datetime,
    *,
    leased_until: datetime,
    limit: int,
    per_domain_per_minute: int = 0,
    channel: str = "mail",
) -> Claim:
    """Takes up to `limit` mails that are due, those of a worker whose lease ran out among them.

    Domains take turns, so a long queue for one holds up nobody else; within a domain the oldest goes first. With
    `per_domain_per_minute` a domain gets no more than that in any minute, and the rest stays queued. The caller
    commits before it sends anything.
    """
    is_due = and_(
        col(OutgoingMail.channel) == channel,
        or_(
            and_(col(OutgoingMail.state) == MailState.QUEUED, col(OutgoingMail.next_attempt_at) <= now),
            and_(col(OutgoingMail.state) == MailState.SENDING, col(OutgoingMail.leased_until) <= now),
        ),
    )
    _name_domains(session, is_due)
    ids = _in_turn(session, now, is_due, per_domain_per_minute, most=_LOOK_AHEAD * limit)
    mails: list[OutgoingMail] = []
    for start in range(0, len(ids), limit):
        if len(mails) == limit:
            break
        # Asked again of each row: another worker may have taken it since. For PostgreSQL, which passes over those that
        # it is taking now; SQLite has no such clause, and its writers already queue for the one lock.
        mails += session.exec(
            select(OutgoingMail)
            .where(is_due, col(OutgoingMail.id).in_(ids[start : start + limit]))
            .limit(limit - len(mails))
            .with_for_update(skip_locked=True)
        ).all()
    place = {mail_id: number for number, mail_id in enumerate(ids)}
    mails.sort(key=lambda mail: place[key(mail)])
    claim = Claim(uuid.uuid4().hex, leased_until, tuple(mails))
    leased = {"state": MailState.SENDING, "lease": claim.lease, "leased_until": leased_until}
    session.exec(
        update(OutgoingMail)
        .where(col(OutgoingMail.id).in_([key(mail) for mail in mails]))
        .values(**leased)
        .execution_options(synchronize_session=False)
    )
    for mail in mails:
        for name, value in leased.items():
            set_committed_value(mail, name, value)
    return claim


def _in_turn(
    session: Session, now: datetime, is_due: ColumnElement[bool], per_domain_per_minute: int, *, most: int
) -> list[int]:
    """The numbers of due mails: the oldest of each domain, then the second of each, and so on.

    A query of its own: joined to the rows, PostgreSQL ranked the whole queue once for each of them.
    """
    oldest_first = (col(OutgoingMail.next_attempt_at), col(OutgoingMail.id))
    turn = func.row_number().over(partition_by=col(OutgoingMail.to_domain), order_by=oldest_first)
    due = (
        select(OutgoingMail.id, OutgoingMail.to_domain, OutgoingMail.next_attempt_at, turn.label("turn"))
        .where(is_due)
        .subquery()
    )
    wanted = select(due.c.id).order_by(due.c.turn, due.c.next_attempt_at, due.c.id).limit(most)
    if per_domain_per_minute:
        wanted = wanted.where(due.c.turn <= _allowance(session, now, due.c.to_domain, per_domain_per_minute))
    return list(session.exec(wanted).all())


def _name_domains(session: Session, is_due: ColumnElement[bool]) -> None:
    """Fills in the domain of due mails from before there was that column."""
    nameless = select(OutgoingMail).where(is_due, OutgoingMail.to_domain == "").limit(1000)
    for mail in session.exec(nameless.with_for_update(skip_locked=True)):
        mail.to_domain = domain_of(mail.to_address)
        session.add(mail)
    session.flush()


def _allowance(
    session: Session, now: datetime, domain: ColumnElement[str], per_minute: int
) -> ColumnElement[int]:
    """How many more mails a domain may be sent now: those of the last minute and those on their way count."""
    if session.get_bind().dialect.name == "postgresql":
        # Two claims at once would each see the other's mails as not sent yet.
        session.connection().execute(_ONE_CLAIM_AT_A_TIME)
    counted = session.exec(
        select(OutgoingMail.to_domain, func.count())
        .where(
            or_(
                col(OutgoingMail.sent_at) > now - _MINUTE,
                and_(col(OutgoingMail.state) == MailState.SENDING, col(OutgoingMail.leased_until) > now),
            )
        )
        .group_by(col(OutgoingMail.to_domain))
    ).all()
    left = {name: max(per_minute - count, 0) for name, count in counted}
    return case(left, value=domain, else_=per_minute) if left else literal(per_minute)


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


def mark_cancelled(session: Session, mail: OutgoingMail, *, reason: str) -> bool:
    """The mail lost its reason before it went out. False, with nothing written, when the lease has passed on."""
    return _mark(session, mail, attempts=mail.attempts, state=MailState.CANCELLED, last_error=reason)


def _mark(session: Session, mail: OutgoingMail, **values: object) -> bool:
    values = {"attempts": mail.attempts + 1, "lease": None, "leased_until": None} | values
    return _write(session, mail, **values)


def hold(session: Session, mail: OutgoingMail, until: datetime) -> bool:
    """Queues the mail again for `until`, with no attempt counted. False when the lease has passed on."""
    return _mark(session, mail, attempts=mail.attempts, state=MailState.QUEUED, next_attempt_at=until)


def reword(session: Session, mail: OutgoingMail, *, subject: str, text: str, html: str) -> bool:
    """Gives a mail that is about to go out other words; it stays claimed. False when the lease has passed on."""
    return _write(session, mail, subject=subject, text=text, html=html)


def _write(session: Session, mail: OutgoingMail, **values: object) -> bool:
    new = {f"new_{name}": value for name, value in values.items()}
    done = session.connection().execute(
        _fenced(tuple(values)), {"held_id": key(mail), "held_by": mail.lease} | new
    )
    return done.rowcount == 1


@cache
def _fenced(columns: tuple[str, ...]) -> Update:
    """Writes `columns` of a row whose lease is still held. Built once: it runs for every mail that goes out."""
    return (
        update(_TABLE)
        .where(
            _TABLE.c.id == bindparam("held_id"),
            _TABLE.c.state == MailState.SENDING,
            _TABLE.c.lease == bindparam("held_by"),
        )
        .values({name: bindparam(f"new_{name}") for name in columns})
    )


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


def postpone_queued(session: Session, until: datetime, *, reason: str, channel: str = "mail") -> None:
    """Lets no queued mail be tried before `until`, and records on each one that has to wait why."""
    session.exec(
        update(OutgoingMail)
        .where(
            col(OutgoingMail.channel) == channel,
            col(OutgoingMail.state) == MailState.QUEUED,
            col(OutgoingMail.next_attempt_at) < until,
        )
        .values(next_attempt_at=until, last_error=reason)
        .execution_options(synchronize_session=False)
    )
