"""Mails about 销号, in the transaction of their cause: to the coordinators when a unit asks, to the unit when the office
has decided. They wait for the hours of the site, and do not leave where they have become untrue meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.chasing.read_chasing import send_window
from tracker.actions.chasing.remind import recipients_of
from tracker.domain.actors import Role
from tracker.i18n import mark
from tracker.mail.close_out_message import ASKED, DECIDED, ToldCloseOut, close_out_letter
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import CloseOut, CloseOutState, OrgUnit, TaskList, key
from tracker.store.close_outs import newest_obligation, task_numbers
from tracker.store.contacts import contacts_by_unit, coordinators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import Contact, OutgoingMail

CLOSE_OUT_LABELS: Final = {
    CloseOutState.ASKED: mark("已申请，待审批"),
    CloseOutState.CLOSED: mark("已销号"),
    CloseOutState.REFUSED: mark("未同意"),
    CloseOutState.REOPENED: mark("已重新开启"),
}
KINDS: Final = (ASKED, DECIDED)
SETTLED: Final = mark("发出前销号申请已办理或已另作决定")


def tell_asked(session: Session, settings: Settings, asked: CloseOut, now: datetime) -> int:
    """Queues it to each coordinator; how many."""
    return _tell(session, settings, ASKED, asked, coordinators(session), now)


def tell_decided(session: Session, settings: Settings, decided: CloseOut, now: datetime) -> int:
    """Queues it to each filler of the unit (its leader where it has none); how many. What was closed for all units is
    told to none: their lists show it."""
    contacts = contacts_by_unit(session).get(decided.unit_id or 0, [])
    return _tell(session, settings, DECIDED, decided, recipients_of(contacts, frozenset({Role.FILLER})), now)


def still_true(
    session: Session, settings: Settings, mail: OutgoingMail, now: datetime
) -> str | datetime | None:
    """A mail of one of the `KINDS` that is about to be sent: why it is not any more (a source text), or until when it
    has to wait; None: send it."""
    _kind, number, state, _contact = mail.cause.split(":")
    found = session.get(CloseOut, int(number))
    if found is None or found.state.value != state:
        return SETTLED
    window = send_window(session, settings)
    return None if window.is_open(now) else window.next_open(now)


def _tell(
    session: Session,
    settings: Settings,
    kind: str,
    close_out: CloseOut,
    recipients: Sequence[Contact],
    now: datetime,
) -> int:
    # Li@ and li@ are one mailbox.
    people = {contact.email.casefold(): contact for contact in recipients}
    if not people:
        return 0
    told, templates = _told(session, settings, kind, close_out), mail_templates(session, settings)
    queued = 0
    for contact in people.values():
        letter = close_out_letter(
            told,
            kind=kind,
            # It comes to each state once: the cause is unique for ever.
            cause=f"{kind}:{close_out.id}:{close_out.state.value}:{contact.id}",
            to_name=contact.name,
            to_address=contact.email,
            templates=templates,
            site=settings.site,
        )
        queued += enqueue(session, letter, now, sender=settings.mail.sender) is not None
    return queued


def _told(session: Session, settings: Settings, kind: str, close_out: CloseOut) -> ToldCloseOut:
    task_list = session.get_one(TaskList, close_out.list_id)
    task = task_numbers(session, close_out.list_id)[close_out.lineage]
    unit = session.get_one(OrgUnit, close_out.unit_id)
    page = f"/lists/{task_list.slug}/closeouts"
    if kind == DECIDED:
        owed = newest_obligation(session, close_out.list_id, close_out.lineage, key(unit))
        page = f"/obligations/{owed}/duties" if owed else "/"
    # What the office closed unasked has its words where a unit's would stand.
    asked, decided = (
        (close_out.asked_by, close_out.asked_at),
        (close_out.decided_by, close_out.decided_at),
    )
    return ToldCloseOut(
        unit=unit.name,
        list_title=task_list.title,
        number=task.number,
        title=task.title,
        outcome=CLOSE_OUT_LABELS[close_out.state],
        is_closed=close_out.state is CloseOutState.CLOSED,
        is_reopened=close_out.state is CloseOutState.REOPENED,
        words=close_out.evidence if kind == ASKED or asked == decided else close_out.decision,
        by=close_out.asked_by if kind == ASKED else close_out.decided_by,
        at=close_out.asked_at if kind == ASKED else close_out.decided_at or close_out.asked_at,
        link=settings.site.link(page),
    )
