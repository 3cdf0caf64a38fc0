"""Spans of time that a summary 总结 looks back over: half-years and years, whatever rhythm a list reports in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.periods import Period, parse_period
from tracker.errors import UnknownPeriodError

if TYPE_CHECKING:
    from collections.abc import Iterable

_WITHIN_A_HALF: Final = frozenset({"month", "two_months", "quarter", "half_year"})


def parse_span(text: str) -> Period:
    """2024H1 or 2024. Raises UnknownPeriodError for anything else."""
    try:
        return parse_period(text, "year")
    except UnknownPeriodError:
        return parse_period(text, "half_year")


def spans_of(period: Period) -> tuple[Period, ...]:
    """The half-year and the year that `period` lies in, the shorter first.

    A report on demand belongs to its year only; a yearly list looks back over all its years, at the end of each.
    """
    year = Period(period.year, 1, "year")
    if period.type not in _WITHIN_A_HALF:
        return (year,)
    half = Period(period.year, 1 if period.starts_on.month <= 6 else 2, "half_year")  # noqa: PLR2004 - June
    return half, year


def periods_in(span: Period, periods: Iterable[Period]) -> tuple[Period, ...]:
    """Those of one list's `periods` that a summary of `span` is about, the oldest first."""
    found = [
        period
        for period in periods
        if span in spans_of(period) or (period.type == span.type == "year" and period <= span)
    ]
    return tuple(sorted(found))
