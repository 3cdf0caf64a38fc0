"""ReportingRound 报送期 and its obligations 应报项: the snapshot of what was expected."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.domain.states import ObligationState
from tracker.models.columns import Word, one_of
from tracker.models.tasklist import AssignmentRole


class ReportingRound(SQLModel, table=True):
    """TaskList × period, on the list's version of that day. `locks_at` is None for a round that only a person closes."""

    __tablename__ = "reporting_round"
    __table_args__ = (UniqueConstraint("list_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="task_list.id")
    version_id: int = Field(foreign_key="list_version.id", index=True)
    period: str = Field(max_length=10)
    opened_at: datetime
    due_at: datetime
    locks_at: datetime | None = None
    closed_at: datetime | None = None
    # When the coordinators were mailed the list of missing units, and the workbook of the closed round.
    missing_told_at: datetime | None = None
    announced_at: datetime | None = None
    # When the coordinators were mailed the draft list of units to be spoken to (约谈).
    interviews_told_at: datetime | None = None
    # Reminders go out at moments before this one only; None while they go out.
    chasing_off_since: datetime | None = None
    # The rules in force when the round was opened: a later change of the list does not rewrite it.
    rules: str

    @property
    def is_chasing(self) -> bool:
        return self.chasing_off_since is None


class Obligation(SQLModel, table=True):
    """Task × unit × round. `is_on_time` is settled by the first submission and None before it."""

    __table_args__ = (
        UniqueConstraint("round_id", "task_id", "unit_id"),
        # Boards count a round of 200,000 from these alone, without its rows.
        Index("ix_obligation_round_unit", "round_id", "unit_id", "state", "is_on_time", "task_id"),
        Index(
            "ix_obligation_waiting",
            "round_id",
            "state",
            "last_submitted_at",
            "unit_id",
            "endorsed_version",
            "version",
        ),
        one_of("state", ObligationState),
        one_of("role", AssignmentRole),
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="reporting_round.id")
    task_id: int = Field(foreign_key="task.id", index=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    role: AssignmentRole = Field(sa_type=Word(AssignmentRole))
    state: ObligationState = Field(default=ObligationState.PENDING, sa_type=Word(ObligationState))
    first_submitted_at: datetime | None = None
    is_on_time: bool | None = None
    # When the newest version was filed: how long it has waited for its reviewer is known without any text.
    last_submitted_at: datetime | None = None
    # The version that the unit above has passed on, 0 for none.
    endorsed_version: int = 0
    # Number of the newest ProgressUpdate, 0 before the first: what an editor says it started from.
    version: int = 0
    exempt_reason: str = ""
