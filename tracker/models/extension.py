"""Extension 延期 of a unit's due day, and what else a coordinator changes about chasing: pauses, moved rungs."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel


class Extension(SQLModel, table=True):
    """A later due moment for one unit in one round; the newest that is not revoked counts."""

    __table_args__ = (Index("ix_extension_round_unit", "round_id", "unit_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="reporting_round.id")
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    due_at: datetime
    reason: str = Field(sa_type=Text)
    granted_at: datetime
    granted_by: str
    revoked_at: datetime | None = None
    revoked_by: str = ""


class ChasePause(SQLModel, table=True):
    """No reminder goes to the unit: in one round, or in all where `round_id` is None; until the end of `last_on`."""

    __tablename__ = "chase_pause"

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    round_id: int | None = Field(default=None, foreign_key="reporting_round.id", index=True)
    last_on: date | None = None
    reason: str = Field(sa_type=Text)
    paused_at: datetime
    paused_by: str
    ended_at: datetime | None = None
    ended_by: str = ""


class RungMove(SQLModel, table=True):
    """One reminder of one round, put on another day; the newest of a rung counts."""

    __tablename__ = "rung_move"
    __table_args__ = (Index("ix_rung_move_round_rung", "round_id", "rung"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="reporting_round.id")
    rung: str = Field(max_length=20)
    planned_on: date
    reason: str = Field(sa_type=Text)
    moved_at: datetime
    moved_by: str
