"""Printed totals against the sums of their parts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.importers.files.grid import Cell, Grid, Row
from tracker.importers.indicators import reading
from tracker.importers.indicators.parsed import IndicatorSet, Totals
from tracker.importers.indicators.reading import read_indicators
from tracker.importers.indicators.sets import cell_unit
from tracker.importers.indicators.totals import differences

if TYPE_CHECKING:
    import pytest


def amounts(*texts: str) -> tuple[Decimal | None, ...]:
    return tuple(Decimal(text) if text else None for text in texts)


TABLE = IndicatorSet(
    title="投资",
    unit="万元",
    rows=("一", "二", "三"),
    columns=("项目个数", "甲县", "乙县", "丙县"),
    values=(amounts("3", "1", "2", "3"), amounts("1", "4", "4", "4"), amounts("2", "5", "", "5")),
    where="表",
    places=("第 1 行", "第 2 行", "第 3 行"),
    row_totals=Totals("总计", amounts("7", "20", "11")),
    column_totals=Totals("合计", amounts("6", "10", "6", "12"), "第 4 行"),
    grand_total=Decimal(28),
    parts=(1, 2, 3),
)


def test_a_difference_has_its_place_its_sign_and_its_cause() -> None:
    found = {
        (gap.is_down, gap.row, gap.column): (int(gap.amount), str(gap.code), gap.blanks)
        for gap in differences(TABLE)
    }
    expected: dict[tuple[bool, int | None, int | None], tuple[int, str, int]] = {
        (False, 0, None): (1, "rounding", 0),
        (False, 1, None): (8, "total_mismatch", 0),
        (False, 2, None): (1, "rounding", 1),
        (True, None, None): (-10, "total_mismatch", 0),
    }
    assert found == expected


def test_the_unit_of_the_table_is_not_that_of_its_counts() -> None:
    assert [cell_unit(TABLE, place) for place in range(4)] == ["", "万元", "万元", "万元"]


def test_tables_beyond_all_measure_are_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_CELLS", 4)
    lines = (("工程", "甲县", "乙县", "合计"), ("一", "1", "2", "3"), ("二", "1", "2", "3"))
    grid = Grid("表", tuple(Row(tuple(map(Cell, line)), f"第 {n} 行") for n, line in enumerate(lines)))
    found = read_indicators([grid, grid])
    assert [table.rows for table in found.sets] == [("一", "二")]
    (problem,) = found.problems
    assert (problem.code, problem.is_blocking) == ("set_too_large", False)
    assert "上限 4 格" in problem.message
