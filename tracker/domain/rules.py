"""What a task list asks of its units: how often, by when, how long, who files."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tracker.domain.periods import PeriodType

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tracker.domain.periods import Period

FilerRole = Literal["lead", "local"]

DEFAULT_LADDER: Final = (-10, -5, -1, 0, 1, 3)
END_OF_DAY: Final = time(23, 59, 59)


class ReportingRules(BaseModel):
    """The reporting rules of one list; frozen, stored with the list as JSON.

    For the Guilin list each value stands in the note below its table: quarterly, due on the 6th of the
    first month after the quarter, 300 characters, the first unit named leads, filed by the lead units and
    every county.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    period_type: PeriodType
    # Day of the `due_month`-th month after the period; the due moment is the end of that day.
    due_day: Annotated[int, Field(ge=1, le=28)]
    due_month: Annotated[int, Field(ge=1, le=12)] = 1
    character_limit: Annotated[int, Field(ge=1, le=20000)] = 300
    lead: Literal["first", "stated", "unknown"] = "unknown"
    filers: frozenset[FilerRole] = frozenset({"lead", "local"})
    mailbox: str = ""
    # Working days around the due day on which those with something outstanding are reminded.
    ladder: tuple[int, ...] = DEFAULT_LADDER
    # Local time of a reminder; the site's own when the list names none.
    remind_at: time | None = None
    # A round opens this many working days before it is due and closes this many after.
    open_before: Annotated[int, Field(ge=0, le=120)] = 12
    close_after: Annotated[int, Field(ge=1, le=120)] = 5

    def due_on(self, period: Period) -> date:
        """The due day of `period` (Guilin note: 每季度第一个月6日前报上个季度)."""
        months = period.shift(1).starts_on.month - 1 + self.due_month - 1
        return date(period.shift(1).year + months // 12, months % 12 + 1, self.due_day)

    def due_at(self, period: Period, zone: ZoneInfo) -> datetime:
        """The due moment: the last second of the due day in the site's zone (DESIGN: rule 7)."""
        return datetime.combine(self.due_on(period), END_OF_DAY, zone)

    @field_validator("ladder")
    @classmethod
    def _ascending(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value)))
