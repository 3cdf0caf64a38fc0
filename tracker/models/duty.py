"""What changes a duty between imports: re-assignment 改派, close-out 销号, and a leader's instruction 批示."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from tracker.models.columns import Word, one_of


class Reassignment(SQLModel, table=True):
    """A task goes from one unit to another: in `round_id`, and in rounds that open later where it `is_lasting`."""

    __table_args__ = (Index("ix_reassignment_list_lineage", "list_id", "lineage"),)

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="task_list.id")
    lineage: int
    round_id: int = Field(foreign_key="reporting_round.id", index=True)
    from_unit_id: int = Field(foreign_key="org_unit.id", index=True)
    to_unit_id: int = Field(foreign_key="org_unit.id", index=True)
    is_lasting: bool
    reason: str = Field(sa_type=Text)
    reassigned_at: datetime
    reassigned_by: str
    undone_at: datetime | None = None
    undone_by: str = ""


class CloseOutState(StrEnum):
    """Asked for by a unit, then closed or refused by the coordinating office; reopened when it was too early."""

    ASKED = "asked"
    CLOSED = "closed"
    REFUSED = "refused"
    REOPENED = "reopened"


class CloseOut(SQLModel, table=True):
    """A task is finished, of one unit or (`unit_id` None) of all, and leaves the rounds that open while it is closed."""

    __tablename__ = "close_out"
    __table_args__ = (
        Index("ix_close_out_list_lineage", "list_id", "lineage"),
        one_of("state", CloseOutState),
    )

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="task_list.id")
    lineage: int
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id", index=True)
    state: CloseOutState = Field(sa_type=Word(CloseOutState))
    evidence: str = Field(sa_type=Text)
    asked_at: datetime
    asked_by: str
    decision: str = Field(default="", sa_type=Text)
    decided_at: datetime | None = None
    decided_by: str = ""


class Instruction(SQLModel, table=True):
    """批示: a leader's words to one unit, on a task or on none, to be answered by the end of `due_on`."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="task_list.id", index=True)
    lineage: int | None = None
    text: str = Field(sa_type=Text)
    instructed_by: str
    instructed_on: date
    due_on: date
    created_at: datetime
    created_by: str
    closed_at: datetime | None = None
    closed_by: str = ""


class InstructionReply(SQLModel, table=True):
    """What the unit answered; append-only."""

    __tablename__ = "instruction_reply"

    id: int | None = Field(default=None, primary_key=True)
    instruction_id: int = Field(foreign_key="instruction.id", index=True)
    text: str = Field(sa_type=Text)
    replied_at: datetime
    replied_by: str
    via: str = Field(max_length=20)
