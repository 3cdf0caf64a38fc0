"""The shape of a round as JSON: what docs/data.md describes, and what reading one back requires.

Keys are only ever added, with a default for what was written before: a published round can be read for ever.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tracker.domain.assessment import Assessment
from tracker.domain.faults import Fault
from tracker.domain.scoring_rules import ScoringRules

Moment = Annotated[AwareDatetime, Field(description="ISO 8601 with the site's offset.")]
State = Annotated[
    Literal["pending", "submitted", "returned", "accepted", "nil", "exempt"],
    Field(description="未报送, 已报送, 已退回, 已通过, 无进展, 免报."),
]
Assessed = Annotated[
    Assessment | None, Field(description="自评: null where the list asks for none or nothing is filed.")
]
Label = Annotated[str, Field(description="The period in words, as 2024年第三季度.")]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RatesShape(_Shape):
    """Counts of obligations, and what follows from them."""

    expected: Annotated[int, Field(ge=0, description="应报: without those that are exempt.")]
    filed: Annotated[int, Field(ge=0, description="已报: returned and nil reports count.")]
    on_time: Annotated[int, Field(ge=0, description="Of those filed, by the first submission.")]
    late: Annotated[int, Field(ge=0, description="filed − on_time.")]
    missing: Annotated[int, Field(description="expected − filed.")]
    nil: Annotated[int, Field(ge=0)]
    exempt: Annotated[int, Field(ge=0)]
    returned: Annotated[int, Field(ge=0, description="Returned, and not filed again.")]
    accepted: Annotated[int, Field(ge=0)]
    completeness: Annotated[
        float | None, Field(description="filed / expected; null where nothing is expected.")
    ]
    timeliness: Annotated[
        float | None, Field(description="on_time / expected; null where nothing is expected.")
    ]


class UnitShape(RatesShape):
    id: int
    name: str
    kind: Annotated[str, Field(description="department, county, town, village, office or other.")]
    extended_to: Annotated[
        Moment | None, Field(description="The unit's own due moment, where it was given a later one.")
    ] = None
    missed_before: Annotated[
        int, Field(ge=0, description="In how many rounds in a row right before this one it missed something.")
    ] = 0


class EntryShape(_Shape):
    """What one unit owes of one task, with its newest filed text."""

    unit_id: Annotated[int, Field(description="`id` of one of the `units`.")]
    unit: str
    role: Annotated[str, Field(description="lead, supporting or local.")]
    state: State
    text: Annotated[str, Field(description="As filed. Empty while nothing is filed, and for a nil report.")]
    nil_reason: str
    first_submitted_at: Moment | None
    submitted_at: Annotated[Moment | None, Field(description="When the newest text was filed.")]
    is_late: bool
    version: Annotated[int, Field(ge=0, description="Number of the newest text, 0 before the first.")]
    assessment: Assessed = None
    times_returned: Annotated[int, Field(ge=0)] = 0
    has_no_substance: Annotated[bool, Field(description="Found to say nothing (无实质内容).")] = False
    struck_out: Annotated[
        tuple[Fault, ...], Field(description="The faults that an upheld appeal took from it.")
    ] = ()


class PastTextShape(_Shape):
    """What a lead of the task filed in an earlier round."""

    period: str
    period_label: Label
    unit: str
    state: State
    assessment: Assessed
    words: Annotated[str, Field(description="The text, or why there was nothing to report.")]


class TaskHeadShape(RatesShape):
    id: int
    number: str
    section: str
    measure: str
    measure_id: Annotated[int | None, Field(description="Neighbours with the same one are one measure.")] = (
        None
    )
    content: str
    units_text: str
    units_block: Annotated[
        int | None, Field(description="Neighbours with the same one share a cell of units.")
    ] = None
    past: Annotated[tuple[PastTextShape, ...], Field(description="The newest first.")] = ()


class TaskShape(TaskHeadShape):
    entries: Annotated[tuple[EntryShape, ...], Field(description="The lead first.")]


class PointShape(_Shape):
    period: str
    value: Decimal


class IndicatorShape(_Shape):
    """An indicator with its next target; numbers are decimal digits as text."""

    task_number: str
    name: str
    unit: Annotated[str, Field(description="Of measure.")]
    target_text: Annotated[str, Field(description="As the document states it.")]
    target: Decimal | None
    target_date: Annotated[str, Field(description="An ISO 8601 prefix, as 2025 or 2025-06; may be empty.")]
    value: Annotated[
        Decimal | None, Field(description="Null where nothing was reported, or values cannot be added up.")
    ]
    period_label: Label
    reporters: Annotated[int, Field(ge=0, description="How many units the value is of.")]
    is_of_lead: bool
    share: Annotated[Decimal | None, Field(description="value / target; null where that means nothing.")]
    points: Annotated[tuple[PointShape, ...], Field(description="Values by period, the oldest first.")] = ()


class PastRoundShape(RatesShape):
    period: str
    period_label: Label


class HeadShape(RatesShape):
    """A round without its tasks."""

    list: str
    title: str
    note: str
    period: Annotated[str, Field(description="As 2024Q3, 2024M09, 2024B5, 2024H1 or 2024.")]
    period_label: Label
    due_at: Moment
    as_of: Moment
    is_closed: bool
    character_limit: Annotated[int, Field(ge=1)]
    part: Annotated[str, Field(description="The unit, kind or measure it is of; empty for the whole.")] = ""
    asks_assessment: bool = False
    scoring: Annotated[ScoringRules, Field(description="The formula of scores.")] = ScoringRules()
    units: tuple[UnitShape, ...]
    indicators: tuple[IndicatorShape, ...] = ()
    past_rounds: Annotated[
        tuple[PastRoundShape, ...], Field(description="Earlier closed rounds, the oldest first.")
    ] = ()


class RoundShape(HeadShape):
    """One reporting round at the moment `as_of`."""

    tasks: Annotated[tuple[TaskShape, ...], Field(description="In the order of the document.")]
