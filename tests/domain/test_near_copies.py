"""How much of a text stands in another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.near_copies import SHORTEST_COMPARED, FiledText, likeness, nearest_copy

TEXTS = st.text(alphabet="甲乙丙丁一二三12，。\n", max_size=80)
LONG = "组织召开工作推进会3次，印发实施方案，明确责任分工和完成时限，已完成投资二百万元。"


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_in_both_directions(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)


@given(st.text(max_size=200))
def test_a_text_is_wholly_like_itself_unless_it_is_too_short_to_say(text: str) -> None:
    assert likeness(text, text) == (1 if len(text) >= SHORTEST_COMPARED else 0)


@given(TEXTS, st.lists(TEXTS, max_size=4), st.floats(0.3, 1))
def test_the_nearest_is_at_least_as_like_as_was_asked_and_its_passages_are_alike(
    text: str, others: list[str], least: float
) -> None:
    filed = [FiledText(number, "", other) for number, other in enumerate(others, start=1)]
    found = nearest_copy(text, 0, filed, least=least)
    best = max((likeness(text, other) for other in others), default=0)
    assert (found is not None) == (best >= least)
    if found is not None:
        assert likeness(text, found.other.text) == best
        passages = zip(found.places, found.other_places, strict=True)
        assert all(text[slice(*here)] == found.other.text[slice(*there)] for here, there in passages)


def test_a_text_is_no_copy_of_itself_but_of_another_with_the_same_words() -> None:
    own, other = FiledText(1, "甲县", LONG), FiledText(2, "乙县", LONG)
    assert nearest_copy(LONG, 1, [own], least=0.8) is None
    found = nearest_copy(LONG, 1, [own, other], least=0.8)
    assert found is not None
    assert (found.other.label, found.percent, found.places) == ("乙县", 100, ((0, len(LONG)),))


def test_only_equal_texts_are_said_to_be_wholly_the_same() -> None:
    long = LONG * 20
    found = nearest_copy(long, 0, [FiledText(1, "", long + "。")], least=0.8)
    assert found is not None
    assert found.percent == 99


@pytest.mark.parametrize("text", ["无", "正常推进", "按计划推进中。", "已完成", "进" * 19])
def test_short_texts_are_alike_by_chance(text: str) -> None:
    assert nearest_copy(text, 0, [FiledText(1, "", text)], least=0.5) is None


def test_the_marked_passages_leave_out_what_was_replaced() -> None:
    here, there = LONG, LONG.replace("3次", "5次").replace("二百", "三百")
    found = nearest_copy(here, 0, [FiledText(1, "", there)], least=0.8)
    assert found is not None
    marked = "".join(here[slice(*place)] for place in found.places)
    assert "3" not in marked
    assert "印发实施方案，明确责任分工和完成时限" in marked
