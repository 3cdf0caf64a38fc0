"""Worst and best units of a ranking: ties whole, nobody at both ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.standing import PLACES, Place, Placed, standing_of


def placed(*places: int, flawless: int = 0) -> list[Placed]:
    """Units 1, 2, 3, … in these places; those in place `flawless` have no fault."""
    return [
        Placed(unit_id, place, is_flawless=place == flawless) for unit_id, place in enumerate(places, start=1)
    ]


def ids(places: tuple[Place, ...]) -> list[tuple[int, list[int]]]:
    return [(place.number, list(place.unit_ids)) for place in places]


def test_worst_are_counted_from_the_end() -> None:
    found = standing_of(placed(1, 2, 3, 4, 5, 6, 7))
    assert ids(found.worst) == [(1, [7]), (2, [6]), (3, [5])]
    assert ids(found.best) == [(1, [1]), (2, [2]), (3, [3])]


def test_units_that_did_alike_share_a_place_and_the_next_counts_them() -> None:
    found = standing_of(placed(3, 3, 2, 1, flawless=1))
    assert ids(found.worst) == [(1, [1, 2]), (3, [3])]
    assert ids(found.best) == [(1, [4])]


def test_only_the_first_places_are_shown_but_no_tie_is_cut() -> None:
    found = standing_of(placed(1, 2, 3, 4, 4, 4, 4, 4))
    assert ids(found.worst) == [(1, [4, 5, 6, 7, 8])]
    assert ids(found.best) == [(1, [1]), (2, [2]), (3, [3])]


def test_who_has_no_fault_is_never_among_the_worst() -> None:
    found = standing_of(placed(1, 1, 1, flawless=1))
    assert (ids(found.worst), ids(found.best)) == ([], [(1, [1, 2, 3])])


def test_where_a_fault_costs_nothing_only_who_has_it_is_blamed() -> None:
    found = standing_of([Placed(1, 1, is_flawless=True), Placed(2, 1, is_flawless=False)])
    assert (ids(found.worst), ids(found.best)) == ([(1, [2])], [(1, [1])])


def test_of_nobody_there_is_no_standing() -> None:
    found = standing_of([])
    assert (found.worst, found.best) == ((), ())


@given(places=st.lists(st.integers(1, 8), max_size=12), flawless=st.integers(0, 8))
def test_nobody_stands_at_both_ends_and_ties_are_whole(places: list[int], flawless: int) -> None:
    units = placed(*places, flawless=flawless)
    found = standing_of(units)
    named = [unit_id for place in (*found.worst, *found.best) for unit_id in place.unit_ids]
    assert len(named) == len(set(named))
    of_unit = {one.unit_id: one for one in units}
    for shown in (*found.worst, *found.best):
        assert 1 <= shown.number <= PLACES
        assert len({of_unit[unit_id].place for unit_id in shown.unit_ids}) == 1
    for shown in found.worst:
        alike = {one.unit_id for one in units if one.place == of_unit[shown.unit_ids[0]].place}
        assert alike == set(shown.unit_ids)
        assert not any(of_unit[unit_id].is_flawless for unit_id in shown.unit_ids)
