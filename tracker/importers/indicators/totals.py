"""The printed totals of a set against the sums of their printed parts.

The difference is always the printed total minus the sum of the printed parts: +1 says that the total is
printed one higher than its parts give, -1 one lower. A difference that rounding can explain is at most half
of the last printed digit for each part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.importers.indicators.parsed import IndicatorSet

TOTAL: Final = re.compile(
    r".{0,6}(?:总计|合计|共计|小计|总投资|总额|总量|总数|总和|计划投资|资金总|投资总).{0,4}|计"
)
RATE: Final = re.compile(r".*(?:占比|比重|比例|百分比|增速|增长|[^概效功倍]率|人均|平均|指数|%|％|与.+比).*")
FEWEST: Final = 2
_HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Difference:
    """A printed total that its printed parts do not give.

    `row` and `column` are the total's place in the set: None for the printed total row or column itself.
    `blanks` counts the parts that are unknown.
    """

    row: int | None
    column: int | None
    where: str
    name: str
    printed: Decimal
    parts: Decimal
    code: Literal["rounding", "total_unchecked", "total_mismatch"]
    blanks: int = 0
    is_down: bool = False

    @property
    def amount(self) -> Decimal:
        return self.printed - self.parts


def differences(table: IndicatorSet) -> tuple[Difference, ...]:
    """At most one a sum that the table prints, rows first; totals stay as printed.

    `rounding`: rounding explains the difference. `total_mismatch`: it does not. `total_unchecked`: a blank
    part is unknown and may be the rest.
    """
    return tuple(difference for sum_ in _sums(table) if (difference := _difference(sum_)))


def check_totals(table: IndicatorSet) -> tuple[Problem, ...]:
    """The `differences` in words; none is blocking."""
    return tuple(
        Problem(found.where, found.code, _in_words(found), is_blocking=False) for found in differences(table)
    )


@dataclass(frozen=True, slots=True)
class _Sum:
    """A printed total with its parts; `is_down` says that the parts stand above it, not beside it."""

    row: int | None
    column: int | None
    where: str
    name: str
    total: Decimal | None
    parts: Sequence[Decimal | None]
    is_down: bool = False


def _sums(table: IndicatorSet) -> Iterator[_Sum]:
    """Every sum that the table prints."""
    if any(TOTAL.fullmatch(name) for name in (*table.rows, *table.columns)):
        return  # Subtotals among the parts would be added twice.
    rows, columns = table.row_totals, table.column_totals
    if rows:
        for place, (where, name, total) in enumerate(zip(table.places, table.rows, rows.values, strict=True)):
            parts = [table.values[place][part] for part in table.parts]
            yield _Sum(place, None, where, f"“{name}”行", total, parts)
    if rows and columns:
        parts = [columns.values[part] for part in table.parts]
        yield _Sum(None, None, columns.where, f"“{columns.label}”行", table.grand_total, parts)
    if columns:
        for place, (name, total) in enumerate(zip(table.columns, columns.values, strict=True)):
            if not RATE.fullmatch(name):
                parts = [row[place] for row in table.values]
                yield _Sum(None, place, columns.where, f"“{name}”列", total, parts, is_down=True)
    if rows and columns:
        label = f"“{rows.label}”列"
        yield _Sum(None, None, columns.where, label, table.grand_total, rows.values, is_down=True)


def _difference(sum_: _Sum) -> Difference | None:
    known = [part for part in sum_.parts if part is not None]
    if sum_.total is None or len(known) < FEWEST or sum_.total == sum(known):
        return None
    blanks = len(sum_.parts) - len(known)
    code: Literal["rounding", "total_unchecked", "total_mismatch"] = "total_mismatch"
    if abs(sum_.total - sum(known)) <= explained(sum_.total, known):
        code = "rounding"
    elif blanks and sum_.total > sum(known):
        code = "total_unchecked"
    return Difference(
        row=sum_.row,
        column=sum_.column,
        where=sum_.where,
        name=sum_.name,
        printed=sum_.total,
        parts=sum(known, Decimal(0)),
        code=code,
        blanks=blanks,
        is_down=sum_.is_down,
    )


def _in_words(found: Difference) -> str:
    said = f"{found.name}的合计印作 {found.printed}，各分项之和为 {found.parts}，相差 {found.amount:+}"
    if found.code == "rounding":
        return f"{said}，可由四舍五入解释，按原文保留。"
    if found.code == "total_unchecked":
        return f"{said}；有 {found.blanks} 个空白分项（不作为零），合计无法核对。"
    return f"{said}，四舍五入解释不了。按原文保留，请对照原文核实。"


def explained(total: Decimal, parts: Sequence[Decimal]) -> Decimal:
    """The largest difference that rounding can make; a total coarser than its parts adds its own half."""
    digit = min(_digit(part) for part in parts)
    coarser = _digit(total) if _digit(total) > digit else Decimal(0)
    return _HALF * (len(parts) * digit + coarser)


def _digit(value: Decimal) -> Decimal:
    """One of the last printed digit: 0.01 for 3.25, 1 for 1200."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
