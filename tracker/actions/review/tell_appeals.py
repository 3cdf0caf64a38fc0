"""Mails about appeals, in the transaction of their cause: to the coordinators when a unit asks, to the unit when the
office has decided. While a mail has not left, the next of the same unit and round joins it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.chasing.remind import recipients_of
from tracker.domain.actors import Role
from tracker.domain.faults import FAULT_LABELS
from tracker.domain.periods import parse_period
from tracker.i18n import mark
from tracker.mail.appeal_message import ASKED, DECIDED, ToldAppeal, ToldAppeals, appeal_letter
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import AppealState, Obligation, TaskList, key
from tracker.store.conduct import asked_since, decided_since
from tracker.store.contacts import contacts_by_unit, coordinators
from tracker.store.returns import untouched_mail
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.mail.letter import Letter
    from tracker.models import Appeal, Contact, OutgoingMail
    from tracker.store.conduct import AppealRow

APPEAL_LABELS: Final = {
    AppealState.ASKED: mark("待处理"),
    AppealState.UPHELD: mark("已免责"),
    AppealState.REFUSED: mark("未采纳"),
}


def tell_asked(session: Session, settings: Settings, appeal: Appeal, now: datetime) -> int:
    """Queues it to each coordinator; how many mails wait because of it."""
    obligation = session.get_one(Obligation, appeal.obligation_id)
    recipients = _people(coordinators(session))
    for contact in recipients:
        begin, end = _cause(ASKED, obligation, contact)
        waiting = untouched_mail(session, ASKED, begin, end, contact.email)
        first = int(waiting.cause.removeprefix(begin).removesuffix(end)) if waiting else key(appeal)
        rows = asked_since(session, obligation.round_id, obligation.unit_id, first)
        letter = _letter(session, settings, ASKED, f"{begin}{first}{end}", contact, rows)
        _queue(session, settings, letter, waiting, now)
    return len(recipients)


def tell_decided(session: Session, settings: Settings, appeal: Appeal, now: datetime) -> int:
    """Queues it to each filler of the unit (its leader where it has none); how many mails wait because of it."""
    obligation = session.get_one(Obligation, appeal.obligation_id)
    contacts = contacts_by_unit(session).get(obligation.unit_id, [])
    recipients = _people(recipients_of(contacts, frozenset({Role.FILLER})))
    for contact in recipients:
        begin, end = _cause(DECIDED, obligation, contact)
        waiting = untouched_mail(session, DECIDED, begin, end, contact.email)
        rows = decided_since(
            session,
            obligation.round_id,
            obligation.unit_id,
            waiting.created_at if waiting else now,
        )
        if waiting is None:
            rows = [row for row in rows if row.appeal.id == appeal.id]
        # An appeal comes to each state once: the cause is unique for ever.
        cause = waiting.cause if waiting else f"{begin}{appeal.id}-{appeal.state}{end}"
        letter = _letter(session, settings, DECIDED, cause, contact, rows)
        _queue(session, settings, letter, waiting, now)
    return len(recipients)


def told_appeals(session: Session, settings: Settings, kind: str, rows: Sequence[AppealRow]) -> ToldAppeals:
    """What a mail of this kind says of appeals of one unit in one round; `rows` is not empty."""
    first = rows[0]
    task_list = session.get_one(TaskList, first.round.list_id)
    period = parse_period(first.round.period, round_rules(first.round).period_type)
    page = f"/lists/{task_list.slug}/appeals"
    if kind == DECIDED:
        page = f"/obligations/{first.obligation.id}/appeals"
    return ToldAppeals(
        unit=first.unit.name,
        list_title=task_list.title,
        period_label=period.label,
        appeals=tuple(_told(row) for row in rows),
        link=settings.site.link(page),
    )


def _told(row: AppealRow) -> ToldAppeal:
    appeal = row.appeal
    is_decided = appeal.decided_at is not None
    return ToldAppeal(
        number=row.task.number,
        title=row.task.title,
        fault=FAULT_LABELS[appeal.fault],
        outcome=APPEAL_LABELS[appeal.state],
        is_upheld=appeal.state is AppealState.UPHELD,
        # Where the office excused unasked, the words are its own.
        words=appeal.decision or appeal.words if is_decided else appeal.words,
        by=appeal.decided_by if is_decided else appeal.asked_by,
        at=appeal.decided_at or appeal.asked_at,
    )


def _letter(
    session: Session, settings: Settings, kind: str, cause: str, contact: Contact, rows: Sequence[AppealRow]
) -> Letter:
    return appeal_letter(
        told_appeals(session, settings, kind, rows),
        kind=kind,
        cause=cause,
        to_name=contact.name,
        to_address=contact.email,
        templates=mail_templates(session, settings),
        site=settings.site,
    )


def _queue(
    session: Session, settings: Settings, letter: Letter, waiting: OutgoingMail | None, now: datetime
) -> None:
    """A new mail, or other words for the one that waits."""
    if waiting is None:
        enqueue(session, letter, now, sender=settings.mail.sender)
        return
    waiting.subject, waiting.text, waiting.html = letter.subject, letter.text, letter.html
    session.add(waiting)


def _cause(kind: str, obligation: Obligation, contact: Contact) -> tuple[str, str]:
    """What stands before and behind the number of the first appeal."""
    return f"{kind}:{obligation.round_id}/{obligation.unit_id}/", f"/{contact.id}"


def _people(contacts: Sequence[Contact]) -> list[Contact]:
    """Li@ and li@ are one mailbox."""
    return list({contact.email.casefold(): contact for contact in contacts}.values())
