"""批示 as pages, commands and mails show them: plain rows, with the task as its newest version words it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.instructions import FURTHER, InstructionState, instruction_state
from tracker.models import OrgUnit, TaskList, key
from tracker.store.close_outs import task_numbers
from tracker.store.instructions import find_instructions, replies_of
from tracker.store.workdays import work_calendar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import Instruction, InstructionReply, Task


@dataclass(frozen=True, slots=True)
class InstructionEntry:
    """An answer of the unit, or (`is_further`) what the office asked further."""

    text: str
    at: datetime
    by: str
    via: str
    is_further: bool


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """`list_id` and `lineage` are None, `about` and `list_slug` "" where it is on no task."""

    number: int
    unit_id: int
    unit: str
    text: str
    instructed_by: str
    instructed_on: date
    due_on: date
    is_due_day_off: bool
    state: InstructionState
    list_id: int | None
    lineage: int | None
    list_slug: str
    about: str
    entries: tuple[InstructionEntry, ...]
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    closed_by: str

    @property
    def waits(self) -> bool:
        """For an answer of the unit."""
        return self.state in (InstructionState.OPEN, InstructionState.OVERDUE)


def instructions_of_unit(
    session: Session, settings: Settings, unit_id: int, now: datetime
) -> list[InstructionRow]:
    """What is not closed, due first in front: for the unit's first page, and by `list_id` and `lineage` for a task."""
    today = now.astimezone(settings.site.zone).date()
    states = [state for state in InstructionState if state is not InstructionState.CLOSED]
    found = find_instructions(session, today, states=states, unit_id=unit_id)
    return read_instructions(session, settings, [instruction for instruction, _ in found], now)


def read_instructions(
    session: Session, settings: Settings, instructions: Sequence[Instruction], now: datetime
) -> list[InstructionRow]:
    """In the same order."""
    if not instructions:
        return []
    today = now.astimezone(settings.site.zone).date()
    calendar = work_calendar(session)
    replies = replies_of(session, [key(instruction) for instruction in instructions])
    tasks: dict[int, dict[int, Task]] = {}
    rows = []
    for instruction in instructions:
        entries = tuple(_entry(reply) for reply in replies.get(key(instruction), ()))
        slug, about = "", ""
        if instruction.list_id is not None:
            task_list = session.get_one(TaskList, instruction.list_id)
            slug = about = task_list.slug
            if instruction.list_id not in tasks:
                tasks[instruction.list_id] = task_numbers(session, instruction.list_id)
            task = tasks[instruction.list_id].get(instruction.lineage or 0)
            about = f"{task_list.title} {task.number} {task.title}" if task else task_list.title
        rows.append(
            InstructionRow(
                number=key(instruction),
                unit_id=instruction.unit_id,
                unit=session.get_one(OrgUnit, instruction.unit_id).name,
                text=instruction.text,
                instructed_by=instruction.instructed_by,
                instructed_on=instruction.instructed_on,
                due_on=instruction.due_on,
                is_due_day_off=not calendar.is_workday(instruction.due_on),
                state=instruction_state(
                    is_closed=instruction.closed_at is not None,
                    last_via=None if not entries else replies[key(instruction)][-1].via,
                    due_on=instruction.due_on,
                    today=today,
                ),
                list_id=instruction.list_id,
                lineage=instruction.lineage,
                list_slug=slug,
                about=about,
                entries=entries,
                created_at=instruction.created_at,
                created_by=instruction.created_by,
                closed_at=instruction.closed_at,
                closed_by=instruction.closed_by,
            )
        )
    return rows


def _entry(reply: InstructionReply) -> InstructionEntry:
    return InstructionEntry(reply.text, reply.replied_at, reply.replied_by, reply.via, reply.via == FURTHER)
