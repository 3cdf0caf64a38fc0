"""批示 answered by its unit; then the office closes it, or asks further with a new day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.duties.instruct import require_due
from tracker.actions.duties.tell_instruction import tell_instruction
from tracker.domain.instructions import FURTHER, LONGEST
from tracker.domain.reasons import require_words
from tracker.errors import InstructionClosedError, InstructionUnansweredError
from tracker.i18n import mark
from tracker.models import Instruction, InstructionReply, key
from tracker.store.instructions import instruction_by_number, last_entry

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor

REPLY_FIELD: Final = mark("答复")
_FURTHER: Final = mark("追问")


def reply_to_instruction(
    session: Session, actor: Actor, number: int, text: str, now: datetime
) -> InstructionReply:
    """By the unit, or by a coordinator on its behalf. Answers are added, never changed.

    Raises NotFoundError for another unit's, ForbiddenError for a leader, InvalidValueError, ValueTooLongError,
    InstructionClosedError.
    """
    found = _open(session, actor, number)
    actor.require_filing(found.unit_id)
    words = require_words(text, field=REPLY_FIELD, limit=LONGEST)
    return _add(session, actor, found, words, actor.via, now)


def close_instruction(session: Session, actor: Actor, number: int, now: datetime) -> Instruction:
    """The last answer is the one that stands.

    Raises UnknownInstructionError, InstructionClosedError the second time, InstructionUnansweredError.
    """
    actor.require_coordinating()
    found = _open(session, actor, number)
    last = last_entry(session, found)
    if last is None or last.via == FURTHER:
        raise InstructionUnansweredError(number=number)
    found.closed_at, found.closed_by = now, actor.label
    session.add(found)
    session.flush()
    return found


def ask_further(
    session: Session, actor: Actor, settings: Settings, number: int, text: str, due_on: date, now: datetime
) -> InstructionReply:
    """What is still to be answered, by the end of another day; also of one that was closed. The unit is told at once.

    Raises UnknownInstructionError, InvalidValueError, ValueTooLongError.
    """
    actor.require_coordinating()
    found = instruction_by_number(session, number, to_change=True)
    words = require_words(text, field=_FURTHER, limit=LONGEST)
    require_due(due_on, now.astimezone(settings.site.zone).date())
    found.due_on, found.closed_at, found.closed_by = due_on, None, ""
    session.add(found)
    entry = _add(session, actor, found, words, FURTHER, now)
    tell_instruction(session, settings, found, now)
    return entry


def _open(session: Session, actor: Actor, number: int) -> Instruction:
    found = instruction_by_number(session, number, to_change=True)
    actor.require_sight(found.unit_id)
    if found.closed_at:
        raise InstructionClosedError(number=number, by=found.closed_by)
    return found


def _add(
    session: Session, actor: Actor, found: Instruction, text: str, via: str, now: datetime
) -> InstructionReply:
    entry = InstructionReply(
        instruction_id=key(found), text=text, replied_at=now, replied_by=actor.label, via=via
    )
    session.add(entry)
    session.flush()
    return entry
