"""Stated values in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.importers.indicators.parsed import IndicatorPoint
from tracker.reports.indicator_wording import date_in_words, value_in_words


def point(value: str | None, **fields: object) -> IndicatorPoint:
    return IndicatorPoint("原文", None if value is None else Decimal(value), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "unit", "words"),
    [
        (point("4500", bound="at_least", pace="cumulative"), "人次", "累计不少于4500人次"),
        (point("22000", bound="at_least", is_strict=True), "元", "超过22000元"),
        (point("95", bound="at_most"), "%", "不超过95%"),
        (point("1", bound="at_most", is_strict=True), "万元", "低于1万元"),
        (point("80", bound="about"), "%", "约80%"),
        (point("10", bound="at_least", change="increase", pace="yearly_average"), "%", "年均增长不少于10%"),
        (point("13", change="keep"), "个", "保持13个"),
        (point("2", upper=Decimal(3)), "个", "2—3个"),
        (point("80", note="省70%"), "%", "80%（省70%）"),
        (point("92710"), "人、%", "92710（人、%）"),
        (point("1E+12"), "", "1000000000000"),
        (point("2.180"), "万个", "2.180万个"),
        (point(None), "%", "原文"),
    ],
)
def test_a_value_says_its_bound_its_change_and_its_pace(found: IndicatorPoint, unit: str, words: str) -> None:
    assert value_in_words(found, unit, str) == words


@pytest.mark.parametrize(
    ("date", "words"),
    [("", ""), ("2025", "2025年"), ("2019-06", "2019年6月"), ("2019-06-05", "2019年6月5日")],
)
def test_a_date_is_as_exact_as_it_is_given(date: str, words: str) -> None:
    assert date_in_words(date, str) == words
