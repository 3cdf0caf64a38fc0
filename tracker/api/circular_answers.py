"""What is answered about published accounts (报告、通报、总结)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CircularAnswer(_Answer):
    """One published edition; it never changes. `number` is 第 N 期 of its list, kind and `year`."""

    id: int
    list: str
    period: Annotated[
        str, Field(description="Of its round; of a summary a half-year or year, as 2024H1, 2024.")
    ]
    kind: Annotated[str, Field(description="report, circular or summary")]
    year: int
    number: int
    edition: Annotated[int, Field(description="2 and above are corrections of the one before.")]
    title: str
    correction: Annotated[
        str, Field(description="Why the edition before was corrected; empty for the first.")
    ]
    cut_off_at: datetime
    published_at: datetime


class CircularsAnswer(_Answer):
    """One page, the newest first."""

    circulars: tuple[CircularAnswer, ...]
    next: Annotated[int | None, Field(description="`after` of the next page; null on the last.")]


class CircularFileAnswer(_Answer):
    form: str
    file_name: str
    bytes: int
    sha256: str


class WholeCircularAnswer(CircularAnswer):
    """`account` holds every figure and sentence of the documents, by the names that docs/documents.md lists; not for units."""

    newest: Annotated[int, Field(description="`id` of the newest edition; its own unless it was corrected.")]
    data_sha256: str
    files: tuple[CircularFileAnswer, ...]
    account: Annotated[dict[str, Any] | None, Field(description="Null to a unit's key.")]
