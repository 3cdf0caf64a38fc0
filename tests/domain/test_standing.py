"""Worst and best units: shares, ties, excuses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.standing import PLACES, Place, Record, standing_of

RECORDS = st.lists(
    st.builds(
        Record,
        unit_id=st.integers(1, 10**6),
        expected=st.integers(0, 6),
        missing=st.integers(0, 3),
        late=st.integers(0, 2),
        returned=st.integers(0, 2),
        is_excused=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda record: record.unit_id,
)


def record(unit_id: int, missing: int = 0, late: int = 0, returned: int = 0, expected: int = 10) -> Record:
    return Record(unit_id, expected, missing, late, returned)


def ids(places: tuple[Place, ...]) -> list[tuple[int, list[int]]]:
    return [(place.number, [one.unit_id for one in place.records]) for place in places]


def test_the_share_counts_and_not_the_number() -> None:
    of_many, of_few = record(1, missing=5, expected=67), record(2, missing=1, expected=1)
    assert ids(standing_of([of_many, of_few]).worst) == [(1, [2]), (2, [1])]


def test_missing_weighs_more_than_late_and_late_more_than_returned() -> None:
    missing, late, returned = record(1, missing=1), record(2, late=10), record(3, returned=10)
    assert ids(standing_of([returned, late, missing]).worst) == [(1, [1]), (2, [2]), (3, [3])]


def test_units_that_did_alike_share_a_place_and_the_next_counts_them() -> None:
    found = standing_of([record(1, missing=2), record(2, missing=2), record(3, late=1), record(4)])
    assert ids(found.worst) == [(1, [1, 2]), (3, [3])]
    assert ids(found.best) == [(1, [4])]


def test_only_the_first_places_are_shown_but_no_tie_is_cut() -> None:
    records = [record(number, missing=min(number, 4)) for number in range(1, 9)]
    found = standing_of(records)
    assert ids(found.worst) == [(1, [4, 5, 6, 7, 8])]
    assert ids(found.best) == [(1, [1]), (2, [2]), (3, [3])]


def test_who_is_excused_has_no_place_and_is_named_apart() -> None:
    excused = Record(1, 10, 10, 0, 0, is_excused=True)
    found = standing_of([excused, record(2)])
    assert not found.worst
    assert ids(found.best) == [(1, [2])]
    assert found.excused == (excused,)


def test_who_owes_nothing_has_no_place() -> None:
    found = standing_of([record(1, expected=0)])
    assert (found.worst, found.best, found.excused) == ((), (), ())


@given(records=RECORDS)
def test_nobody_stands_in_two_places_and_ties_are_whole(records: list[Record]) -> None:
    found = standing_of(records)
    named = [one.unit_id for place in (*found.worst, *found.best) for one in place.records]
    named += [one.unit_id for one in found.excused]
    assert len(named) == len(set(named))
    ranked = [one for one in records if one.expected and not one.is_excused]
    for places in (found.worst, found.best):
        for place in places:
            assert 1 <= place.number <= PLACES
            assert len({one.fault for one in place.records}) == 1
    worst = {one.unit_id for place in found.worst for one in place.records}
    for place in found.worst:
        alike = {one.unit_id for one in ranked if one.fault == place.records[0].fault}
        assert alike <= worst
    assert all(not one.is_flawless for place in found.worst for one in place.records)
