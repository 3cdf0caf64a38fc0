"""What is answered about a round's report data: the shapes of the report itself, and pages and rankings of it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tracker.domain.faults import Fault
from tracker.domain.scoring import Card
from tracker.domain.scoring_rules import ScoringRules
from tracker.reports.json_shape import EntryShape, HeadShape, TaskHeadShape

_OFFICE = "Null to a unit's key: it is the office's until it publishes it."


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportAnswer(HeadShape):
    """The round with all counts and no text of it; to a unit's key its own part."""

    tasks: Annotated[tuple[TaskHeadShape, ...], Field(description="In the order of the document.")]


class ReportEntryAnswer(EntryShape):
    """What one unit owes of one task."""

    task_id: Annotated[int, Field(description="`id` of one of the report's `tasks`.")]
    task: Annotated[str, Field(description="The task's number.")]


class ReportEntriesAnswer(_Answer):
    """One page. Every obligation stands on one page, also while units file."""

    list: str
    period: str
    as_of: datetime
    entries: tuple[ReportEntryAnswer, ...]
    next: Annotated[str | None, Field(description="`after` of the next page; null on the last.")]


class DeductionAnswer(_Answer):
    fault: Fault
    count: int
    points: Decimal


class StruckOutAnswer(_Answer):
    """Taken out by upheld appeals."""

    fault: Fault
    count: int


class RankedAnswer(_Answer):
    place: Annotated[int | None, Field(description=_OFFICE)]
    unit_id: int
    unit: str
    score: Decimal
    deductions: tuple[DeductionAnswer, ...]
    struck_out: tuple[StruckOutAnswer, ...]
    extended_to: datetime | None
    card: Annotated[Card | None, Field(description=f"Proposed. {_OFFICE}")]
    is_to_be_interviewed: Annotated[bool | None, Field(description=f"Proposed. {_OFFICE}")]


class WaitingAnswer(_Answer):
    """No place yet: something is missing that is not due."""

    unit_id: int
    unit: str
    not_due: int
    due_at: datetime


class KindRankingAnswer(_Answer):
    kind: str
    rows: tuple[RankedAnswer, ...]
    waiting: tuple[WaitingAnswer, ...]


class RankingsAnswer(_Answer):
    """Each kind of unit by itself. `formula` is the text printed under every ranking."""

    list: str
    period: str
    as_of: datetime
    scoring: ScoringRules
    formula: tuple[str, ...]
    rankings: tuple[KindRankingAnswer, ...]
