"""What units write: drafts, filed versions 落实进度, receipts and reviews 审核."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import Word, one_of


class ReviewOutcome(StrEnum):
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Draft(SQLModel, table=True):
    """The unfinished text of an obligation, its unit's own. `base_version` is what it was written over."""

    obligation_id: int = Field(primary_key=True, foreign_key="obligation.id")
    text: str = Field(sa_type=Text)
    base_version: int
    saved_at: datetime
    saved_by: str


class Receipt(SQLModel, table=True):
    """回执: one act of filing by one unit, over one or more tasks."""

    __table_args__ = (UniqueConstraint("unit_id", "request_key"),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=40, unique=True)
    round_id: int = Field(foreign_key="reporting_round.id", index=True)
    unit_id: int = Field(foreign_key="org_unit.id")
    issued_at: datetime
    filed_by: str
    via: str = Field(max_length=20)
    # Sent by the caller: a repeated request answers with the first receipt instead of filing again.
    request_key: str | None = Field(default=None, max_length=64)


class ProgressUpdate(SQLModel, table=True):
    """One filed version of an obligation's text; append-only, never changed or deleted (DESIGN: rule 12)."""

    __tablename__ = "progress_update"
    __table_args__ = (UniqueConstraint("obligation_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    version: int
    text: str = Field(sa_type=Text)
    nil_reason: str = Field(default="", sa_type=Text)
    # 备注: for the coordinator only, in no report.
    remark: str = Field(default="", sa_type=Text)
    submitted_at: datetime
    filed_by: str
    via: str = Field(max_length=20)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)


class Review(SQLModel, table=True):
    """The coordinator's word on one version."""

    __table_args__ = (one_of("outcome", ReviewOutcome),)

    id: int | None = Field(default=None, primary_key=True)
    update_id: int = Field(foreign_key="progress_update.id", index=True)
    outcome: ReviewOutcome = Field(sa_type=Word(ReviewOutcome))
    reason: str = Field(default="", sa_type=Text)
    reviewed_at: datetime
    reviewed_by: str
