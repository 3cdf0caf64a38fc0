"""Periods: their names, their order and when they start."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.periods import Period, PeriodType, parse_period, periods_between
from tracker.errors import UnknownPeriodError

# A report on demand has no place in the calendar: only its number counts.
PER_YEAR: dict[PeriodType, int] = {"month": 12, "two_months": 6, "quarter": 4, "half_year": 2, "year": 1}


@st.composite
def periods(draw: st.DrawFn) -> Period:
    kind: PeriodType = draw(st.sampled_from(list(PER_YEAR)))
    return Period(draw(st.integers(1990, 2100)), draw(st.integers(1, PER_YEAR[kind])), kind)


def test_every_rhythm_of_the_calendar_is_tried() -> None:
    assert {*PER_YEAR, "on_demand"} == set(get_args(PeriodType))


@given(periods())
def test_a_period_is_found_again_by_its_key(period: Period) -> None:
    assert parse_period(period.key, period.type) == period
    assert parse_period(f"  {period.key.lower()} ", period.type) == period


@given(periods(), st.integers(-60, 60))
def test_shifting_there_and_back_changes_nothing(period: Period, steps: int) -> None:
    shifted = period.shift(steps)
    assert shifted.shift(-steps) == period
    assert (shifted > period) == (steps > 0)
    assert 1 <= shifted.index <= PER_YEAR[period.type]


@given(periods())
def test_the_next_period_starts_after_this_one(period: Period) -> None:
    months = 12 // PER_YEAR[period.type]
    later = period.shift(1).starts_on
    assert (later.year - period.starts_on.year) * 12 + later.month - period.starts_on.month == months


@pytest.mark.parametrize(
    ("text", "kind", "key", "label", "starts_on"),
    [
        ("2024Q3", "quarter", "2024Q3", "2024年第三季度", date(2024, 7, 1)),
        ("2024q1", "quarter", "2024Q1", "2024年第一季度", date(2024, 1, 1)),
        ("2024M9", "month", "2024M09", "2024年9月", date(2024, 9, 1)),
        ("2024M12", "month", "2024M12", "2024年12月", date(2024, 12, 1)),
        ("2024H2", "half_year", "2024H2", "2024年下半年", date(2024, 7, 1)),
        ("2024H1", "half_year", "2024H1", "2024年上半年", date(2024, 1, 1)),
        ("2024", "year", "2024", "2024年", date(2024, 1, 1)),
    ],
)
def test_periods_are_named_as_documents_name_them(
    text: str, kind: PeriodType, key: str, label: str, starts_on: date
) -> None:
    period = parse_period(text, kind)
    assert (period.key, period.label, period.starts_on) == (key, label, starts_on)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2024Q5", "quarter"),
        ("2024Q0", "quarter"),
        ("2024Q", "quarter"),
        ("2024", "quarter"),
        ("2024M9", "quarter"),
        ("2024Q3", "month"),
        ("2024M13", "month"),
        ("2024H3", "half_year"),
        ("2024Q1", "year"),
        ("24Q1", "quarter"),
        ("2024Q3x", "quarter"),
        ("２０２４Q3", "quarter"),
        ("", "year"),
    ],
)
def test_a_name_of_no_period_of_the_lists_type_is_refused_with_an_example(
    text: str, kind: PeriodType
) -> None:
    with pytest.raises(UnknownPeriodError, match=f"您是不是要找：{Period(2024, 1, kind).key}"):
        parse_period(text, kind)


def test_the_periods_of_a_list_run_over_the_year_end() -> None:
    found = periods_between(Period(2022, 3, "quarter"), Period(2023, 2, "quarter"))
    assert [period.key for period in found] == ["2022Q3", "2022Q4", "2023Q1", "2023Q2"]


def test_nothing_lies_between_a_period_and_an_earlier_one() -> None:
    assert list(periods_between(Period(2024, 2, "quarter"), Period(2024, 1, "quarter"))) == []


@given(periods(), st.integers(0, 30))
def test_the_periods_between_two_are_all_of_them_in_order(first: Period, more: int) -> None:
    found = list(periods_between(first, first.shift(more)))
    assert len(found) == more + 1
    assert (found[0], found[-1]) == (first, first.shift(more))
    assert all(after == before.shift(1) for before, after in pairwise(found))
