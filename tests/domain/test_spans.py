"""What a summary looks back over, in every rhythm."""

from __future__ import annotations

import pytest

from tracker.domain.periods import Period, PeriodType, parse_period
from tracker.domain.spans import parse_span, periods_in, spans_of
from tracker.errors import UnknownPeriodError


@pytest.mark.parametrize(
    ("period", "rhythm", "spans"),
    [
        ("2024M06", "month", ["2024H1", "2024"]),
        ("2024M07", "month", ["2024H2", "2024"]),
        ("2024B3", "two_months", ["2024H1", "2024"]),
        ("2024B4", "two_months", ["2024H2", "2024"]),
        ("2024Q2", "quarter", ["2024H1", "2024"]),
        ("2024Q3", "quarter", ["2024H2", "2024"]),
        ("2024H2", "half_year", ["2024H2", "2024"]),
        ("2024", "year", ["2024"]),
        ("2024N03", "on_demand", ["2024"]),
    ],
)
def test_a_period_lies_in_its_half_year_and_its_year(
    period: str, rhythm: PeriodType, spans: list[str]
) -> None:
    assert [span.key for span in spans_of(parse_period(period, rhythm))] == spans


@pytest.mark.parametrize(
    ("rhythm", "span", "found"),
    [
        ("two_months", "2024H1", ["2024B1", "2024B2", "2024B3"]),
        ("quarter", "2024", ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]),
        ("half_year", "2024", ["2024H1", "2024H2"]),
        ("half_year", "2024H1", ["2024H1"]),
        ("year", "2024", ["2022", "2023", "2024"]),
        ("year", "2023", ["2022", "2023"]),
        ("year", "2024H1", []),
    ],
)
def test_the_rounds_of_a_span_are_those_of_its_months_or_all_years_so_far(
    rhythm: PeriodType, span: str, found: list[str]
) -> None:
    first = Period(2022, 1, rhythm)
    every = [first.shift(step) for step in range(40)]
    assert [period.key for period in periods_in(parse_span(span), reversed(every))] == found


def test_a_span_is_a_half_year_or_a_year() -> None:
    assert (parse_span("2024h2").label, parse_span("2024").label) == ("2024年下半年", "2024年")
    with pytest.raises(UnknownPeriodError):
        parse_span("2024Q1")
