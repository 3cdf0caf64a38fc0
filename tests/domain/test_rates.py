"""Counts and rates of sets of obligations."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.rates import Rates, Tally, is_on_time, rates_of
from tracker.domain.states import ObligationState

TALLIES = st.lists(st.builds(Tally, st.sampled_from(ObligationState), st.booleans(), st.integers(0, 50)))
DUE_AT = datetime(2024, 10, 6, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_each_state_is_counted_where_it_belongs() -> None:
    found = rates_of(
        [
            Tally(ObligationState.PENDING, on_time=False, amount=10),
            Tally(ObligationState.DRAFT, on_time=False, amount=5),
            Tally(ObligationState.SUBMITTED, on_time=True, amount=20),
            Tally(ObligationState.SUBMITTED, on_time=False, amount=3),
            Tally(ObligationState.RETURNED, on_time=True, amount=2),
            Tally(ObligationState.ACCEPTED, on_time=True, amount=30),
            Tally(ObligationState.NIL, on_time=False, amount=1),
            Tally(ObligationState.EXEMPT, on_time=False, amount=4),
        ]
    )
    assert found == Rates(expected=71, filed=56, on_time=52, late=4, nil=1, exempt=4, returned=2, accepted=30)
    assert found.missing == 15
    assert (found.completeness, found.timeliness) == (56 / 71, 52 / 71)


@given(TALLIES)
def test_counts_add_up(tallies: list[Tally]) -> None:
    found = rates_of(tallies)
    total = sum(tally.amount for tally in tallies)
    silent = (ObligationState.PENDING, ObligationState.DRAFT)
    assert found.on_time + found.late == found.filed
    assert found.expected == total - found.exempt
    assert found.missing == sum(tally.amount for tally in tallies if tally.state in silent)
    assert 0 <= found.filed <= found.expected
    assert min(found.on_time, found.late, found.nil, found.exempt, found.returned, found.accepted) >= 0
    assert found.nil + found.returned + found.accepted <= found.filed
    turns = (ObligationState.SUBMITTED, ObligationState.NIL)
    assert found.waiting == sum(tally.amount for tally in tallies if tally.state in turns)


@given(TALLIES, TALLIES)
def test_the_counts_of_two_sets_are_those_of_both_together(one: list[Tally], other: list[Tally]) -> None:
    first, second, both = rates_of(one), rates_of(other), rates_of(one + other)
    for count in ("expected", "filed", "on_time", "late", "nil", "exempt", "returned", "accepted", "missing"):
        assert getattr(both, count) == getattr(first, count) + getattr(second, count)


@given(TALLIES)
def test_rates_lie_between_none_and_all_and_are_unknown_where_nothing_is_expected(
    tallies: list[Tally],
) -> None:
    found = rates_of(tallies)
    if not found.expected:
        assert found.completeness is found.timeliness is None
        return
    assert found.completeness is not None
    assert found.timeliness is not None
    assert 0 <= found.timeliness <= found.completeness <= 1


def test_the_due_second_itself_is_still_on_time() -> None:
    assert is_on_time(DUE_AT, DUE_AT)
    assert not is_on_time(DUE_AT + timedelta(seconds=1), DUE_AT)
