"""What is answered. Times are ISO 8601 with the site's offset; fields are added, never renamed."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ErrorAnswer(_Answer):
    """`error` holds `code`, `message` and the fields of that kind of error."""

    error: dict[str, Any]


class ListAnswer(_Answer):
    list: str
    title: str
    period_type: str
    due_day: int
    character_limit: int
    first_period: str
    last_period: str


class ListsAnswer(_Answer):
    lists: tuple[ListAnswer, ...]


class _Figures(_Answer):
    expected: int
    filed: int
    on_time: int
    late: int
    nil: int
    exempt: int
    returned: int
    accepted: int


class RoundAnswer(_Figures):
    """A round and its figures: those of the whole round to a coordinator's key, the unit's own to a unit's.

    `is_open` says whether texts are taken; `locks_at` is null for a round that only a person closes.
    """

    list: str
    title: str
    period: str
    opened_at: datetime
    due_at: datetime
    locks_at: datetime | None
    closed_at: datetime | None
    is_open: bool
    completeness: float | None
    timeliness: float | None


class RoundsAnswer(_Answer):
    rounds: tuple[RoundAnswer, ...]


class UnitFiguresAnswer(_Answer):
    name: str
    kind: str
    expected: int
    filed: int
    on_time: int


class RoundFiguresAnswer(_Figures):
    """As `tracker round show --json`."""

    list: str
    period: str
    due_at: datetime
    units: tuple[UnitFiguresAnswer, ...]


class ValueAnswer(_Answer):
    """As typed, in a draft."""

    indicator: int
    value: str
    reason: str


class DraftAnswer(_Answer):
    """`is_nil` says that the text is to be the reason for nothing to report."""

    text: str
    is_nil: bool
    assessment: str | None
    values: tuple[ValueAnswer, ...]
    base_version: int
    saved_at: datetime
    saved_by: str


class PreviousAnswer(_Answer):
    """What the unit filed on the same task one period before."""

    period: str
    text: str
    nil_reason: str
    assessment: str | None


class StatedAnswer(_Answer):
    """What the document says. `text` is as printed; `value` is null where that is words; `date` is a prefix of
    an ISO 8601 date, "" for none. The other words are those of `tracker indicators --json`."""

    text: str
    value: str | None
    upper: str | None
    date: str
    bound: str
    strict: bool
    change: str
    pace: str


class LastValueAnswer(_Answer):
    """What the unit reported last before this round, in the unit of that time."""

    period: str
    value: str
    unit: str
    reason: str


class IndicatorAnswer(_Answer):
    """An indicator of the task. `indicator` is its number in the list; numbers are decimal, in `unit`.

    `value` is what the newest version on file reports, null for unknown. With `is_cumulative` a value below
    the last one needs a reason.
    """

    indicator: int
    name: str
    unit: str
    is_cumulative: bool
    baseline: StatedAnswer | None
    targets: tuple[StatedAnswer, ...]
    value: str | None
    reason: str
    last: LastValueAnswer | None


class ObligationAnswer(_Answer):
    """`text` is the newest version on file, as filed; `remark` the reviewer's word on that version."""

    task: str
    title: str
    content: str
    role: str
    state: Annotated[
        str, Field(description="pending, draft (own unit only), submitted, returned, accepted, nil or exempt")
    ]
    version: int
    limit: int
    text: str
    nil_reason: str
    assessment: Annotated[
        str | None,
        Field(description="ahead, on_schedule, behind, done or not_started; null where it was not said"),
    ]
    indicators: tuple[IndicatorAnswer, ...]
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    is_late: bool
    remark: str
    exempt_reason: str
    draft: DraftAnswer | None
    previous: PreviousAnswer | None


class ObligationsAnswer(_Answer):
    list: str
    period: str
    unit: str
    due_at: datetime
    is_open: bool
    asks_assessment: bool
    obligations: tuple[ObligationAnswer, ...]


class DraftSavedAnswer(_Answer):
    """`draft` is null where nothing is left to keep."""

    task: str
    draft: DraftAnswer | None


class FiledAnswer(_Answer):
    """`receipt` is the one that confirms this version: an earlier one for a text that was on file already."""

    task: str
    version: int
    receipt: str


class RefusedAnswer(_Answer):
    task: str
    error: dict[str, Any]


class ReceiptAnswer(_Answer):
    """`refused` is empty unless some of several texts were not taken."""

    receipt: str
    issued_at: datetime
    filed: tuple[FiledAnswer, ...]
    refused: tuple[RefusedAnswer, ...]


class HitAnswer(_Answer):
    """One version on file that holds the words, as it was filed; `is_newest` of its obligation."""

    list: str
    period: str
    unit: str
    task: str
    title: str
    state: str
    version: int
    is_newest: bool
    submitted_at: datetime
    text: str
    nil_reason: str


class SearchAnswer(_Answer):
    """`count` stops at 1,000, and `is_cut` says so; `unsearched` texts were not looked through, because they wait to
    be indexed. `hits` are those of `page`, the newest first; none where there is no such page."""

    count: int
    is_cut: bool
    unsearched: int
    page: int
    pages: int
    hits: tuple[HitAnswer, ...]


class WaitingAnswer(_Answer):
    """`version` is what a review of it names."""

    unit: str
    task: str
    title: str
    version: int
    submitted_at: datetime
    text: str
    nil_reason: str


class GatheringAnswer(_Answer):
    """What units below have filed and the key's unit has not read yet, that which waits longest first."""

    waiting: tuple[WaitingAnswer, ...]


class ReviewAnswer(_Answer):
    task: str
    version: int
    state: str
    reason: str
    reviewed_at: datetime
