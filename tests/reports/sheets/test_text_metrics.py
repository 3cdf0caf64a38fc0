"""Lines of a text: never fewer than the office programs make of it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reports.sheets.text_metrics import (
    count_lines,
    height_of,
    line_capacity,
    lines_within,
    shortened,
    split_text,
)

CAPACITY = line_capacity(75)
anything = st.text(st.sampled_from("示，。“” \n\ta1WM%éق𠀀\ufdfd\u0f56😀"), max_size=600)


def test_a_line_holds_what_excel_shows_in_the_column() -> None:
    # 75 × 8 = 600 pixels, 14 for a character of 10.5 points: 42 and no more.
    assert 38 <= CAPACITY / 2 <= 42


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("", 1),
        ("示" * 20, 1),
        ("示" * 300, math.ceil(300 / 42)),
        ("𠀀" * 300, math.ceil(300 / 42)),
        ("一\n二\n\n四", 4),
        ("\n" * 9, 10),
        ("W" * 86, 2),
        ("\ufdfd" * 8, 2),
        ("https://example.org/" + "a" * 200, 3),
    ],
)
def test_no_text_gets_fewer_lines_than_it_needs(text: str, least: int) -> None:
    assert least <= count_lines(text, CAPACITY) <= least * 2 + 1


@given(anything, st.integers(4, 20))
def test_pieces_join_to_the_text_and_none_is_too_high(text: str, most: int) -> None:
    pieces = split_text(text, CAPACITY, most)
    assert "".join(pieces) == text
    assert all(count_lines(piece, CAPACITY) <= most for piece in pieces)


@given(anything, st.integers(1, 5))
def test_a_shortened_text_fits_and_says_that_it_goes_on(text: str, most: int) -> None:
    short = shortened(text, CAPACITY, most)
    assert short == text or short.endswith("……")
    assert short == text or text.startswith(short.removesuffix("……"))
    assert count_lines(short, CAPACITY) <= most


@given(st.integers(1, 25))
def test_heights_and_lines_are_each_others_inverse(lines: int) -> None:
    assert lines_within(height_of(lines)) == lines
