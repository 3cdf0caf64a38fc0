"""What may be sent: strict types, and no field that is not named here."""

from typing import Annotated, Literal, Self

from fastapi import Header
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

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


class DraftQuestion(_Question):
    """An empty text removes the draft."""

    text: str
    base_version: Version


class FilingQuestion(_Question):
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


class ReviewQuestion(_Question):
    """`version` is the one the reviewer read; a return needs a reason."""

    outcome: Literal["accepted", "returned"]
    reason: str = ""
    version: Annotated[int, Field(ge=1)]
