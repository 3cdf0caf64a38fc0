"""The reminder ladder: on which working days around the due day who of a unit is told, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from tracker.domain.texts import clean_text
from tracker.errors import ControlCharacterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from tracker.domain.workdays import WorkCalendar

Audience = Literal["filler", "leader", "coordinator"]
Channel = Literal["mail", "chat"]

# The rung on the day the round opens, and what it is called in the ledger.
OPENING: Final = "open"
EVERY_CHANNEL: Final[tuple[Channel, ...]] = get_args(Channel)
_FARTHEST: Final = 1000
_LONGEST_TEXT: Final = 300
_UNITS_OWN: Final = frozenset({"filler", "leader"})


def _offset(value: object) -> object:
    if value == OPENING or (type(value) is int and abs(value) <= _FARTHEST):
        return value
    raise ValueError(f"应为 open，或与截止日相差的工作日数（-{_FARTHEST} 至 {_FARTHEST}）")


def _as_tuple(value: object) -> object:
    # Arrays of TOML arrive as lists, which strict readers of our own JSON would refuse.
    return tuple(value) if isinstance(value, list) else value


class LadderRung(BaseModel):
    """One rung as a list's rules word it; `offset` in working days from the due day, or "open".

    Without `audience` it is the usual one (`usual_audience`). `text` is a sentence of the list's own in the mail.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    offset: Annotated[int | Literal["open"], BeforeValidator(_offset)]
    audience: Annotated[tuple[Audience, ...], BeforeValidator(_as_tuple), Field(min_length=1)] | None = None
    channels: Annotated[tuple[Channel, ...], BeforeValidator(_as_tuple), Field(min_length=1)] = get_args(
        Channel
    )
    text: str = ""

    @property
    def place(self) -> int:
        """The opening stands before every other."""
        return -_FARTHEST - 1 if self.offset == "open" else self.offset

    @field_validator("text")
    @classmethod
    def _clean(cls, value: str) -> str:
        try:
            text = clean_text(value)
        except ControlCharacterError as error:
            raise ValueError(str(error)) from error
        if len(text) > _LONGEST_TEXT:
            raise ValueError(f"不能超过 {_LONGEST_TEXT} 字")
        return text

    @model_validator(mode="after")
    def _coordinators_after_the_due_day(self) -> LadderRung:
        if "coordinator" in (self.audience or ()) and self.place <= 0:
            raise ValueError("统筹人（coordinator）只能写在截止日之后的档上")
        return self


def read_rung(value: object) -> object:
    """A bare offset stands for a rung of which nothing else is said; anything else is left as it is."""
    return LadderRung(offset=value) if value == OPENING or type(value) is int else value


def write_rung(rung: LadderRung) -> int | str | dict[str, object]:
    """As `read_rung` takes it: a rung that says no more than its offset is that offset."""
    if rung == LadderRung(offset=rung.offset):
        return rung.offset
    return rung.model_dump(mode="json", exclude_defaults=True)


def in_order(ladder: Iterable[LadderRung]) -> tuple[LadderRung, ...]:
    """The opening first. Raises ValueError where one day has two different rungs."""
    rungs = sorted(dict.fromkeys(ladder), key=lambda rung: rung.place)
    for one, other in pairwise(rungs):
        if one.offset == other.offset:
            raise ValueError(f"第 {one.offset} 档写了两次")
    return tuple(rungs)


def usual_audience(rung: LadderRung, ladder: Iterable[LadderRung]) -> frozenset[str]:
    """Escalation climbs (DESIGN: rule 10): the filler, after the due day also the leader, and on the last of
    several rungs after it also the coordinator."""
    if rung.place <= 0:
        return frozenset({"filler"})
    late = [other.place for other in ladder if other.place > 0]
    is_last_of_several = len(late) > 1 and rung.place == max(late)
    return _UNITS_OWN | {"coordinator"} if is_last_of_several else _UNITS_OWN


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung on its day: `at` is the aware moment it is due, `name` what the ledger calls it."""

    at: datetime
    name: str
    offset: int | str
    audience: frozenset[str]
    channels: tuple[str, ...]
    text: str

    @property
    def is_opening(self) -> bool:
        return self.offset == OPENING

    @property
    def is_for_units(self) -> bool:
        return bool(self.audience & _UNITS_OWN)


def rungs_of(
    ladder: Iterable[LadderRung],
    due_on: date,
    at_time: time,
    calendar: WorkCalendar,
    zone: ZoneInfo,
    *,
    opened_at: datetime | None = None,
    moved_to: Mapping[str, date] | None = None,
    suffix: str = "",
) -> tuple[Rung, ...]:
    """The ladder placed on working days, earliest first (DESIGN: rules 7 and 10).

    The due day itself is left out where it is a day off: the rung before it already reaches people on the
    last working day, and nothing is sent on a holiday. The opening is left out without `opened_at`. `moved_to`
    puts rungs, by name, on other days. `suffix` ends the names of all but the opening.
    """
    rules, moves = tuple(ladder), moved_to or {}
    placed = []
    for rule in rules:
        name = OPENING if rule.offset == OPENING else f"{rule.offset}{suffix}"
        day = moves.get(name) or _day_of(rule, due_on, calendar, zone, opened_at)
        if day is None:
            continue
        at = datetime.combine(day, at_time, zone)
        if rule.offset == OPENING and opened_at is not None:
            at = max(at, opened_at.astimezone(zone))
        audience = frozenset(rule.audience) if rule.audience else usual_audience(rule, rules)
        placed.append(Rung(at, name, rule.offset, audience, rule.channels, rule.text))
    # Of rungs of one moment the later one of the ladder is the newest, and the opening before all: it says more.
    return tuple(sorted(placed, key=lambda rung: (rung.at, rung.is_opening)))


def _day_of(
    rule: LadderRung, due_on: date, calendar: WorkCalendar, zone: ZoneInfo, opened_at: datetime | None
) -> date | None:
    if isinstance(rule.offset, str):
        return opened_at.astimezone(zone).date() if opened_at else None
    if rule.offset == 0 and not calendar.is_workday(due_on):
        return None
    return calendar.shift(due_on, rule.offset)


def newest_rung(rungs: Iterable[Rung], now: datetime) -> Rung | None:
    """The latest rung that is due at `now`: after downtime only this one is still sent (DESIGN: rule 10).

    `rungs` are in the order of `rungs_of`.
    """
    newest = None
    for rung in rungs:
        if rung.at <= now:
            newest = rung
    return newest
