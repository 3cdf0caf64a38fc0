"""The passage around a match."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.bigrams import Question
from tracker.domain.passages import Piece, passage

TEXTS = st.text(st.sampled_from("发展甲乙ab１％\n ，㎡\u200b"), max_size=400)


def marked(text: str, asked: str) -> list[str]:
    return [piece.text for piece in passage(text, Question.of(asked)) if piece.is_match]


def test_a_short_text_is_shown_whole_with_every_match_marked() -> None:
    assert passage("发展产业，发展乡村", Question.of("发展")) == (
        Piece("发展", True),
        Piece("产业，", False),
        Piece("发展", True),
        Piece("乡村", False),
    )


def test_matches_that_meet_or_overlap_are_one() -> None:
    assert marked("甲乙丙丁", "甲乙 乙丙 丁") == ["甲乙丙丁"]


def test_what_is_marked_is_what_stands_in_the_text() -> None:
    assert marked("共３．５％，重\u200b点", "3.5% 重点") == ["３．５％", "重\u200b点"]
    assert marked("共3㎡", "m") == ["㎡"]


def test_a_long_text_is_cut_around_the_first_match() -> None:
    pieces = passage("甲" * 200 + "发展" + "乙" * 200, Question.of("发展"))
    assert [piece.text for piece in pieces] == ["…", "甲" * 30, "发展", "乙" * 128, "…"]
    assert [piece.text for piece in passage("甲" * 298 + "发展", Question.of("发展"))] == [
        "…",
        "甲" * 158,
        "发展",
    ]


@given(TEXTS, TEXTS)
def test_a_passage_is_a_piece_of_the_text_and_no_longer_than_a_paragraph(text: str, asked: str) -> None:
    pieces = passage(text, Question.of(asked))
    shown = "".join(piece.text for piece in pieces if piece.text != "…")
    assert shown in text
    assert len(shown) == min(len(text), 160)
