"""Looking names up and proposing near ones."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.names import clean_name, may_be_same, nearest_names, normalise_name
from tracker.errors import ControlCharacterError, InvalidValueError
from tracker.importers.listfile import read_list_file
from tracker.resources import bundled

BUREAUS = ("市农业农村局", "市林业和园林局", "市市场监督管理局", "市水利局")


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("各县（市、区）人民政府", "各县(市、区)人民政府"),
        (" 市 财政局\n", "市财政局"),
        ("市\u200b财政局\ufeff", "市财政局"),
        ("Ｇuilin-2022", "guilin-2022"),
    ],
)
def test_width_white_space_and_case_do_not_tell_names_apart(typed: str, known: str) -> None:
    assert normalise_name(typed) == normalise_name(known)


def test_a_prefix_does_tell_names_apart() -> None:
    assert normalise_name("财政局") != normalise_name("市财政局")


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once


def test_the_nearest_name_comes_first() -> None:
    assert nearest_names("市农村农业局", BUREAUS)[0] == "市农业农村局"
    assert nearest_names("市场监管局", BUREAUS)[0] == "市市场监督管理局"


def test_a_short_form_finds_the_full_name() -> None:
    assert nearest_names("龙胜", ("资源县", "龙胜各族自治县")) == ("龙胜各族自治县",)


def test_nothing_is_proposed_where_nothing_is_near() -> None:
    assert nearest_names("xyz", BUREAUS) == ()
    assert nearest_names("  ", BUREAUS) == ()


def test_at_most_the_limit_is_proposed_and_each_name_once() -> None:
    assert nearest_names("市水利局", ("市水利局", "市水利局", "市水务局", "市水产局"), limit=2) == (
        "市水利局",
        "市水务局",
    )


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("镇市场监管所", "镇市场监管管理所"),
        ("市市场监督管理局", "市市场监管局"),
        ("甲县", "甲县人民政府"),
        ("市发展改革委", "市发展和改革委员会"),
        ("市教育 局", "市教育局"),
        ("镇市自然资源所", "镇自然资源所"),
    ],
)
def test_an_abbreviation_may_mean_the_same_unit(name: str, other: str) -> None:
    assert may_be_same(name, other)
    assert may_be_same(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [("隆胜县", "龙胜县"), ("市卫键委", "市卫健委"), ("临桂区", "灵桂区"), ("长安区", "常安区")],
)
def test_a_name_that_was_typed_by_its_sound_may_mean_the_same_unit(name: str, other: str) -> None:
    assert may_be_same(name, other)
    assert may_be_same(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [("市教育局", "市体育局"), ("市财政局", "市民政局"), ("甲县", "乙县"), ("", "甲县"), ("临县", "林业县")],
)
def test_neighbours_in_a_list_of_bureaus_are_not_taken_for_one(name: str, other: str) -> None:
    assert not may_be_same(name, other)


def test_no_two_units_of_the_bundled_lists_are_taken_for_one() -> None:
    names = list(
        dict.fromkeys(
            unit.name for path in bundled("tasklists").glob("*.toml") for unit in read_list_file(path).units
        )
    )
    assert len(names) == 61
    assert [pair for pair in combinations(names, 2) if may_be_same(*pair)] == []


def test_a_name_that_was_typed_by_its_sound_finds_the_one_that_is_meant() -> None:
    counties = ("资源县", "龙胜各族自治县", "临桂区")
    assert nearest_names("灵贵区", counties) == ("临桂区",)
    assert nearest_names("隆胜", counties) == ("龙胜各族自治县",)


def test_what_is_written_alike_goes_before_what_sounds_alike() -> None:
    assert nearest_names("市卫健局", ("市伟建局", "市卫健委")) == ("市伟建局", "市卫健委")
    assert nearest_names("临桂区", ("灵桂区", "临桂区")) == ("临桂区", "灵桂区")


def test_names_without_chinese_characters_need_no_pinyin() -> None:
    code = "import sys, tracker.domain.names as names; names.nearest_names('alice', ['alicia'])"
    check = f"{code}; assert 'pypinyin' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_name_is_stored_on_one_line_and_composed() -> None:
    assert clean_name(" 龙胜各族\r\n自治县\u3000 ", field="名称") == "龙胜各族 自治县"
    assert clean_name("e\u0301cole", field="名称") == "école"


@pytest.mark.parametrize("nothing", ["", " \u3000\n", "\u200b\ufeff"])
def test_what_holds_no_letter_is_no_name(nothing: str) -> None:
    with pytest.raises(InvalidValueError, match="不能为空"):
        clean_name(nothing, field="名称")


def test_a_name_has_a_length_that_every_database_holds() -> None:
    assert len(clean_name("县" * 200, field="名称")) == 200
    with pytest.raises(InvalidValueError, match="不能超过 200 字"):
        clean_name("县" * 201, field="名称")
    with pytest.raises(InvalidValueError, match="不能超过 100 字"):
        clean_name("县" * 101, field="名称", longest=100)


@pytest.mark.parametrize("bad", ["甲\0县", "甲\ufffe县", "甲\ud800县"])
def test_a_name_with_a_character_that_no_database_takes_is_refused(bad: str) -> None:
    with pytest.raises(ControlCharacterError, match="第 2 个字符"):
        clean_name(bad, field="名称")
