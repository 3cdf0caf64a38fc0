"""Texts: cleaned, counted and checked one way everywhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.texts import (
    WHITE_SPACE,
    check_progress,
    clean_text,
    count_characters,
    one_line,
    visible,
)
from tracker.errors import ControlCharacterError, EmptyTextError, TextTooLongError

RARE = "𠮷"  # outside the BMP: two UTF-16 units, one character
# Noncharacters, controls other than tab, line feed, carriage return and NEL, and lone surrogates.
FORBIDDEN = [
    *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)),
    0x7F,
    *(code for code in range(0x80, 0xA0) if code != 0x85),
    *(0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF),
]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("已完成", 3),
        ("a\r\nb", 3),
        ("a\nb\rc\u2028d\u2029e\x85f", 11),
        ("a\r\r\nb", 4),
        (RARE * 300, 300),
        ("e\u0301", 1),  # NFC joins the letter and its accent
        ("é", 1),
        ("\u3000　 段落 \n\t", 2),
        ("\ufeff已完成\ufeff", 3),
        ("\u200b已", 2),  # a zero-width space is no white space: counted, and shown on pages
        ("👩‍🌾", 3),
        ("一 二", 3),
        ("", 0),
        (" \r\n ", 0),
    ],
)
def test_characters_are_counted_by_one_rule(text: str, count: int) -> None:
    assert count_characters(text) == count


@pytest.mark.parametrize("code", FORBIDDEN, ids=lambda code: f"U+{code:04X}")
def test_a_forbidden_character_is_named_with_its_place(code: int) -> None:
    with pytest.raises(ControlCharacterError) as caught:
        clean_text(f"甲\r\n{chr(code)}乙")
    # The line break before it is one character.
    assert caught.value.fields == {"position": 3, "code": f"U+{code:04X}"}


@given(st.characters(exclude_categories=["Cc", "Cs"]))
def test_every_other_character_is_taken(character: str) -> None:
    assume(ord(character) not in FORBIDDEN)
    assume(ord(character) not in range(0xFDD0, 0xFDF0))
    assert (
        character in WHITE_SPACE or character in "\u2028\u2029" or count_characters(f"甲{character}乙") >= 2
    )


def test_white_space_is_what_the_browser_calls_so() -> None:
    # ECMAScript's WhiteSpace and LineTerminator, and NEL.
    spaces = {chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Zs"}
    assert set(WHITE_SPACE) == spaces | set("\t\n\r\x85\u2028\u2029\ufeff")


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\r\n\t \u3000")))
def test_a_cleaned_text_stays_as_it_is(text: str) -> None:
    assume(not any(0xFDD0 <= ord(character) <= 0xFDEF for character in text))
    assume("\ufffe" not in text)
    assume("\uffff" not in text)
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert count_characters(text) == len(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "\r" not in cleaned
    assert cleaned == cleaned.strip(WHITE_SPACE)


@given(st.text(alphabet="一二\r\n ", max_size=40), st.sampled_from(["\n", "\r\n", "\r", "\u2028"]))
def test_the_count_does_not_depend_on_the_line_breaks_of_the_system(text: str, line_break: str) -> None:
    plain = text.replace("\r", "")
    assert count_characters(plain.replace("\n", line_break)) == count_characters(plain)


@pytest.mark.parametrize("character", ["字", RARE, "a\u0301"])
def test_exactly_the_limit_is_taken_and_one_more_is_refused_with_both_numbers(character: str) -> None:
    assert len(check_progress(character * 300, task="7", limit=300)) == 300
    with pytest.raises(TextTooLongError) as caught:
        check_progress(f" {character * 301} ", task="7", limit=300)
    assert caught.value.fields == {"task": "7", "count": 301, "limit": 300, "excess": 1}
    assert str(caught.value) == "第 7 项：301 字，超过上限 300 字，请删减 1 字后再提交。"


@pytest.mark.parametrize("text", ["", " ", "\u3000\r\n", "\ufeff"])
def test_a_text_of_white_space_alone_is_empty(text: str) -> None:
    with pytest.raises(EmptyTextError, match="第 7 项"):
        check_progress(text, task="7", limit=300)


def test_a_forbidden_character_is_refused_even_where_the_text_is_too_long() -> None:
    with pytest.raises(ControlCharacterError, match="第 2 个字符"):
        check_progress("字\0" + "字" * 400, task="7", limit=300)


@pytest.mark.parametrize(
    "code", [0x202E, 0x202A, 0x2066, 0x2069, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xAD, 0x61C]
)
def test_hidden_characters_are_written_out(code: int) -> None:
    assert visible(f"甲{chr(code)}乙") == f"甲⟨U+{code:04X}⟩乙"


def test_what_can_be_seen_is_shown_as_it_is() -> None:
    text = "甲\n\t乙 <b>&amp; 𠮷 é"
    assert visible(text) == text


@given(st.text())
def test_a_header_value_has_one_line_and_no_control_character(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(character) == "Cc" for character in line)
    assert line == line.strip()


def test_line_breaks_in_a_name_become_one_space() -> None:
    assert one_line(" 桂林市\r\nBcc: x\u2028y\0\0z ") == "桂林市 Bcc: x y z"
