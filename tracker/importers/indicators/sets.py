"""A table of one measure by rows and columns (八大工程 × 县) with its printed totals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.domain.figures import read_figure
from tracker.importers.indicators.parsed import IndicatorSet, Totals
from tracker.importers.indicators.totals import FEWEST, RATE, TOTAL, explained

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tracker.importers.indicators.tables import FigureTable

_SUBTOTAL: Final = re.compile(r".{0,6}小计")
# 全市 may head the sum of its counties or their average: only the figures tell.
_WHOLE: Final = re.compile(r"全[市县区州盟旗镇乡]")
_COUNTED: Final = re.compile(r".*(?:个数|数量|备注).*")
_NUMBER: Final = re.compile(r"序号?|编号|No\.?", re.IGNORECASE)
_ALLOCATION: Final = re.compile(r"任务|目标|指标|投资|资金|计划|预算|分解|分配")


def read_set(table: FigureTable) -> IndicatorSet | None:
    """The set in `table`; None when it holds words, or neither prints a total nor allots anything."""
    first = 1 if _NUMBER.fullmatch(table.labels[0]) else 0
    columns = [place for place in range(first + 1, len(table.labels)) if _is_numeric(table, place)]
    rows = [
        index for index, row in enumerate(table.rows) if row[first] and any(row[place] for place in columns)
    ]
    if len(columns) < FEWEST or len(rows) < FEWEST or _words(table, first):
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
    totals = [place for place, name in names if TOTAL.fullmatch(name) and not _SUBTOTAL.fullmatch(name)]
    return totals[0] if len(totals) == 1 else None


def _parts(table: FigureTable, kept: Sequence[int], total: int) -> tuple[int, ...]:
    """Places in `kept` of the columns that the total adds up: those under 其中, or those on its one side."""
    below = [place for place in kept if table.is_below[place]]
    side = [place for place in kept if place > total] or [place for place in kept if place < total]
    parts = below or [place for place in side if not _is_apart(table.labels[place])]
    return tuple(kept.index(place) for place in parts)


def _is_apart(label: str) -> bool:
    return bool(_COUNTED.fullmatch(label) or RATE.fullmatch(label))


def _adds_up(table: FigureTable, total: int, rows: Sequence[int]) -> bool:
    """Whether the figures of row `total` are the sums of the other rows, in most columns that print one."""
    hits = tries = 0
    for place in range(1, len(table.labels)):
        printed = _value(table.rows[total][place])
        parts = [part for row in rows if row != total if (part := _value(table.rows[row][place])) is not None]
        if printed is not None and len(parts) >= FEWEST:
            tries += 1
            hits += abs(printed - sum(parts)) <= explained(printed, parts)
    return hits * 2 > tries


def _value(text: str) -> Decimal | None:
    figure = read_figure(text)
    return figure.value if figure else None


def cell_unit(table: IndicatorSet, column: int) -> str:
    """The unit of the cells of a column: that of the table does not hold for 项目个数 or 占比."""
    return "" if _is_apart(table.columns[column]) else table.unit
