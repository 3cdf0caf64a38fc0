"""Who owes what at an opening, after moved and finished tasks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.standing_duties import settle_expected

# Tasks 10 and 20 of this version have the lineages 1 and 2.
LINEAGES = {10: 1, 20: 2}
A, B, C = 101, 102, 103
EXPECTED = {(10, A): "lead", (10, B): "local", (20, A): "local"}


def settled(
    moves: list[tuple[int, int, int]], closed: set[tuple[int, int | None]] | None = None
) -> dict[tuple[int, int], str]:
    return settle_expected(EXPECTED, LINEAGES, moves, closed or set(), lead="lead")


def test_a_moved_task_is_owed_in_the_same_role() -> None:
    assert settled([(1, A, C)]) == {(10, C): "lead", (10, B): "local", (20, A): "local"}


def test_who_owes_it_anyway_owes_it_once_and_as_its_lead() -> None:
    assert settled([(1, A, B)]) == {(10, B): "lead", (20, A): "local"}
    assert settled([(1, B, A)]) == {(10, A): "lead", (20, A): "local"}


def test_moves_are_followed_in_their_order() -> None:
    assert (20, C) in settled([(2, A, B), (2, B, C)])
    assert settled([(2, B, C), (2, A, B)]) == {(10, A): "lead", (10, B): "local", (20, B): "local"}
    assert settled([(1, A, C), (1, C, A)]) == EXPECTED


def test_a_move_of_a_task_that_left_the_list_or_of_units_that_became_one_does_nothing() -> None:
    assert settled([(9, A, B), (1, C, B), (1, A, A)]) == EXPECTED


def test_what_is_finished_is_left_out_for_one_unit_or_for_all() -> None:
    assert settled([], {(1, B)}) == {(10, A): "lead", (20, A): "local"}
    assert settled([], {(1, None)}) == {(20, A): "local"}
    # Neither does a move bring it back, nor does it stay where it went.
    assert settled([(1, B, C)], {(1, B)}) == {(10, A): "lead", (20, A): "local"}
    assert settled([(1, B, C)], {(1, C)}) == {(10, A): "lead", (20, A): "local"}


@given(st.lists(st.tuples(st.sampled_from([1, 2]), *[st.sampled_from([A, B, C])] * 2), max_size=8))
def test_moving_loses_no_task_and_invents_none(moves: list[tuple[int, int, int]]) -> None:
    found = settled(moves)
    assert {task for task, _unit in found} == {10, 20}
    assert len(found) <= len(EXPECTED)
    assert "lead" in {role for (task, _unit), role in found.items() if task == 10}
