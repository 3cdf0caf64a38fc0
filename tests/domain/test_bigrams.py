"""Cutting texts and questions: whatever stands in a text is found by asking for it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.domain.bigrams import Question, grams_of

TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("发展ab12，。％% \n")), max_size=60
)


def holds_grams(text: str, question: Question) -> bool:
    """As an index decides it: every gram is there, or begins one that is."""
    kept = grams_of(text)
    return all(
        gram in kept if len(gram) > 1 else any(found.startswith(gram) for found in kept)
        for gram in question.grams()
    )


def test_a_text_becomes_pairs_of_neighbours_and_the_last_of_each_word() -> None:
    assert grams_of("乡村振兴 GDP") == {"乡村", "村振", "振兴", "兴", "gd", "dp", "p"}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("ＧＤＰ增长３．５％", "gdp增长3.5%"),
        ("完成（一期）", "(一期)"),
        ("Straße", "STRASSE"),
        ("重\u200b点", "重点"),
        ("面积3㎡", "3m2"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("caf\u00e9", "cafe\u0301"),
    ],
)
def test_width_case_and_invisible_characters_do_not_count(text: str, asked: str) -> None:
    assert Question.of(asked).is_answered_by(text)
    assert holds_grams(text, Question.of(asked))


@given(TEXTS, st.data())
@example("的", None)
def test_any_piece_of_a_text_finds_it(text: str, data: st.DataObject | None) -> None:
    # As it is stored: in NFC.
    text = unicodedata.normalize("NFC", text)
    places = st.integers(0, len(text))
    one, other = sorted((data.draw(places), data.draw(places))) if data else (0, len(text))
    question = Question.of(text[one:other])
    assert question.is_answered_by(text)
    assert holds_grams(text, question)


@given(st.text("甲乙丙 ", max_size=30), st.text("甲乙丙 ", max_size=6))
def test_only_a_text_with_all_the_words_is_found(text: str, asked: str) -> None:
    assert Question.of(asked).is_answered_by(text) == all(word in text for word in asked.split())


@given(st.text(st.characters(), max_size=200))
def test_no_gram_holds_what_a_database_reads_as_a_sign(typed: str) -> None:
    for gram in (*Question.of(typed).grams(), *grams_of(typed)):
        assert 1 <= len(gram) <= 2
        gram.encode()
        assert not any(sign.isascii() and not sign.isalnum() for sign in gram)
        assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in gram)


def test_a_question_of_thousands_of_words_asks_for_a_few_grams_only() -> None:
    question = Question.of("".join(chr(0x4E00 + number) for number in range(10_000)))
    assert len(question.grams()) == 32
    assert not question.is_answered_by("一丁")


@pytest.mark.parametrize("nothing", ["", " \u3000\n", "\0", "\u200b", "\ud800"])
def test_what_asks_nothing_has_no_words(nothing: str) -> None:
    assert Question.of(nothing).words == ()
    assert Question.of(nothing).grams() == ()
