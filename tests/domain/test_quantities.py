"""Quantities in policy text: what is one, how it is bounded, when it is due, and what is none."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.figures import read_figure
from tracker.domain.numerals import chinese_number
from tracker.domain.quantities import Quantity, find_quantities, split_unit
from tracker.domain.target_dates import find_target_dates


def only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "value", "unit", "expected"),
    [
        ("不少于4500人次", "4500", "人次", {"bound": "at_least"}),
        ("不少于 4500 人次", "4500", "人次", {"bound": "at_least"}),
        ("2.18万个", "2.18", "万个", {"bound": "exactly"}),
        ("15%以上", "15", "%", {"bound": "at_least"}),
        ("１５％以上", "15", "%", {"bound": "at_least"}),
        ("300名", "300", "名", {}),
        ("100%", "100", "%", {}),
        ("2,500万元", "2500", "万元", {}),
        ("12.5亿元", "12.5", "亿元", {}),
        ("超过22000元", "22000", "元", {"bound": "at_least", "is_strict": True}),
        ("不超过2万元", "2", "万元", {"bound": "at_most", "is_strict": False}),
        ("低于1万元", "1", "万元", {"bound": "at_most", "is_strict": True}),
        ("不低于5158元/人/年", "5158", "元/人/年", {"bound": "at_least"}),
        ("≥90%", "90", "%", {"bound": "at_least"}),
        ("控制在3%以内", "3", "%", {"bound": "at_most"}),
        ("控制在3%左右", "3", "%", {"bound": "about"}),
        ("控制在 10 个工作日", "10", "个工作日", {"bound": "at_most"}),
        ("压缩至3个工作日以内", "3", "个工作日", {"bound": "at_most", "change": ""}),
        ("约30亩", "30", "亩", {"bound": "about"}),
        ("100余家", "100", "家", {"bound": "at_least"}),
        ("8家（含）以上", "8", "家", {}),
        ("8家(以上)", "8", "家", {"bound": "at_least"}),
        ("至少有1项", "1", "项", {"bound": "at_least"}),
        ("不低于财政衔接资金的50%", "50", "%", {"bound": "at_least"}),
        ("年均增长6%左右", "6", "%", {"bound": "about", "change": "increase", "pace": "yearly_average"}),
        ("年均递增10%以上", "10", "%", {"bound": "at_least", "change": "increase"}),
        ("下降0.5个百分点", "0.5", "个百分点", {"change": "decrease"}),
        ("提高5个百分点", "5", "个百分点", {"change": "increase"}),
        ("提高到65%以上", "65", "%", {"bound": "at_least", "change": ""}),
        ("稳定在1300人以上", "1300", "人", {"bound": "at_least", "change": "keep"}),
        ("每年培训1000人次", "1000", "人次", {"pace": "yearly"}),
        ("每季度开展1次", "1", "次", {"pace": "quarterly"}),
        ("每月不少于2次", "2", "次", {"pace": "monthly", "bound": "at_least"}),
        ("每人每月800元", "800", "元", {"pace": ""}),
        ("累计培训50人", "50", "人", {"pace": "cumulative"}),
        ("1—2个以上", "1", "个", {"upper": Decimal(2), "bound": "at_least"}),
        ("10%—15%", "10", "%", {"upper": Decimal(15)}),
        ("5000—1万人", "0.5", "万人", {"upper": Decimal(1)}),
        ("3—5万人", "3", "万人", {"upper": Decimal(5)}),
        ("百分之八十五点五", "85.5", "%", {}),
        ("百分之90以上", "90", "%", {"bound": "at_least"}),
        ("一百二十个村", "120", "个", {}),
        ("三千亩", "3000", "亩", {}),
        ("1000万千瓦时", "1000", "万千瓦时", {}),
        ("10TB", "10", "TB", {}),
    ],
)
def test_a_quantity_has_its_value_unit_and_bound(
    text: str, value: str, unit: str, expected: dict[str, Any]
) -> None:
    quantity = only(text)
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)
    assert {name: getattr(quantity, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("培训脱贫劳动力不少于4500人次，确保就业", "不少于4500人次"),
        ("年均增长6%左右。", "增长6%左右"),
        ("报销比例达到 80% 左右", "达到 80% 左右"),
        ("(省外就业稳定在180人以上)", "稳定在180人以上"),
        ("建成1—2个以上园区", "1—2个以上"),
        ("投资１２．５ 亿元", "１２．５ 亿元"),
    ],
)
def test_its_place_covers_the_words_that_bound_it(text: str, said: str) -> None:
    quantity = only(text)
    assert text[quantity.start : quantity.end] == said


@pytest.mark.parametrize(
    "text",
    [
        "全覆盖",
        "应保尽保",
        "2024年",
        "2022—2024年",
        "2025年12月31日前",
        "6月底前",
        "“十四五”时期",
        "云办发〔2022〕34号",
        "国发〔2019〕3号",
        "第15条",
        "第 3 名",
        "第十五条",
        "联系电话0877-2012345",
        "拨打12345热线",
        "5G网络",
        "4A级景区",
        "G20国道",
        "“20条底线”全部达标",
        "《关于36项措施的通知》",
        "落实30条例外",
        "两个转向",
        "一批企业",
        "8大工程",
        "5年过渡期",
        "1.加大政策扶持",
        "(3)推动合作社",
        "1234567890123456789个",
        "GB5749个别",
        "千名领导挂千村",
        "二十大精神",
    ],
)
def test_years_dates_ordinals_and_names_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == ()


def test_base_value_is_counted_in_the_unit_itself() -> None:
    assert only("2.18万个").base_value == 21800
    assert only("0.5个百分点").base_value == Decimal("0.5")
    assert only("13.13亿元").base_value == 1_313_000_000
    assert split_unit("万人次") == ("万", "人次")
    assert split_unit("百分点") == ("", "百分点")
    assert split_unit("千瓦") == ("", "千瓦")


def dates_of(text: str) -> list[tuple[str, bool, str]]:
    return [(str(quantity.value), quantity.is_baseline, quantity.date) for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "人均纯收入在2021年15812元基础上，力争2024年超过22000元，年均递增10%以上",
            [("15812", True, "2021"), ("22000", False, "2024"), ("10", False, "2024")],
        ),
        ("从每人每学年 3000 元提高至每人每学年 5000 元", [("3000", True, ""), ("5000", False, "")]),
        ("由50%提高到60%以上", [("50", True, ""), ("60", False, "")]),
        ("由2015年的2445元增加到2020年的11934元", [("2445", True, "2015"), ("11934", False, "2020")]),
        ("比2020年增长10%，到2025年达到30%", [("10", False, ""), ("30", False, "2025")]),
        (
            "2022年保障标准不低于4960元，2023年不低于5158元，2024年不低于5364元",
            [("4960", False, "2022"), ("5158", False, "2023"), ("5364", False, "2024")],
        ),
        (
            "到2025年底，建成5个；培育3家。今后再建2个",
            [("5", False, "2025"), ("3", False, "2025"), ("2", False, "")],
        ),
        ("2012年起5年内培养1万名", [("1", False, "2016")]),
        ("到“十四五”末达到80%", [("80", False, "2025")]),
        ("2019年6月底前达到80%", [("80", False, "2019-06")]),
        ("2024年3月25日前完成20个", [("20", False, "2024-03-25")]),
        ("2024年第三季度完成20个", [("20", False, "2024-09")]),
        ("6月底前完成20个", [("20", False, "")]),
    ],
)
def test_dates_and_baselines(text: str, expected: list[tuple[str, bool, str]]) -> None:
    assert dates_of(text) == expected


def test_a_distributed_bound_holds_for_every_member() -> None:
    first, second, rate = find_quantities("甲、乙收入分别达15700元、12300元以上，增长10%左右")
    assert (first.bound, second.bound, rate.bound) == ("at_least", "at_least", "about")


def test_reference_years_are_told_apart() -> None:
    found = [
        (date.date, date.is_reference) for date in find_target_dates("较2020年提高，2021年起实施，到2025年")
    ]
    assert found == [("2020", True), ("2021", True), ("2025", False)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三百六十", "360"),
        ("一万二千", "12000"),
        ("十五", "15"),
        ("八十五点五", "85.5"),
        ("两亿三千万", "230000000"),
    ],
)
def test_chinese_numerals(text: str, value: str) -> None:
    assert chinese_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "三四", "甲", "十点甲"])
def test_what_is_no_chinese_numeral(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize("text", ["", " ", "-", "—", "——", "/", "…", "－－", "暂无"])
def test_a_blank_or_a_dash_is_unknown(text: str) -> None:
    assert read_figure(text) is None


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("0", "0", {}),
        ("60左右", "60", {"bound": "about"}),
        ("≥90", "90", {"bound": "at_least", "is_strict": False}),
        ("＞7.5", "7.5", {"bound": "at_least", "is_strict": True}),
        ("<5", "5", {"bound": "at_most", "is_strict": True}),
        ("10以上", "10", {"bound": "at_least"}),
        ("〔-18〕", "-18", {"is_cumulative": True}),
        ("[3.5]", "3.5", {"is_cumulative": True}),
        ("[15]以上", "15", {"is_cumulative": True, "bound": "at_least"}),
        ("80(省70%)", "80", {"note": "省70%", "text": "80(省70%)"}),
        ("1,234.5", "1234.5", {}),
        ("５－６", "5", {"upper": Decimal(6)}),
        ("年均增长6%左右", "6", {"change": "increase", "bound": "about", "unit": "%"}),
        ("达到80%", "80", {"change": "", "unit": "%"}),
        ("≥10个", "10", {"unit": "个"}),
        ("3.2万", "3.2", {"unit": "万"}),
    ],
)
def test_figures_of_a_table(text: str, value: str, expected: dict[str, Any]) -> None:
    figure = read_figure(text)
    assert figure is not None
    assert figure.value == Decimal(value)
    assert {name: getattr(figure, name) for name in expected} == expected


@pytest.mark.parametrize(
    "text", ["完成上级下达任务", "应兜尽兜", "1:1.8", "高于全省平均水平", "2020年", "持续提升"]
)
def test_words_in_a_table_stay_words(text: str) -> None:
    figure = read_figure(text)
    assert figure is not None
    assert (figure.value, figure.text) == (None, text)


PIECES = st.sampled_from(
    [
        *(
            "不少于",
            "超过",
            "增长",
            "由",
            "从",
            "提高到",
            "控制在",
            "分别",
            "、",
            "，",
            "。",
            "\n",
            "（",
            "）",
            "“",
            "”",
            "《",
            "》",
        ),
        *(
            "2024年",
            "比2020年",
            "6月",
            "百分之",
            "三百",
            "4500",
            "１２",
            "1,000",
            "0.5",
            "—",
            "%",
            "万",
            "亿元",
            "个",
            "人次",
            "以上",
        ),
        *("元/人/年", "的", "基础上", "每年", "第", "5G", " ", "\u3000", "٣", "²", "𝟙"),
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.start < quantity.end <= len(text)
        assert quantity.value.is_finite()
        assert quantity.value >= 0
        assert quantity.unit
        end = quantity.end
    read_figure(text)


@given(st.integers(0, 10**12), st.sampled_from(["人次", "万元", "%", "个百分点", "亩", "元/人/年"]))
def test_a_written_quantity_is_read_back(number: int, unit: str) -> None:
    quantity = only(f"确保完成不少于{number}{unit}，推进落实")
    assert (int(quantity.value), quantity.unit, quantity.bound) == (number, unit, "at_least")


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1,111",
        "9.",
        "一百",
        "由1个",
        "“1个”",
        "分别1个、",
        "2024年",
        "《",
        "不",
        "1—",
        "1个、",
        "百分之",
        "至少",
        "(",
        "1个\n",
    ],
)
def test_time_is_linear(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        find_quantities(text)
        return time.process_time() - started

    short = min(seconds(8_000) for _ in range(3))
    # Four times the text: sixteen times the time would be quadratic.
    assert min(seconds(32_000) for _ in range(3)) < 10 * short + 0.1
