"""Mails about a 批示: at once when the unit is asked, one working day before it is due, on the first one after.

Each goes out once, by its cause; none after the unit has answered, which delivery looks at last.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from tracker.actions.chasing.read_chasing import send_window
from tracker.actions.chasing.remind import recipients_of
from tracker.actions.duties.read_instructions import read_instructions
from tracker.domain.actors import Role
from tracker.domain.instructions import (
    BEFORE,
    FURTHER,
    InstructionState,
    instruction_rungs,
    rung_due,
)
from tracker.errors import UnknownInstructionError
from tracker.i18n import mark
from tracker.mail.instruction_message import Instructed, instruction_letter
from tracker.mail.outbox import enqueue
from tracker.mail.templates import mail_templates
from tracker.models import key
from tracker.store.contacts import contacts_by_unit
from tracker.store.instructions import find_instructions, instruction_by_number, last_entry
from tracker.store.pauses import paused_everywhere

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import Instruction, OutgoingMail

KIND: Final = "instruction"
# What is asked by hand, and waits for no hour; a number of an entry follows where it was asked further.
_ASKED: Final = "asked"
_WAITING: Final = (InstructionState.OPEN, InstructionState.OVERDUE)
ANSWERED: Final = mark("发出前已答复或已办结")
MOVED: Final = mark("发出前答复期限已改")


def remind_instructions(session: Session, settings: Settings, now: datetime) -> int:
    """Queues what is due at `now` of all that waits for an answer, within the hours of the site; how many mails.

    After downtime only the newest is sent. A unit that is paused in all rounds is not reminded of these either.
    """
    window = send_window(session, settings)
    if not window.is_open(now):
        return 0
    today = now.astimezone(window.zone).date()
    paused = paused_everywhere(session, today)
    queued = 0
    for instruction, unit in find_instructions(session, today, states=_WAITING):
        rungs = instruction_rungs(instruction.due_on, settings.jobs.remind_at, window)
        rung = rung_due(rungs, _asked_at(session, instruction), now)
        if rung is not None and key(unit) not in paused:
            queued += tell_instruction(session, settings, instruction, now, rung=rung.name)
    return queued


def tell_instruction(
    session: Session, settings: Settings, instruction: Instruction, now: datetime, *, rung: str = ""
) -> int:
    """Queues the mail to each filler of the unit (its leader where it has none); how many. Without `rung` it tells that
    the unit is asked."""
    last = last_entry(session, instruction)
    name = rung or (f"{_ASKED}{last.id}" if last else _ASKED)
    recipients = recipients_of(
        contacts_by_unit(session).get(instruction.unit_id, []), frozenset({Role.FILLER})
    )
    # Li@ and li@ are one mailbox.
    people = {contact.email.casefold(): contact for contact in recipients}
    if not people:
        return 0
    (row,) = read_instructions(session, settings, [instruction], now)
    told = Instructed(
        unit=row.unit,
        text=row.text,
        instructed_by=row.instructed_by,
        instructed_on=row.instructed_on,
        due_on=row.due_on,
        about=row.about,
        further=last.text if last and last.via == FURTHER else "",
        is_reminder=bool(rung),
        is_overdue=bool(rung) and rung != BEFORE,
        link=settings.site.link(f"/instructions/{instruction.id}"),
    )
    templates = mail_templates(session, settings)
    queued = 0
    for address, contact in people.items():
        letter = instruction_letter(
            told,
            cause=f"{KIND}:{instruction.id}:{instruction.due_on}:{name}:{_short(address)}",
            to_name=contact.name,
            to_address=contact.email,
            templates=templates,
            site=settings.site,
        )
        queued += enqueue(session, letter, now, sender=settings.mail.sender) is not None
    return queued


def still_meant(
    session: Session, settings: Settings, mail: OutgoingMail, now: datetime
) -> str | datetime | None:
    """A mail of this kind that is about to be sent: why it is not any more (a source text), or until when it has to
    wait; None: send it."""
    _kind, number, due_on, rung, _address = mail.cause.split(":")
    try:
        instruction = instruction_by_number(session, int(number))
    except UnknownInstructionError:
        return ANSWERED
    last = last_entry(session, instruction)
    if instruction.closed_at or (last and last.via != FURTHER):
        return ANSWERED
    if due_on != instruction.due_on.isoformat():
        return MOVED
    window = send_window(session, settings)
    if rung.startswith(_ASKED) or window.is_open(now):
        return None
    return window.next_open(now)


def _asked_at(session: Session, instruction: Instruction) -> datetime:
    last = last_entry(session, instruction)
    return last.replied_at if last else instruction.created_at


def _short(address: str) -> str:
    """A cause has its column's length, an address may be longer than that."""
    return hashlib.sha256(address.encode()).hexdigest()[:24]
