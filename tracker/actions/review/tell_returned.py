"""退回通知: a unit's people are told at once, in the transaction of the return.

One act is one mail to each of them. While that mail has not left, a later return of the same round joins it, and
what the unit files again meanwhile leaves it: delivery asks `still_returned` last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.chasing.remind import recipients_of
from tracker.actions.filing.filing_checks import takes_texts
from tracker.domain.actors import Role
from tracker.domain.periods import parse_period
from tracker.mail.outbox import enqueue
from tracker.mail.return_message import KIND, ReturnedTask, ReturnedTexts, returned_texts
from tracker.mail.templates import mail_templates
from tracker.models import OrgUnit, ReportingRound, TaskList, key
from tracker.store.contacts import contacts_by_unit
from tracker.store.extensions import due_at_of
from tracker.store.returns import cause_after, returned_of, untouched_mail
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.mail.letter import Letter
    from tracker.models import Contact, OutgoingMail


def tell_returned(
    session: Session,
    settings: Settings,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    first_review: int,
    now: datetime,
) -> bool:
    """Queues what came back to `unit` by `first_review` and later ones; False where it has nobody to tell."""
    contacts = recipients_of(contacts_by_unit(session).get(key(unit), []), frozenset({Role.FILLER}))
    for contact in contacts:
        _tell(session, settings, reporting_round, unit, contact, first_review, now)
    return bool(contacts)


def _tell(
    session: Session,
    settings: Settings,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    contact: Contact,
    first_review: int,
    now: datetime,
) -> None:
    # A review's number is given once: the cause is unique for ever.
    begin, end = _cause(reporting_round.id, unit.id, contact.id)
    waiting = untouched_mail(session, KIND, begin, end, contact.email)
    if waiting is not None:
        first_review = _first_review(waiting.cause)
    letter = returned_texts(
        read_returned(session, settings, reporting_round, unit, now, since=first_review),
        cause=f"{begin}{first_review}{end}",
        to_name=contact.name,
        to_address=contact.email,
        templates=mail_templates(session, settings),
        site=settings.site,
    )
    if waiting is None:
        enqueue(session, letter, now, sender=settings.mail.sender)
        return
    waiting.subject, waiting.text, waiting.html = letter.subject, letter.text, letter.html
    session.add(waiting)


def still_returned(session: Session, settings: Settings, mail: OutgoingMail, now: datetime) -> Letter | None:
    """A mail of this kind that is about to be sent, as it reads now; None where all that it told of was filed again,
    or is asked for no longer."""
    round_id, unit_id, first_review, contact_id = _parts(mail.cause)
    reporting_round, unit = session.get_one(ReportingRound, round_id), session.get_one(OrgUnit, unit_id)
    # What was told in a later mail is that one's to say.
    later = cause_after(session, mail, *_cause(round_id, unit_id, contact_id))
    returned = read_returned(
        session,
        settings,
        reporting_round,
        unit,
        now,
        since=first_review,
        before=_first_review(later) if later else None,
    )
    if not returned.tasks:
        return None
    return returned_texts(
        returned,
        cause=mail.cause,
        to_name=mail.to_name,
        to_address=mail.to_address,
        templates=mail_templates(session, settings),
        site=settings.site,
    )


def _cause(round_id: int | None, unit_id: int | None, contact_id: int | None) -> tuple[str, str]:
    """What stands before and behind the number of the first review."""
    return f"{KIND}:{round_id}/{unit_id}/", f"/{contact_id}"


def _parts(cause: str) -> list[int]:
    return [int(number) for number in cause.removeprefix(f"{KIND}:").split("/")]


def _first_review(cause: str) -> int:
    return _parts(cause)[2]


def read_returned(
    session: Session,
    settings: Settings,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    now: datetime,
    *,
    since: int = 0,
    before: int | None = None,
) -> ReturnedTexts:
    """What the unit has to do again, and until when: its due moment, or once that has passed the closing."""
    task_list = session.get_one(TaskList, reporting_round.list_id)
    period = parse_period(reporting_round.period, round_rules(reporting_round).period_type)
    due_at = due_at_of(session, reporting_round, key(unit))
    is_overdue, is_closed = now > due_at, not takes_texts(reporting_round, now)
    ends_at = reporting_round.locks_at if is_overdue else due_at
    return ReturnedTexts(
        unit=unit.name,
        list_title=task_list.title,
        period_label=period.label,
        tasks=tuple(
            ReturnedTask(
                number=row.task.number,
                title=row.task.title,
                reason=row.review.reason,
                by_unit=row.above.name if row.above else "",
                by=row.review.reviewed_by,
                returned_at=row.review.reviewed_at,
            )
            for row in returned_of(session, reporting_round, key(unit), since=since, before=before)
        ),
        until=None if is_closed else ends_at,
        is_overdue=is_overdue,
        is_closed=is_closed,
        link=settings.site.link(f"/filing/{task_list.slug}/{period.key}"),
    )
