"""Instructions 批示 and what units answered, by where they stand."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import and_, col, func, or_, select

from tracker.domain.instructions import FURTHER, InstructionState
from tracker.errors import UnknownInstructionError
from tracker.models import Instruction, InstructionReply, OrgUnit, key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

_NOT_CLOSED = set(InstructionState) - {InstructionState.CLOSED}


def instruction_by_number(session: Session, number: int, *, to_change: bool = False) -> Instruction:
    """With `to_change` locked until the transaction ends. Raises UnknownInstructionError."""
    found = session.get(Instruction, number, with_for_update=to_change, populate_existing=to_change)
    if found is None:
        raise UnknownInstructionError(number)
    return found


def find_instructions(
    session: Session,
    today: date,
    *,
    states: Collection[InstructionState] = (),
    unit_id: int | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[tuple[Instruction, OrgUnit]]:
    """Of the unit, or of all; in `states`, or in any. What is due first comes first, what is closed last."""
    query = (
        select(Instruction, OrgUnit)
        .join(OrgUnit, col(OrgUnit.id) == col(Instruction.unit_id))
        .where(*_conditions(today, states, unit_id))
        .order_by(
            col(Instruction.closed_at).is_not(None),
            col(Instruction.closed_at).desc(),
            col(Instruction.due_on),
            col(Instruction.id),
        )
        .offset(offset)
    )
    return session.exec(query if limit is None else query.limit(limit)).all()


def count_instructions(
    session: Session, today: date, *, unit_id: int | None = None
) -> dict[InstructionState, int]:
    return {
        state: session.exec(
            select(func.count()).select_from(Instruction).where(*_conditions(today, [state], unit_id))
        ).one()
        for state in InstructionState
    }


def replies_of(session: Session, instruction_ids: Collection[int]) -> dict[int, list[InstructionReply]]:
    """By instruction, the oldest first: answers, and what the office asked further."""
    found: dict[int, list[InstructionReply]] = defaultdict(list)
    for reply in session.exec(
        select(InstructionReply)
        .where(col(InstructionReply.instruction_id).in_(list(instruction_ids)))
        .order_by(col(InstructionReply.id))
    ):
        found[reply.instruction_id].append(reply)
    return found


def last_entry(session: Session, instruction: Instruction) -> InstructionReply | None:
    return session.exec(
        select(InstructionReply)
        .where(InstructionReply.instruction_id == key(instruction))
        .order_by(col(InstructionReply.id).desc())
    ).first()


def _conditions(
    today: date, states: Collection[InstructionState], unit_id: int | None
) -> list[ColumnElement[bool]]:
    found = []
    if unit_id is not None:
        found.append(col(Instruction.unit_id) == unit_id)
    if set(states) == _NOT_CLOSED:
        # What a unit's pages ask each time: without the words of each state the database is asked for little.
        found.append(col(Instruction.closed_at).is_(None))
    elif states:
        found.append(or_(*(_stands(state, today) for state in states)))
    return found


def _stands(state: InstructionState, today: date) -> ColumnElement[bool]:
    """As `tracker.domain.instructions.instruction_state` has it."""
    is_closed = col(Instruction.closed_at).is_not(None)
    last_via = (
        select(InstructionReply.via)
        .where(InstructionReply.instruction_id == Instruction.id)
        .order_by(col(InstructionReply.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    waits = or_(last_via.is_(None), last_via == FURTHER)
    match state:
        case InstructionState.CLOSED:
            return is_closed
        case InstructionState.ANSWERED:
            return and_(~is_closed, ~waits)
        case InstructionState.OVERDUE:
            return and_(~is_closed, waits, col(Instruction.due_on) < today)
        case InstructionState.OPEN:
            return and_(~is_closed, waits, col(Instruction.due_on) >= today)
