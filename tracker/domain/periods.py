"""Reporting periods: months, quarters, half-years and years, named as documents name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from tracker.errors import UnknownPeriodError

if TYPE_CHECKING:
    from collections.abc import Iterator

PeriodType = Literal["month", "two_months", "quarter", "half_year", "year", "on_demand"]

_MONTHS: dict[PeriodType, int] = {"month": 1, "two_months": 2, "quarter": 3, "half_year": 6, "year": 12}
_MARKS: dict[PeriodType, str] = {
    "month": "M",
    "two_months": "B",
    "quarter": "Q",
    "half_year": "H",
    "year": "",
    "on_demand": "N",
}
# Reports on demand are numbered within their year.
_MOST_ON_DEMAND = 99
_KEY = re.compile(r"(?P<year>\d{4})(?:(?P<mark>[MBQHN])(?P<index>\d{1,2}))?", re.ASCII)
_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period of a year, `index` counted from 1.

    Its key is `2024M09`, `2024B5` (September and October), `2024Q3`, `2024H1` or `2024`; `2024N2` is the
    second report asked for in 2024.
    """

    year: int
    index: int
    type: PeriodType

    @property
    def key(self) -> str:
        if self.type == "year":
            return f"{self.year}"
        width = 2 if self.type in ("month", "on_demand") else 1
        return f"{self.year}{_MARKS[self.type]}{self.index:0{width}}"

    @property
    def label(self) -> str:
        """The period as a document writes it: 2024年第三季度."""
        match self.type:
            case "month":
                return f"{self.year}年{self.index}月"
            case "two_months":
                return f"{self.year}年{2 * self.index - 1}—{2 * self.index}月"
            case "on_demand":
                return f"{self.year}年第{self.index}次"
            case "quarter":
                return f"{self.year}年第{_DIGITS[self.index - 1]}季度"
            case "half_year":
                return f"{self.year}年{'上下'[self.index - 1]}半年"
            case _:
                return f"{self.year}年"

    @property
    def starts_on(self) -> date:
        """The first day; of a report on demand, that of its year."""
        if self.type == "on_demand":
            return date(self.year, 1, 1)
        return date(self.year, (self.index - 1) * _MONTHS[self.type] + 1, 1)

    def shift(self, steps: int) -> Period:
        """The period `steps` after this one (before it when negative)."""
        per_year = periods_per_year(self.type)
        year, index = divmod(self.year * per_year + self.index - 1 + steps, per_year)
        return Period(year, index + 1, self.type)


def parse_period(text: str, period_type: PeriodType) -> Period:
    """The period that `text` names (2024Q3, 2024M9, 2024H1, 2024; case does not matter).

    Raises UnknownPeriodError when it names none, or one of another type than the list reports by.
    """
    match = _KEY.fullmatch(text.strip().upper())
    if match and (match["mark"] or "") == _MARKS[period_type]:
        index = int(match["index"] or 1)
        if 1 <= index <= periods_per_year(period_type):
            return Period(int(match["year"]), index, period_type)
    year = re.search(r"\d{4}", text)
    example = Period(int(year[0]) if year else 2024, 1, period_type).key
    raise UnknownPeriodError(text, (example,))


def period_of(key: str) -> Period:
    """The period of a stored key, of whichever type: a list may have reported by another one before."""
    match = _KEY.fullmatch(key)
    period_type = next(found for found, mark in _MARKS.items() if match and mark == (match["mark"] or ""))
    return parse_period(key, period_type)


def periods_per_year(period_type: PeriodType) -> int:
    """How many periods of this type a year has; of reports on demand, how many it may have."""
    return _MOST_ON_DEMAND if period_type == "on_demand" else 12 // _MONTHS[period_type]


def periods_between(first: Period, last: Period) -> Iterator[Period]:
    """Every period from `first` to `last`, both included."""
    while first <= last:
        yield first
        first = first.shift(1)
