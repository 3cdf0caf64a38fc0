"""What units write: drafts, filed versions 落实进度, receipts and reviews 审核."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.domain.assessment import Assessment
from tracker.models.columns import Amount, Word, one_of


class ReviewOutcome(StrEnum):
    """`endorsed` is the word of the unit that gathers those below it; the office still has to read the text."""

    RETURNED = "returned"
    ENDORSED = "endorsed"
    ACCEPTED = "accepted"


class Draft(SQLModel, table=True):
    """The unfinished text of an obligation, its unit's own. `base_version` is what it was written over.

    `reported` is JSON: {indicator id: [number as typed, reason]}.
    """

    __table_args__ = (one_of("assessment", Assessment),)

    obligation_id: int = Field(primary_key=True, foreign_key="obligation.id")
    text: str = Field(sa_type=Text)
    is_nil: bool = False
    assessment: Assessment | None = Field(default=None, sa_type=Word(Assessment))
    reported: str = Field(default="{}", sa_type=Text)
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
    __table_args__ = (UniqueConstraint("obligation_id", "version"), one_of("assessment", Assessment))

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    version: int
    text: str = Field(sa_type=Text)
    nil_reason: str = Field(default="", sa_type=Text)
    # 备注: for the coordinator only, in no report.
    remark: str = Field(default="", sa_type=Text)
    # None where the list does not ask for it.
    assessment: Assessment | None = Field(default=None, sa_type=Word(Assessment))
    submitted_at: datetime
    filed_by: str
    via: str = Field(max_length=20)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)


class ReportedValue(SQLModel, table=True):
    """What a unit reported of an indicator with one version of its text; append-only like the text.

    `reason` says why a cumulative value is below the one before.
    """

    __tablename__ = "reported_value"
    __table_args__ = (UniqueConstraint("update_id", "indicator_id"),)

    id: int | None = Field(default=None, primary_key=True)
    update_id: int = Field(foreign_key="progress_update.id")
    indicator_id: int = Field(foreign_key="indicator.id", index=True)
    value: Decimal = Field(sa_type=Amount)
    reason: str = Field(default="", sa_type=Text)


class Review(SQLModel, table=True):
    """The word on one version: the coordinating office's, or that of the unit `by_unit_id` above the one that filed."""

    __table_args__ = (one_of("outcome", ReviewOutcome),)

    id: int | None = Field(default=None, primary_key=True)
    update_id: int = Field(foreign_key="progress_update.id", index=True)
    outcome: ReviewOutcome = Field(sa_type=Word(ReviewOutcome))
    by_unit_id: int | None = Field(default=None, foreign_key="org_unit.id", index=True)
    reason: str = Field(default="", sa_type=Text)
    reviewed_at: datetime
    reviewed_by: str
