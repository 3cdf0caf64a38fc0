"""Differences between two texts: complete, and in pieces that can be read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.text_diff import Piece, difference

TEXTS = st.text("甲乙丙丁，。12", max_size=60)


@given(TEXTS, TEXTS)
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


def test_a_changed_figure_is_one_removal_and_one_addition() -> None:
    assert difference("全年培训4500人次以上。", "全年培训5200人次以上。") == (
        Piece("same", "全年培训"),
        Piece("removed", "45"),
        Piece("added", "52"),
        Piece("same", "00人次以上。"),
    )


def test_a_single_shared_character_between_two_differences_is_no_landmark() -> None:
    pieces = difference("加强组织领导", "落实的主体责任")
    assert [piece.kind for piece in pieces] == ["removed", "added"]


def test_texts_too_long_to_compare_are_shown_whole() -> None:
    assert difference("甲" * 6000, "乙" * 6000) == (
        Piece("removed", "甲" * 6000),
        Piece("added", "乙" * 6000),
    )
