"""What a reviewer is told of a text, and what he is spared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.near_copies import FiledText
from tracker.domain.text_flags import (
    Flag,
    FlagContext,
    FlagKind,
    Reported,
    flags_of,
    targets_in,
)

PHRASES = ("高度重视", "加强领导", "扎实推进", "取得阶段性成效", "各项工作")
LONG = "组织召开工作推进会3次，印发实施方案，明确责任分工和完成时限，带动脱贫户120户增收。"
TEXTS = st.text(max_size=120) | st.text(alphabet="高度重视加强领导，。12户万人次%\n ", max_size=320)
VALUES = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
CONTEXTS = st.builds(
    FlagContext,
    id=st.just(1),
    limit=st.integers(1, 400),
    last=st.none() | st.builds(FiledText, st.just(0), st.just("上期"), TEXTS),
    same_task=st.lists(st.builds(FiledText, st.integers(1, 4), st.just("乙县"), TEXTS), max_size=3),
    same_unit=st.lists(st.builds(FiledText, st.integers(1, 4), st.just("2"), TEXTS), max_size=3),
    targets=st.lists(st.just("不少于4500人次"), max_size=1),
    reported=st.lists(
        st.builds(Reported, TEXTS, st.sampled_from(["万人次", "户", "%", "", "吨/亩"]), VALUES)
    ),
    stock_phrases=st.just(PHRASES) | st.lists(TEXTS, max_size=3),
)


def kinds(text: str, **context: object) -> list[FlagKind]:
    return [flag.kind for flag in flagged(text, **context)]


def flagged(text: str, **context: object) -> tuple[Flag, ...]:
    values = {"id": 1, "limit": 300, "stock_phrases": PHRASES} | context
    return flags_of(text, FlagContext(**values))  # type: ignore[arg-type]


def words(text: str, **context: object) -> list[str]:
    return [flag.worded(str) for flag in flagged(text, **context)]


@given(TEXTS, CONTEXTS)
def test_no_text_makes_flagging_fail_and_every_place_lies_in_its_text(
    text: str, context: FlagContext
) -> None:
    for flag in flags_of(text, context):
        assert flag.worded(str)
        assert all(0 <= start < end <= len(text) for start, end in flag.places)
        other = flag.other.text if flag.other else ""
        assert all(0 <= start < end <= len(other) for start, end in flag.other_places)


@given(TEXTS)
def test_a_text_is_never_flagged_for_itself(text: str) -> None:
    own = FiledText(1, "自己", text)
    assert not any(flag.other for flag in flagged(text, same_task=[own], same_unit=[own]))


@given(TEXTS, TEXTS)
def test_of_two_units_with_one_text_both_are_flagged_or_neither(one: str, other: str) -> None:
    here = kinds(one, id=1, same_task=[FiledText(2, "乙县", other)])
    there = kinds(other, id=2, same_task=[FiledText(1, "甲县", one)])
    assert (FlagKind.LIKE_OTHER_UNIT in here) == (FlagKind.LIKE_OTHER_UNIT in there)


def test_a_copy_of_last_period_says_how_much_and_whether_the_figures_moved() -> None:
    assert words(LONG, last=FiledText(0, "上期", LONG)) == ["与上期 100% 相同，数字也没有变"]
    moved = LONG.replace("120", "135")
    assert words(moved, last=FiledText(0, "上期", LONG)) == ["与上期 95% 相同，数字有变化"]
    assert words("新建示范基地2个，落实资金80万元，较上期新增30万元。", last=FiledText(0, "", LONG)) == []


def test_a_copy_of_another_unit_or_task_names_it() -> None:
    other = LONG.replace("3次", "4次").replace("120", "98")
    assert words(LONG, same_task=[FiledText(2, "乙县", other)]) == ["与乙县报送的同一任务 91% 相同"]
    assert words(LONG, same_unit=[FiledText(3, "6", LONG)]) == ["与本单位第 6 项 100% 相同"]


@pytest.mark.parametrize("text", ["无", "正常推进", "已完成。", "按序时推进"])
def test_short_texts_are_not_called_copies(text: str) -> None:
    beside = [FiledText(2, "乙县", text)]
    assert kinds(text, last=beside[0], same_task=beside, same_unit=beside) == []


def test_a_task_with_a_target_wants_a_figure() -> None:
    target = targets_in("到2025年，培训脱贫劳动力不少于4500人次。")
    assert target == ("不少于4500人次",)
    assert words("积极组织培训，成效明显。", targets=target) == [
        "任务有量化目标（不少于4500人次），文字里没有数字"
    ]
    assert words("积极组织培训，成效明显。") == []


@pytest.mark.parametrize(
    "text",
    [
        "培训脱贫劳动力1200人次。",
        "培训1200",
        "建成示范基地三个。",
        "完成率百分之八十。",
        "２０期",
    ],
)
def test_a_figure_is_a_figure_in_any_writing(text: str) -> None:
    assert FlagKind.NO_FIGURE not in kinds(text, targets=("不少于4500人次",))


@pytest.mark.parametrize(
    "text",
    [
        "2024年9月召开会议。",
        "第三季度按计划推进。",
        "按〔2024〕3号文要求推进",
        "1. 召开会议\n2、印发通知",
        "无",
    ],
)
def test_dates_and_numbering_are_no_figures(text: str) -> None:
    assert kinds(text, targets=("不少于4500人次",)) == [FlagKind.NO_FIGURE]


def test_a_figure_that_was_reported_beside_the_text_is_given() -> None:
    reported = [Reported("培训人次", "人次", Decimal(1200))]
    assert kinds("正常开展。", targets=("不少于4500人次",), reported=reported) == []


def test_a_figure_that_contradicts_the_reported_one_is_quoted_and_marked() -> None:
    text = "本季度培训脱贫劳动力1200人次，带动就业300人。"
    (flag,) = flagged(text, reported=[Reported("培训脱贫劳动力", "人次", Decimal("1500.00"))])
    assert flag.kind is FlagKind.CONTRADICTS
    assert flag.worded(str) == "文字里写“1200人次”，指标“培训脱贫劳动力”填的是 1500 人次"
    assert [text[slice(*place)] for place in flag.places] == ["1200人次"]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("培训脱贫劳动力1200人次。", 1200, "人次"),
        ("培训脱贫劳动力0.12万人次。", 1200, "人次"),
        ("培训脱贫劳动力1200人次。", "0.12", "万人次"),
        ("培训脱贫劳动力超过1000人次。", 1200, "人次"),
        ("培训脱贫劳动力约1150人次。", 1200, "人次"),
        # Another measure, another unit of measure, an amount of change.
        ("召开现场会，走访群众800人次。", 1200, "人次"),
        ("培训脱贫劳动力12期。", 1200, "人次"),
        ("培训脱贫劳动力增加200人次。", 1200, "人次"),
        ("培训脱贫劳动力首期500人次，累计1200人次。", 1200, "人次"),
    ],
)
def test_what_does_not_contradict_is_not_flagged(text: str, value: object, unit: str) -> None:
    reported = [Reported("培训脱贫劳动力", unit, Decimal(str(value)))]
    assert FlagKind.CONTRADICTS not in kinds(text, reported=reported)


def test_a_text_made_of_phrases_is_flagged_with_their_share() -> None:
    text = "高度重视，加强领导，扎实推进各项工作，取得阶段性成效。"
    (flag,) = flagged(text)
    assert flag.worded(str) == "套话占 85%：高度重视、加强领导、扎实推进、各项工作、取得阶段性成效"
    assert (
        "".join(text[slice(*place)] for place in flag.places)
        == "高度重视加强领导扎实推进各项工作取得阶段性成效"
    )


def test_a_phrase_or_two_in_a_report_with_substance_are_let_pass() -> None:
    assert kinds(f"高度重视，扎实推进：{LONG}") == []
    assert kinds("扎实推进") == []


def test_of_phrases_that_begin_alike_the_longest_counts() -> None:
    (flag,) = flagged("加强组织领导，加强领导。", stock_phrases=("加强", "加强领导", "加强组织领导"))
    assert flag.fields["phrases"] == ("加强组织领导", "加强领导")


def test_a_text_that_ends_at_the_limit_without_an_end_may_be_cut_off() -> None:
    assert words("进" * 300) == ["300 字，上限 300 字，结尾没有标点，可能没有写完"]
    assert kinds("进" * 298) == [FlagKind.AT_LIMIT]
    assert kinds("进" * 297) == []
    assert kinds("进" * 299 + "。") == []
    # A limit for a word or two.
    assert kinds("进" * 20, limit=20) == []
