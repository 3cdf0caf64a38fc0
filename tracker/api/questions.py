"""What may be sent: strict types, and no field that is not named here."""

from typing import Annotated, Literal, Self

from fastapi import Header
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from tracker.domain.assessment import Assessment
from tracker.domain.reported_values import NUMBER_LIMIT, TypedValue
from tracker.domain.texts import clean_text

Version = Annotated[
    int,
    Field(ge=0, description="The `version` of the obligation that the text was written over; 0 before any."),
]
RequestKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=64,
        pattern=r"^[\x21-\x7e]+$",
        description="Repeat a request with its key and it files nothing twice.",
    ),
]


class _Question(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class ValueQuestion(_Question):
    """One reported value, as a person would type it."""

    indicator: Annotated[int, Field(ge=1, description="`indicator` of one of the obligation's indicators.")]
    value: Annotated[
        str,
        Field(
            max_length=NUMBER_LIMIT,
            description="A number in the indicator's unit, as `1234.5`; empty where it is not known.",
        ),
    ]
    reason: Annotated[str, Field(description="Why a cumulative value is below the one before.")] = ""


Assessed = Annotated[
    Literal["ahead", "on_schedule", "behind", "done", "not_started"] | None,
    Field(
        description="自评. Needed where the round `asks_assessment`, except with a `nil_reason`; elsewhere it is not kept."
    ),
]
Values = Annotated[
    list[ValueQuestion] | None,
    Field(max_length=200, description="All that is reported of indicators; without it those on file stay."),
]


class _Said(_Question):
    """What may come with a text."""

    assessment: Assessed = None
    values: Values = None

    @property
    def judged(self) -> Assessment | None:
        return Assessment(self.assessment) if self.assessment else None

    @property
    def typed(self) -> list[tuple[int, TypedValue]] | None:
        if self.values is None:
            return None
        return [(found.indicator, TypedValue(found.value, found.reason)) for found in self.values]


class DraftQuestion(_Said):
    """An empty text, with nothing beside it, removes the draft."""

    text: str
    is_nil: Annotated[bool, Field(description="The text is to be the reason for nothing to report.")] = False
    base_version: Version


class FilingQuestion(_Said):
    """Either the text, or the reason why there is nothing to report."""

    text: str | None = None
    nil_reason: str | None = None
    base_version: Version

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.text is None) == (self.nil_reason is None):
            raise PydanticCustomError("text_or_nil_reason", "text or nil_reason, not both")
        return self

    @property
    def written(self) -> str:
        return self.nil_reason if self.text is None else self.text  # type: ignore[return-value]


class TaskFilingQuestion(FilingQuestion):
    task: Annotated[str, Field(max_length=20, description="Number of the task."), AfterValidator(clean_text)]


class FilingsQuestion(_Question):
    submissions: Annotated[list[TaskFilingQuestion], Field(min_length=1, max_length=1000)]


_Named = Annotated[str, Field(max_length=200), AfterValidator(clean_text)]


class SearchQuestion(BaseModel):
    """In the address. What is left out does not narrow."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[
        str, Field(min_length=1, max_length=2000, description="Words, parted by spaces: all must be there.")
    ]
    list: _Named = ""
    period: _Named = ""
    unit: Annotated[_Named, Field(description="A name or an alias, or `me`.")] = ""
    old: Annotated[bool, Field(description="Also versions that a newer one has replaced.")] = False
    page: Annotated[int, Field(ge=1, description="Of 50 texts each.")] = 1


class ReviewQuestion(_Question):
    """`version` is the one the reviewer read; a return needs a reason. `endorsed` is the word of a unit above."""

    outcome: Literal["accepted", "endorsed", "returned"]
    reason: str = ""
    version: Annotated[int, Field(ge=1)]


_FaultWord = Literal["missing", "late", "no_substance", "returned"]


class AppealQuestion(_Question):
    """Why one fault should not count; up to 1,000 characters."""

    fault: _FaultWord
    words: str


class ExcuseQuestion(_Question):
    """Why the office does not count a fault; the unit sees it."""

    fault: _FaultWord
    reason: str


class FindingQuestion(_Question):
    """Why a text says nothing; `version` is the one that was read."""

    reason: str
    version: Annotated[int, Field(ge=1)]


class DecisionQuestion(_Question):
    """The office's word on an appeal; the unit sees it."""

    outcome: Literal["upheld", "refused", "taken_back"]
    decision: str
