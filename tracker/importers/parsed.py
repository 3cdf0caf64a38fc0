"""What a document says, before any database: the shape that `tracker parse --json` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tracker.domain.rules import ReportingRules
    from tracker.importers.indicators.parsed import IndicatorSet, ParsedIndicator
    from tracker.importers.problem import Problem

UnitRole = Literal["lead", "support", "group"]


@dataclass(frozen=True, slots=True)
class ParsedUnit:
    """One unit as named by one task.

    `text` is as written; `name` the full name (an elided prefix or suffix restored); a role of "group" is a
    collective (各县（市、区）人民政府); `inherited` says that it stands in a merged cell above.
    """

    text: str
    name: str
    role: UnitRole
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class ParsedTask:
    """One accountable row. `where` names its place for a person: sheet and row, table and row, or line."""

    number: str
    section: str
    measure: str
    title: str
    content: str
    units: tuple[ParsedUnit, ...]
    deadline: str
    lead_certain: bool
    where: str


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A heading, or an item that is no task. `level` counts from 1; `number` as printed (（一）, 3．)."""

    where: str
    level: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Cadence:
    """A rhythm that the text asks for (每季开展一次信息采集), proposed as a rule and never taken as one.

    `words` as written, `every` one of week, ten_days, half_month, month, two_months, quarter, half_year, year;
    `text` is the clause around it.
    """

    where: str
    words: str
    every: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """Everything read from one document; `rules` is None where the document states none."""

    title: str
    rules: ReportingRules | None
    tasks: tuple[ParsedTask, ...]
    problems: tuple[Problem, ...] = ()
    indicators: tuple[ParsedIndicator, ...] = ()
    indicator_sets: tuple[IndicatorSet, ...] = ()
    outline: tuple[OutlineItem, ...] = ()
    cadences: tuple[Cadence, ...] = ()
