"""Indicators 指标 as a document states them, before any database, and as `parse --json` prints them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tracker.domain.bounding_words import Pace
    from tracker.domain.measure_words import Bound, Change
    from tracker.importers.problem import Problem

IndicatorKind = Literal["", "binding", "anticipated"]


@dataclass(frozen=True, slots=True)
class IndicatorPoint:
    """A value at a date. `value` is None for words (应兜尽兜); `text` is always as printed.

    `date` is an ISO 8601 prefix (2025, 2019-06), "" where the document gives none.
    """

    text: str
    value: Decimal | None
    date: str = ""
    bound: Bound = "exactly"
    is_strict: bool = False
    upper: Decimal | None = None
    change: Change = ""
    pace: Pace = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ParsedIndicator:
    """One indicator. No baseline, no target: the table prints a blank or a dash, which is unknown, not zero.

    `kind` is 约束性 binding or 预期性 anticipated, "" where not said. `targets` stand in the order of their
    dates. A `proposed` one was found in running text and waits for a person; `task` is a task's number or "".
    """

    name: str
    unit: str
    where: str
    kind: IndicatorKind = ""
    baseline: IndicatorPoint | None = None
    targets: tuple[IndicatorPoint, ...] = ()
    growth: IndicatorPoint | None = None
    number: str = ""
    category: str = ""
    task: str = ""
    proposed: bool = False

    @property
    def target(self) -> IndicatorPoint | None:
        """The last target: the one that the plan ends with."""
        return self.targets[-1] if self.targets else None


@dataclass(frozen=True, slots=True)
class Totals:
    """The printed totals of a set: `label` as printed, one value for each row or column, None if unknown."""

    label: str
    values: tuple[Decimal | None, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """A table of one measure by rows and columns (八大工程 × 县). None is unknown: the cell is blank.

    Totals are as printed, never computed. `row_totals` has one value a row and adds up the columns listed in
    `parts` (项目个数 beside 万元 is no part); `column_totals` has one a column. `places` is one a row.
    """

    title: str
    unit: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[Decimal | None, ...], ...]
    where: str
    places: tuple[str, ...]
    row_totals: Totals | None = None
    column_totals: Totals | None = None
    grand_total: Decimal | None = None
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorReading:
    """What a document says about indicators; `problems` are never blocking."""

    indicators: tuple[ParsedIndicator, ...] = ()
    sets: tuple[IndicatorSet, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


_PLAIN: Final = ("number", "category", "name", "unit", "kind", "task", "proposed", "where")


def indicator_json(
    indicators: Sequence[ParsedIndicator], sets: Sequence[IndicatorSet] = ()
) -> list[dict[str, Any]]:
    """The `indicators` key of `parse --json`: one entry an indicator, then one of type `set` for each table.

    An indicator: `type` "indicator"; `number`, `category`, `name`, `unit`, `kind` ("binding", "anticipated"
    or ""), `task`, `proposed`, `where`; `baseline`, `target` (the last one), `growth`, each a point or null;
    `targets`, all of them. A point: `value` (a number, null for words), `text`, `date`, `bound` ("exactly",
    "at_least", "at_most", "about"), `strict`, `upper`, `change` ("", "increase", "decrease", "keep"), `pace`,
    `note`.

    A set: `type` "set"; `title`, `unit`, `rows`, `columns`, `values` (rows of numbers, null where the cell is
    blank), `row_totals` and `column_totals` ({"label", "values"} or null), `grand_total`, `parts` (places of
    the columns that the row totals add up), `where`.
    """
    return [*map(_indicator, indicators), *map(_set, sets)]


def _indicator(indicator: ParsedIndicator) -> dict[str, Any]:
    return {
        "type": "indicator",
        **{name: getattr(indicator, name) for name in _PLAIN},
        "baseline": _point(indicator.baseline),
        "target": _point(indicator.target),
        "targets": [_point(point) for point in indicator.targets],
        "growth": _point(indicator.growth),
    }


def _point(point: IndicatorPoint | None) -> dict[str, Any] | None:
    if point is None:
        return None
    return {
        "value": _number(point.value),
        "text": point.text,
        "date": point.date,
        "bound": point.bound,
        "strict": point.is_strict,
        "upper": _number(point.upper),
        "change": point.change,
        "pace": point.pace,
        "note": point.note,
    }


def _set(table: IndicatorSet) -> dict[str, Any]:
    return {
        "type": "set",
        "title": table.title,
        "unit": table.unit,
        "rows": list(table.rows),
        "columns": list(table.columns),
        "values": [[_number(value) for value in row] for row in table.values],
        "row_totals": _totals(table.row_totals),
        "column_totals": _totals(table.column_totals),
        "grand_total": _number(table.grand_total),
        "parts": list(table.parts),
        "where": table.where,
    }


def _totals(totals: Totals | None) -> dict[str, Any] | None:
    if totals is None:
        return None
    return {"label": totals.label, "values": [_number(value) for value in totals.values]}


def _number(value: Decimal | None) -> int | float | None:
    """A JSON number: a whole one is exact, and a figure has few enough digits for a float to print alike."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
