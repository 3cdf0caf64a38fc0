"""The tree of units: order, depth, and who stands below whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.unit_tree import has_circle, is_below, tree_order

# 1 ─ 2 ─ 3, and 4 beside 1.
PARENTS = {1: None, 2: 1, 3: 2, 4: None}


def test_children_follow_their_parent_in_the_order_given() -> None:
    assert tree_order([4, 1, 3, 2], PARENTS) == [(4, 0), (1, 0), (2, 1), (3, 2)]


def test_a_unit_whose_parent_is_left_out_stands_at_the_top() -> None:
    assert tree_order([3, 4], PARENTS) == [(3, 0), (4, 0)]


def test_a_unit_stands_below_its_ancestors_and_counts_as_below_itself() -> None:
    assert is_below(PARENTS, 3, 1)
    assert is_below(PARENTS, 1, 1)
    assert not is_below(PARENTS, 1, 3)
    assert not is_below(PARENTS, 4, 1)


def test_a_circle_is_found_and_walked_only_once() -> None:
    assert not has_circle(PARENTS)
    circle = {1: 3, 2: 1, 3: 2, 4: None}
    assert has_circle(circle)
    assert not is_below(circle, 1, 4)
    assert has_circle({1: 1})


@given(st.lists(st.integers(0, 30), max_size=30))
def test_every_unit_of_a_tree_is_shown_once(choices: list[int]) -> None:
    parents: dict[int, int | None] = {
        number: (choice % number if choice and number else None) for number, choice in enumerate(choices)
    }
    assert not has_circle(parents)
    ordered = tree_order(list(parents), parents)
    assert sorted(unit_id for unit_id, _ in ordered) == sorted(parents)
    places = {unit_id: place for place, (unit_id, _) in enumerate(ordered)}
    assert all(parent is None or places[parent] < places[unit_id] for unit_id, parent in parents.items())
