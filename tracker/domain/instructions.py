"""批示: what is asked of a unit, when it is reminded, and when it is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark

if TYPE_CHECKING:
    from datetime import date, time

    from tracker.domain.send_window import SendWindow

# An answer to a leader is a page at most; the words of the instruction likewise.
LONGEST: Final = 1000


class InstructionState(StrEnum):
    """`open` waits for the unit, `answered` for the office."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    CLOSED = "closed"


INSTRUCTION_LABELS: Final = {
    InstructionState.OPEN: mark("待答复"),
    InstructionState.OVERDUE: mark("逾期未答复"),
    InstructionState.ANSWERED: mark("已答复，待办结"),
    InstructionState.CLOSED: mark("已办结"),
}
# The office asks again: an entry among the answers that a unit has to answer in turn.
FURTHER: Final = "further"
BEFORE, AFTER = "-1", "1"


def instruction_state(
    *, is_closed: bool, last_via: str | None, due_on: date, today: date
) -> InstructionState:
    """`last_via` is the newest entry's, None without one. It is overdue from the day after `due_on`."""
    if is_closed:
        return InstructionState.CLOSED
    if last_via is not None and last_via != FURTHER:
        return InstructionState.ANSWERED
    return InstructionState.OVERDUE if today > due_on else InstructionState.OPEN


@dataclass(frozen=True, slots=True)
class InstructionRung:
    """`name` is the offset in working days from the due day."""

    name: str
    at: datetime


def instruction_rungs(due_on: date, remind_at: time, window: SendWindow) -> tuple[InstructionRung, ...]:
    """One working day before the due day, and on the first working day after it."""
    return tuple(
        InstructionRung(
            name, datetime.combine(window.calendar.shift(due_on, int(name)), remind_at, window.zone)
        )
        for name in (BEFORE, AFTER)
    )


def rung_due(rungs: tuple[InstructionRung, ...], asked_at: datetime, now: datetime) -> InstructionRung | None:
    """The newest rung that has come since the unit was asked: what was asked later says itself when it is due."""
    return next((rung for rung in reversed(rungs) if asked_at < rung.at <= now), None)
