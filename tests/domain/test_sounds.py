"""How names sound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.names import normalise_name
from tracker.domain.sounds import sound_alike, sounds_of


def test_tones_and_easily_confused_sounds_are_not_told_apart() -> None:
    assert sounds_of("临桂区") == sounds_of("灵贵区") == ("lin", "gui", "qu")
    assert sounds_of("张市长") == ("zan", "si", "zan")


@given(st.text(alphabet="市县长重庆龙(、a1龘\U00020000 "))
def test_each_character_has_its_sound(text: str) -> None:
    name = normalise_name(text)
    assert len(sounds_of(name)) == len(name)


def test_a_character_of_two_readings_sounds_like_itself() -> None:
    # 长 is read zhang in 市长 and chang in 长安.
    assert sounds_of("长安")[0] != sounds_of("市长")[1]
    assert sound_alike("市长安", "市长暗")


def test_only_chinese_names_of_one_length_sound_alike() -> None:
    assert not sound_alike("abc", "abc")
    assert not sound_alike("甲县", "甲县县")
    assert not sound_alike("市教育局", "市体育局")
