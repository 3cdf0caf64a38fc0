"""What is held against a unit beside the clock: findings 认定, and its appeals 申诉."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from tracker.domain.faults import Fault
from tracker.models.columns import Word, one_of


class Finding(SQLModel, table=True):
    """A reviewer's word that a text, though filed, says nothing (无实质内容); it counts until it is withdrawn."""

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    reason: str = Field(sa_type=Text)
    found_at: datetime
    found_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


class AppealState(StrEnum):
    ASKED = "asked"
    UPHELD = "upheld"
    REFUSED = "refused"


class Appeal(SQLModel, table=True):
    """A unit asks that one fault of one obligation be struck out; an upheld one strikes it out of every score.

    A coordinator who excuses a unit without being asked writes one that is upheld at once.
    """

    __table_args__ = (one_of("fault", Fault), one_of("state", AppealState))

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    fault: Fault = Field(sa_type=Word(Fault))
    state: AppealState = Field(default=AppealState.ASKED, sa_type=Word(AppealState), index=True)
    words: str = Field(sa_type=Text)
    asked_at: datetime
    asked_by: str
    decision: str = Field(default="", sa_type=Text)
    decided_at: datetime | None = None
    decided_by: str = ""
