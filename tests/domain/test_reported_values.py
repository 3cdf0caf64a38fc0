"""Numbers as people type them, and which of them may not fall without a word."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from tracker.domain.quantities import find_quantities
from tracker.domain.reported_values import (
    LastValue,
    Reported,
    TypedValue,
    check_value,
    is_cumulative,
    kept_values,
    read_typed,
    read_values,
    write_typed,
)
from tracker.errors import (
    ControlCharacterError,
    IndicatorChangedError,
    IndicatorError,
    InvalidNumberError,
    UnclearNumberError,
    ValueFallsError,
    ValueReasonTooLongError,
)


@dataclass(frozen=True)
class _Asked:
    unit: str = "个"
    is_cumulative: bool = True
    last: LastValue | None = None
    id: int = 7
    name: str = "新建示例站点"


def _read(number: str, unit: str) -> Decimal:
    return check_value(TypedValue(number), _Asked(unit), task="3").value


@pytest.mark.parametrize(
    ("number", "unit", "value"),
    [
        ("1234.5", "万元", "1234.5"),
        ("1,234,567", "元", "1234567"),
        ("1，234", "元", "1234"),
        ("１２３４．５", "公里", "1234.5"),
        (" 12 ", "个", "12"),
        ("0", "个", "0"),
        ("-1.5", "%", "-1.5"),
        ("－３", "%", "-3"),
        ("−3", "%", "-3"),
        ("45%", "%", "45"),
        ("45％", "%", "45"),
        ("0.45", "%", "0.45"),
        ("12个", "个", "12"),
        ("3.2万", "人", "32000"),
        ("3.2万人", "人", "32000"),
        ("3.2万人", "万人", "3.2"),
        ("32000人", "万人", "3.2"),
        ("1.5亿元", "万元", "15000"),
        ("300千瓦", "千瓦", "300"),
        ("2百分点", "百分点", "2"),
        ("3", "人、%", "3"),
    ],
)
def test_a_number_is_read_in_the_unit_of_its_indicator(number: str, unit: str, value: str) -> None:
    read = _read(number, unit)
    assert read == Decimal(value)
    # Never 3.2E+4: it is shown as it is stored.
    assert "E" not in str(read)


def test_a_number_keeps_the_digits_that_were_typed() -> None:
    assert str(_read("12.50", "亩")) == "12.50"
    assert str(_read("12000人次", "万人次")) == "1.2"


@pytest.mark.parametrize(
    "number",
    [
        *(
            "约300",
            "300左右",
            "300-400",
            "三百",
            "1e5",
            "1,23",
            "12,3456",
            "1.2.3",
            "300 多",
            "=1+1",
            "1 234",
        ),
        *("一", ".", "+5", "∞", "NaN", "300人", "5.6亩", "--3", "9" * 16, "0." + "1" * 9, "1" * 41),
    ],
)
def test_what_is_no_number_in_that_unit_is_refused_with_what_to_do(number: str) -> None:
    with pytest.raises(InvalidNumberError) as caught:
        _read(number, "个")
    assert caught.value.indicator_id == 7
    assert "第 3 项" in str(caught.value)
    assert "新建示例站点" in str(caught.value)
    assert "“个”" in str(caught.value)


def test_a_magnitude_that_could_be_the_units_own_is_refused_as_unclear() -> None:
    with pytest.raises(UnclearNumberError, match=r"3\.2万.*万人"):
        _read("3.2万", "万人")


def test_of_a_unit_that_is_in_doubt_only_the_bare_number_is_read() -> None:
    with pytest.raises(InvalidNumberError):
        _read("3%", "人、%")


@pytest.mark.parametrize("number", ["12\x00", "\u202612\x1b"])
def test_a_control_character_is_refused(number: str) -> None:
    with pytest.raises(ControlCharacterError):
        _read(number, "个")


_LAST = LastValue(Decimal(120), "个", "2024Q2")


def test_a_cumulative_value_that_falls_needs_a_reason() -> None:
    asked = _Asked(last=_LAST)
    with pytest.raises(ValueFallsError) as caught:
        check_value(TypedValue("119.9", " "), asked, task="3")
    assert str(caught.value) == (
        "第 3 项的指标“新建示例站点”是累计数：本期填 119.9，低于 2024Q2 的 120（个）。"
        "填错的请改正；确实减少的请写明原因。"
    )
    assert check_value(TypedValue("119.9", " 核减重复 "), asked, task="3") == Reported(
        Decimal("119.9"), "核减重复"
    )
    assert check_value(TypedValue("120"), asked, task="3").value == 120


@pytest.mark.parametrize(
    "asked",
    [
        _Asked(),
        _Asked(is_cumulative=False, last=_LAST),
        # The list counts in another unit now.
        _Asked("处", last=_LAST),
    ],
)
def test_nothing_else_falls(asked: _Asked) -> None:
    assert check_value(TypedValue("1"), asked, task="3") == Reported(Decimal(1))


def test_a_reason_has_its_bound() -> None:
    assert check_value(TypedValue("1", "字" * 200), _Asked(), task="3").reason == "字" * 200
    with pytest.raises(ValueReasonTooLongError, match="201 字"):
        check_value(TypedValue("1", "字" * 201), _Asked(), task="3")


def test_a_blank_stays_unknown_and_is_never_zero() -> None:
    typed = {7: TypedValue(" \u3000", "还不知道"), 8: TypedValue("")}
    assert read_values(typed, [_Asked()], task="3") == {}


def test_a_value_for_what_is_not_asked_any_more_is_not_dropped_in_silence() -> None:
    with pytest.raises(IndicatorChangedError):
        read_values({8: TypedValue("5")}, [_Asked()], task="3")


def test_every_refusal_of_a_value_says_of_which_indicator() -> None:
    for typed in (TypedValue("x"), TypedValue("1", "字" * 201)):
        with pytest.raises(IndicatorError) as caught:
            read_values({7: typed}, [_Asked()], task="3")
        assert (caught.value.indicator_id, caught.value.fields["task"]) == (7, "3")


@pytest.mark.parametrize(
    "text",
    [
        "建成示例站点300个",
        "建成示例站点不少于300个",
        "管网长度达到500公里以上",
        "培训约2.5万人次",
        "累计新建120项",
        "投资由100亿元提高到180亿元",
        "累计增加耕地5000亩",
        "2025年达到200—300个",
    ],
)
def test_a_level_to_be_reached_is_cumulative(text: str) -> None:
    assert _is_cumulative(text)


@pytest.mark.parametrize(
    "text",
    [
        "覆盖率达到95%以上",
        "提高5个百分点",
        "能耗不超过300吨",
        "控制在20个以内",
        "压缩至100项以内",
        "稳定在5000亩",
        "每年新增100个",
        "每月走访20户",
        "增长300个",
        "减少50处",
        "由5000亩减少到3000亩",
        "产值达到300元/人",
        "存量翻2倍",
    ],
)
def test_a_rate_a_bound_above_a_pace_or_a_change_is_not(text: str) -> None:
    assert not _is_cumulative(text)


@pytest.mark.parametrize(
    "name", ["森林覆盖率", "人均可支配收入", "空气质量指数", "城镇化率", "占比", "平均预期寿命"]
)
def test_nor_is_what_its_name_says_is_a_rate(name: str) -> None:
    [point] = find_quantities("达到5000元")
    assert not is_cumulative(name, "元", None, [point])


def test_without_a_number_to_reach_nothing_is_cumulative() -> None:
    assert not is_cumulative("示例", "个", None, [])


def _is_cumulative(text: str) -> bool:
    points = find_quantities(text)
    assert points
    baseline = next((point for point in points if point.is_baseline), None)
    targets = [point for point in points if not point.is_baseline]
    return is_cumulative("示例指标", targets[0].unit, baseline, targets)


def test_what_a_draft_holds_is_read_back_as_it_was_typed() -> None:
    typed = {7: TypedValue("约 3,00", "“原因”\n二"), 12: TypedValue("", "只有原因")}
    assert read_typed(write_typed(typed)) == typed
    assert read_typed("{}") == {}


def test_a_draft_keeps_what_was_typed_within_a_bound_and_no_blanks() -> None:
    kept = kept_values(
        {1: TypedValue(" 5 ", ""), 2: TypedValue(" ", "\n"), 3: TypedValue("9" * 99, "字" * 9000)}
    )
    assert kept == {1: TypedValue("5"), 3: TypedValue("9" * 40, "字" * 4000)}
