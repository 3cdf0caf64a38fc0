"""What a task list asks of its units: how often, by when, how long, who files."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_serializer,
    field_validator,
    model_validator,
)

from tracker.domain.ladder import OPENING, LadderRung, in_order, read_rung, write_rung
from tracker.domain.periods import PeriodType, periods_per_year
from tracker.errors import DueDayNeededError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tracker.domain.periods import Period

FilerRole = Literal["lead", "local"]

DEFAULT_LADDER: Final = tuple(LadderRung(offset=offset) for offset in (OPENING, -10, -5, -1, 0, 1, 3))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of `day` in the site's zone: what "by the 6th" means (DESIGN: rule 7)."""
    return datetime.combine(day, time(23, 59, 59), zone)


class ReportingRules(BaseModel):
    """The reporting rules of one list; frozen, stored with the list as JSON.

    For the Guilin list each value stands in the note below its table: quarterly, due on the 6th of the
    first month after the quarter, 300 characters, the first unit named leads, filed by the lead units and
    every county.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    period_type: PeriodType
    # Day of the `due_month`-th month after the period; the due moment is the end of that day.
    due_day: Annotated[int, Field(ge=1, le=28)] | None = None
    due_month: Annotated[int, Field(ge=1, le=12)] = 1
    # Or one date for each period of a year, as month and day: 03-25, 06-25, 09-25, 11-30.
    due_dates: tuple[Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")], ...] = ()
    character_limit: Annotated[int, Field(ge=1, le=20000)] = 300
    lead: Literal["first", "stated", "unknown"] = "unknown"
    filers: frozenset[FilerRole] = frozenset({"lead", "local"})
    mailbox: str = ""
    # Whether each text comes with the unit's own judgement (自评).
    asks_assessment: bool = False
    # Whether a unit reads what the units below it file before the coordinating office does.
    gathers: bool = False
    # Working days around the due day on which those with something outstanding are reminded.
    ladder: tuple[Annotated[LadderRung, BeforeValidator(read_rung)], ...] = DEFAULT_LADDER
    # Local time of a reminder; the site's own when the list names none.
    remind_at: time | None = None
    # A round opens this many working days before it is due and closes this many after.
    open_before: Annotated[int, Field(ge=0, le=120)] = 12
    close_after: Annotated[int, Field(ge=1, le=120)] = 5

    def due_on(self, period: Period) -> date:
        """The due day of `period` (Guilin note: 每季度第一个月6日前报上个季度).

        A date of `due_dates` is the first such day from the start of its period on. Raises DueDayNeededError
        for a list that reports on demand: there every round is given its own.
        """
        if self.due_dates:
            month, day = (int(part) for part in self.due_dates[period.index - 1].split("-"))
            found = date(period.year, month, day)
            return found if found >= period.starts_on else found.replace(year=period.year + 1)
        if self.due_day is None:
            raise DueDayNeededError(period=period.key)
        months = period.shift(1).starts_on.month - 1 + self.due_month - 1
        return date(period.shift(1).year + months // 12, months % 12 + 1, self.due_day)

    def due_at(self, period: Period, zone: ZoneInfo) -> datetime:
        """The due moment of `period`. Raises as `due_on`."""
        return end_of_day(self.due_on(period), zone)

    @model_validator(mode="after")
    def _has_due_days(self) -> Self:
        per_year = periods_per_year(self.period_type)
        if self.period_type == "on_demand":
            if self.due_day or self.due_dates:
                raise ValueError("按需报送（on_demand）的清单每期单独给出截止日，不写 due_day 和 due_dates")
        elif self.due_dates:
            if self.due_day:
                raise ValueError("due_day 与 due_dates 只能写一个")
            if len(self.due_dates) != per_year:
                raise ValueError(f"due_dates 应有 {per_year} 个日期，每期一个")
            for text in self.due_dates:
                try:
                    date.fromisoformat(f"2023-{text}")
                except ValueError as error:
                    raise ValueError(f"due_dates 中的 {text} 不是每年都有的日期") from error
        elif self.due_day is None:
            raise ValueError("缺少 due_day（期后第几日截止）或 due_dates（每期的截止日期）")
        return self

    @field_validator("ladder")
    @classmethod
    def _ascending(cls, value: tuple[LadderRung, ...]) -> tuple[LadderRung, ...]:
        return in_order(value)

    @field_serializer("ladder")
    def _written(self, value: tuple[LadderRung, ...]) -> list[int | str | dict[str, object]]:
        return [write_rung(rung) for rung in value]
