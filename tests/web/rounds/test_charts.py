"""Coordinates of a chart: within the box, in the order of the values, with words beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.web.rounds.charts import Chart, Point, Scale

EMPTY = Chart((), (), (), ())


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 1)), min_size=1, max_size=20))
def test_every_point_lies_in_the_box(points: list[tuple[float, float]]) -> None:
    scale = Scale(most_x=50, most_y=1)
    for dot in scale.line("main", "", [Point(x, y) for x, y in points]).dots:
        assert EMPTY.left <= dot.x <= EMPTY.right
        assert EMPTY.top <= dot.y <= EMPTY.bottom


def test_more_is_higher_and_later_is_further_right() -> None:
    low, high = Scale(10, 100).line("main", "", [Point(0, 0), Point(10, 100)]).dots
    assert (low.x, low.y) == (EMPTY.left, EMPTY.bottom)
    assert (high.x, high.y) == (EMPTY.right, EMPTY.top)


@pytest.mark.parametrize("most_y", [0, 5])
def test_a_single_point_and_an_empty_scale_are_drawn(most_y: float) -> None:
    (dot,) = Scale(0, most_y).line("main", "", [Point(0, 0, said="一")]).dots
    assert EMPTY.left < dot.x < EMPTY.right
    assert (dot.y, dot.said) == (EMPTY.bottom, "一")


def test_a_line_without_dots_keeps_the_last() -> None:
    line = Scale(2, 2).line("main", "", [Point(0, 0), Point(1, 1), Point(2, 2)], is_dotted=False)
    assert len(line.dots) == 1
    assert line.path.count(",") == 3


def test_of_many_words_every_other_is_spare_and_the_last_is_not() -> None:
    def spare(count: int) -> list[bool]:
        return [tick.is_spare for tick in Scale(8, 1).x_ticks((n, str(n)) for n in range(count))]

    assert spare(2) == [False, False]
    assert spare(6) == [True, False, True, False, True, False]
    assert spare(5)[-1] is False
