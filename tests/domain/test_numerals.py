"""Chinese numerals, read and written."""

from __future__ import annotations

import pytest

from tracker.domain.numerals import chinese_number, in_chinese


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (100, "一百"), (103, "一百〇三"),
     (110, "一百一十"), (112, "一百一十二"), (999, "九百九十九"),
     (1000, "一千"), (1001, "一千〇一"), (1010, "一千〇一十"), (1100, "一千一百"), (2019, "二千〇一十九"),
     (9999, "九千九百九十九"), (10000, "10000")],
)  # fmt: skip
def test_places_in_an_order(number: int, written: str) -> None:
    assert in_chinese(number) == written


def test_what_is_written_reads_back() -> None:
    assert [chinese_number(in_chinese(number)) for number in range(1, 10000)] == list(range(1, 10000))
