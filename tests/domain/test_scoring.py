"""Scores: exact arithmetic, places with ties, cards and interviews as the rules have them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.faults import Fault
from tracker.domain.scoring import (
    Card,
    Conduct,
    card_for,
    is_to_be_interviewed,
    placed,
    points_off,
    printed,
    score_of,
)
from tracker.domain.scoring_rules import ScoringRules

if TYPE_CHECKING:
    from collections.abc import Iterable

RULES = ScoringRules()
BY_ITEM = ScoringRules(by="item", missing=Decimal(5), late=Decimal("2.5"))

POINTS = st.decimals(0, 1000, places=3)
ANY_RULES = st.builds(
    ScoringRules,
    base=POINTS,
    by=st.sampled_from(["share", "item"]),
    missing=POINTS,
    late=POINTS,
    no_substance=POINTS,
    returned=POINTS,
)
COUNTS = st.dictionaries(st.sampled_from(Fault), st.integers(0, 80))
CONDUCTS = st.lists(
    st.builds(
        Conduct,
        unit_id=st.integers(1, 10**6),
        expected=st.integers(0, 80),
        faults=st.dictionaries(st.sampled_from(Fault), st.integers(0, 3)),
    ),
    max_size=12,
    unique_by=lambda conduct: conduct.unit_id,
)


def conduct(unit_id: int = 1, expected: int = 10, **faults: int) -> Conduct:
    return Conduct(unit_id, expected, {Fault(name): count for name, count in faults.items()})


def places(conducts: Iterable[Conduct], rules: ScoringRules = RULES) -> list[tuple[int, int]]:
    return [(place, one.unit_id) for place, one in placed(conducts, rules)]


def test_by_share_a_unit_with_seven_texts_loses_exact_sevenths() -> None:
    # 100 − 100 × 1/7 − 30 × 2/7 − 20 × 1/7 − 10 × 3/7
    found = score_of(conduct(expected=7, missing=1, late=2, no_substance=1, returned=3), RULES)
    assert found == Fraction(490, 7)
    assert score_of(conduct(expected=7, late=1), RULES) == Fraction(670, 7)
    assert printed(Fraction(670, 7)) == Decimal("95.71")


def test_by_item_each_text_costs_the_same_however_many_are_owed() -> None:
    assert score_of(conduct(expected=3, missing=1, late=2), BY_ITEM) == 90
    assert score_of(conduct(expected=70, missing=1, late=2), BY_ITEM) == 90


def test_no_score_is_below_nought() -> None:
    assert score_of(conduct(expected=30, missing=21), BY_ITEM) == 0
    assert score_of(conduct(expected=1, missing=1, returned=1), RULES) == 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(199, 40000), "0.00"),
        (Fraction(9_999_499, 100_000), "99.99"),
        (Fraction(99_995, 1000), "100.00"),
        (Fraction(200, 3), "66.67"),
        (Fraction(0), "0.00"),
    ],
)
def test_rounding_is_half_up_to_two_places(value: Fraction, shown: str) -> None:
    assert str(printed(value)) == shown


def test_places_are_shared_by_the_same_score_and_the_next_counts_them() -> None:
    found = places([conduct(1, late=1), conduct(2), conduct(3, missing=1), conduct(4)])
    assert found == [(1, 2), (1, 4), (3, 1), (4, 3)]


def test_scores_that_only_print_alike_are_two_places() -> None:
    # 30/60000 of a point apart: both print as 100.00.
    almost, whole = conduct(1, expected=60_000, late=1), conduct(2, expected=60_000)
    assert printed(score_of(almost, RULES)) == printed(score_of(whole, RULES)) == 100
    assert places([almost, whole]) == [(1, 2), (2, 1)]


def test_other_counts_with_the_same_score_are_a_tie() -> None:
    # 30 × 1/30 = 10 × 3/30
    assert places([conduct(1, 30, late=1), conduct(2, 30, returned=3)]) == [(1, 1), (1, 2)]


def test_who_owes_nothing_has_no_place() -> None:
    assert places([conduct(1, expected=0), conduct(2)]) == [(1, 2)]


def test_cards_are_proposed_below_the_limits_and_not_at_them() -> None:
    rules = ScoringRules(yellow_below=Decimal(80), red_below=Decimal(60))
    cards = [
        card_for(score, rules)
        for score in (Fraction(80), Fraction(79_999_999, 10**6), Fraction(60), Fraction(59))
    ]
    assert cards == [None, Card.YELLOW, Card.YELLOW, Card.RED]
    none = ScoringRules(yellow_below=Decimal(0), red_below=Decimal(0))
    assert card_for(Fraction(0), none) is None


def test_an_interview_is_proposed_after_so_many_rounds_in_a_row() -> None:
    rules = ScoringRules(interview_after=2)
    assert not is_to_be_interviewed(3, 0, rules)
    assert is_to_be_interviewed(1, 1, rules)
    assert is_to_be_interviewed(1, 4, rules)
    # This round broke the row.
    assert not is_to_be_interviewed(0, 4, rules)
    assert not is_to_be_interviewed(5, 9, ScoringRules(interview_after=0))


@given(rules=ANY_RULES, counts=COUNTS, fault=st.sampled_from(Fault), expected=st.integers(1, 80))
def test_one_more_fault_never_raises_a_score_and_one_struck_out_never_lowers_it(
    rules: ScoringRules, counts: dict[Fault, int], fault: Fault, expected: int
) -> None:
    more = {**counts, fault: counts.get(fault, 0) + 1}
    assert 0 <= score_of(Conduct(1, expected, more), rules) <= score_of(Conduct(1, expected, counts), rules)


@given(rules=ANY_RULES, counts=COUNTS, expected=st.integers(1, 80))
def test_a_score_is_what_the_deductions_leave(
    rules: ScoringRules, counts: dict[Fault, int], expected: int
) -> None:
    lost = sum(points_off(fault, count, expected, rules) for fault, count in counts.items())
    assert score_of(Conduct(1, expected, counts), rules) == max(Fraction(rules.base) - lost, 0)


@given(rules=ANY_RULES, conducts=CONDUCTS, data=st.data())
def test_places_do_not_depend_on_the_order_and_follow_the_scores(
    rules: ScoringRules, conducts: list[Conduct], data: st.DataObject
) -> None:
    found = placed(conducts, rules)
    again = placed(data.draw(st.permutations(conducts)), rules)
    assert {one.unit_id: place for place, one in found} == {one.unit_id: place for place, one in again}
    scores = {one.unit_id: score_of(one, rules) for one in conducts if one.expected}
    assert {one.unit_id for _place, one in found} == scores.keys()
    for place, one in found:
        assert place == 1 + sum(score > scores[one.unit_id] for score in scores.values())


@given(value=st.fractions(0, 1000))
def test_print_is_never_more_than_half_a_hundredth_off(value: Fraction) -> None:
    off = Fraction(printed(value)) - value
    assert Fraction(-1, 200) < off <= Fraction(1, 200)
