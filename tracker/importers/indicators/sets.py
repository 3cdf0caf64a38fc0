"""A table of one measure by rows and columns (八大工程 × 县) with its printed totals, and the check of these.

The difference is always the printed total minus the sum of the printed parts: +1 says that the total is
printed one higher than its parts give, -1 one lower. A difference that rounding can explain is at most half
of the last printed digit for each part.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tracker.domain.figures import read_figure
from tracker.importers.indicators.parsed import IndicatorSet, Totals
from tracker.importers.parsed import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.importers.indicators.tables import FigureTable

_TOTAL: Final = re.compile(
    r".{0,6}(?:总计|合计|共计|小计|总投资|总额|总量|总数|总和|计划投资|资金总|投资总).{0,4}|计"
)
_SUBTOTAL: Final = re.compile(r".{0,6}小计")
# 全市 may head the sum of its counties or their average: only the figures tell.
_WHOLE: Final = re.compile(r"全[市县区州盟旗镇乡]")
_COUNTED: Final = re.compile(r".*(?:个数|数量|备注).*")
_RATE: Final = re.compile(r".*(?:占比|比重|比例|百分比|增速|增长|[^概效功倍]率|人均|平均|指数|%|％|与.+比).*")
_NUMBER: Final = re.compile(r"序号?|编号|No\.?", re.IGNORECASE)
_ALLOCATION: Final = re.compile(r"任务|目标|指标|投资|资金|计划|预算|分解|分配")
_FEWEST: Final = 2
_HALF: Final = Decimal("0.5")


def read_set(table: FigureTable) -> IndicatorSet | None:
    """The set in `table`; None when it holds words, or neither prints a total nor allots anything."""
    first = 1 if _NUMBER.fullmatch(table.labels[0]) else 0
    columns = [place for place in range(first + 1, len(table.labels)) if _is_numeric(table, place)]
    rows = [
        index for index, row in enumerate(table.rows) if row[first] and any(row[place] for place in columns)
    ]
    if len(columns) < _FEWEST or len(rows) < _FEWEST or _words(table, first):
        return None
    total_column = _only_total([(place, table.labels[place]) for place in columns])
    named = [(index, table.rows[index][first]) for index in rows]
    total_row = _only_total(named)
    if total_row is None:
        total_row = next(
            (index for index, name in named if _WHOLE.fullmatch(name) and _adds_up(table, index, rows)), None
        )
    if total_column is None and total_row is None and not _ALLOCATION.search(table.caption):
        return None
    kept = [place for place in columns if place != total_column]
    listed = [index for index in rows if index != total_row]
    values = {(index, place): _value(table.rows[index][place]) for index in rows for place in columns}
    return IndicatorSet(
        title=table.caption,
        unit=table.unit,
        rows=tuple(table.rows[index][first] for index in listed),
        columns=tuple(table.labels[place] for place in kept),
        values=tuple(tuple(values[index, place] for place in kept) for index in listed),
        where=table.where,
        places=tuple(table.places[index] for index in listed),
        row_totals=None
        if total_column is None
        else Totals(table.labels[total_column], tuple(values[index, total_column] for index in listed)),
        column_totals=None
        if total_row is None
        else Totals(
            table.rows[total_row][first],
            tuple(values[total_row, place] for place in kept),
            table.places[total_row],
        ),
        grand_total=None if total_row is None or total_column is None else values[total_row, total_column],
        parts=() if total_column is None else _parts(table, kept, total_column),
    )


def _is_numeric(table: FigureTable, place: int) -> bool:
    figures = [figure for row in table.rows if row[place] and (figure := read_figure(row[place]))]
    return bool(figures) and all(figure.value is not None for figure in figures)


def _words(table: FigureTable, first: int) -> bool:
    """Whether a column holds sentences: then it is a table of tasks that happens to have figures."""
    return any(len(row[place]) > 60 for row in table.rows for place in range(first, len(row)))  # noqa: PLR2004


def _only_total(names: Sequence[tuple[int, str]]) -> int | None:
    totals = [place for place, name in names if _TOTAL.fullmatch(name) and not _SUBTOTAL.fullmatch(name)]
    return totals[0] if len(totals) == 1 else None


def _parts(table: FigureTable, kept: Sequence[int], total: int) -> tuple[int, ...]:
    """Places in `kept` of the columns that the total adds up: those under 其中, or those on its one side."""
    below = [place for place in kept if table.is_below[place]]
    side = [place for place in kept if place > total] or [place for place in kept if place < total]
    parts = below or [place for place in side if not _is_apart(table.labels[place])]
    return tuple(kept.index(place) for place in parts)


def _is_apart(label: str) -> bool:
    return bool(_COUNTED.fullmatch(label) or _RATE.fullmatch(label))


def _adds_up(table: FigureTable, total: int, rows: Sequence[int]) -> bool:
    """Whether the figures of row `total` are the sums of the other rows, in most columns that print one."""
    hits = tries = 0
    for place in range(1, len(table.labels)):
        printed = _value(table.rows[total][place])
        parts = [part for row in rows if row != total if (part := _value(table.rows[row][place])) is not None]
        if printed is not None and len(parts) >= _FEWEST:
            tries += 1
            hits += abs(printed - sum(parts)) <= _explained(printed, parts)
    return hits * 2 > tries


def _value(text: str) -> Decimal | None:
    figure = read_figure(text)
    return figure.value if figure else None


def check_totals(table: IndicatorSet) -> tuple[Problem, ...]:
    """What is odd about the printed totals: one problem a row or column, rows first.

    `rounding`: rounding explains the difference. `total_mismatch`: it does not. `total_unchecked`: a blank
    part is unknown and may be the rest. None is blocking: totals stay as printed.
    """
    return tuple(problem for sum_ in _sums(table) if (problem := _check(*sum_)))


def _sums(table: IndicatorSet) -> Iterator[tuple[str, str, Decimal | None, list[Decimal | None]]]:
    """Place, name, printed total and parts of every sum that the table prints."""
    if any(_TOTAL.fullmatch(name) for name in (*table.rows, *table.columns)):
        return  # Subtotals among the parts would be added twice.
    rows, columns = table.row_totals, table.column_totals
    if rows:
        for where, name, row, total in zip(table.places, table.rows, table.values, rows.values, strict=True):
            yield where, f"“{name}”行", total, [row[place] for place in table.parts]
    if rows and columns:
        parts = [columns.values[place] for place in table.parts]
        yield columns.where, f"“{columns.label}”行", table.grand_total, parts
    if columns:
        for place, (name, total) in enumerate(zip(table.columns, columns.values, strict=True)):
            if not _RATE.fullmatch(name):
                yield columns.where, f"“{name}”列", total, [row[place] for row in table.values]
    if rows and columns:
        yield columns.where, f"“{rows.label}”列", table.grand_total, list(rows.values)


def _check(where: str, name: str, total: Decimal | None, parts: Sequence[Decimal | None]) -> Problem | None:
    known = [part for part in parts if part is not None]
    if total is None or len(known) < _FEWEST:
        return None
    difference = total - sum(known)
    if not difference:
        return None
    said = f"{name}的合计印作 {total}，各分项之和为 {sum(known)}，相差 {difference:+}"
    if abs(difference) <= _explained(total, known):
        code, message = "rounding", f"{said}，可由四舍五入解释，按原文保留。"
    elif len(known) < len(parts) and difference > 0:
        blanks = len(parts) - len(known)
        code, message = "total_unchecked", f"{said}；有 {blanks} 个空白分项（不作为零），合计无法核对。"
    else:
        code, message = "total_mismatch", f"{said}，四舍五入解释不了。按原文保留，请对照原文核实。"
    return Problem(where, code, message, is_blocking=False)


def _explained(total: Decimal, parts: Sequence[Decimal]) -> Decimal:
    """The largest difference that rounding can make; a total coarser than its parts adds its own half."""
    digit = min(_digit(part) for part in parts)
    coarser = _digit(total) if _digit(total) > digit else Decimal(0)
    return _HALF * (len(parts) * digit + coarser)


def _digit(value: Decimal) -> Decimal:
    """One of the last printed digit: 0.01 for 3.25, 1 for 1200."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
