"""The indicators of a version as its document states them, each with what a person has said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from tracker.importers.indicators.parsed import (
    IndicatorPoint,
    IndicatorSet,
    ParsedIndicator,
    Totals,
    indicator_json,
)
from tracker.models import IndicatorState, ValueRole, key
from tracker.store.indicators import indicator_sets_of, indicator_values_of, indicators_of
from tracker.store.lists import tasks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session

    from tracker.domain.bounding_words import Pace
    from tracker.domain.measure_words import Bound, Change
    from tracker.models import Indicator, IndicatorValue
    from tracker.models import IndicatorSet as SetRow

_KINDS: Final[Mapping[str, Literal["", "binding", "anticipated"]]] = {
    "binding": "binding",
    "anticipated": "anticipated",
    "unstated": "",
}


@dataclass(frozen=True, slots=True)
class StatedIndicator:
    """One indicator, `lineage` being its number in the list. Where it came from, table or text, is not kept."""

    lineage: int
    state: IndicatorState
    indicator: ParsedIndicator


@dataclass(frozen=True, slots=True)
class StatedSet:
    """One table of a measure. `cells` are (lineage, state) row by row, as the table's own values."""

    id: int
    table: IndicatorSet
    cells: tuple[tuple[int, IndicatorState], ...]

    @property
    def is_dismissed(self) -> bool:
        return all(state is IndicatorState.DISMISSED for _lineage, state in self.cells)


@dataclass(frozen=True, slots=True)
class StatedIndicators:
    """Everything that a version states, in the document's order."""

    indicators: tuple[StatedIndicator, ...] = ()
    sets: tuple[StatedSet, ...] = ()


def stated_indicators(session: Session, version_id: int) -> StatedIndicators:
    """What was stored, in the shape that the importer reads."""
    values = indicator_values_of(session, version_id)
    numbers = {key(task): task.number for task in tasks_of(session, version_id)}
    alone: list[StatedIndicator] = []
    cells: dict[int, list[Indicator]] = {}
    for found in indicators_of(session, version_id):
        if found.set_id is not None:
            cells.setdefault(found.set_id, []).append(found)
        else:
            stated = as_stated(found, values.get(key(found), ()), numbers.get(found.task_id or 0, ""))
            alone.append(StatedIndicator(found.lineage, found.state, stated))
    return StatedIndicators(
        tuple(alone),
        tuple(_set(row, cells.get(key(row), []), values) for row in indicator_sets_of(session, version_id)),
    )


def stated_json(stated: StatedIndicators) -> list[dict[str, Any]]:
    """As `indicator_json`, with `lineage` and `state` of each; of a set one row of them for each of its rows."""
    result: list[dict[str, Any]] = []
    for found in stated.indicators:
        (shape,) = indicator_json([found.indicator])
        del shape["proposed"]
        result.append(shape | {"lineage": found.lineage, "state": found.state.value})
    for of_set in stated.sets:
        (shape,) = indicator_json([], [of_set.table])
        width = len(of_set.table.columns)
        rows = [of_set.cells[start : start + width] for start in range(0, len(of_set.cells), width)]
        result.append(
            shape
            | {
                "lineages": [[lineage for lineage, _state in row] for row in rows],
                "states": [[state.value for _lineage, state in row] for row in rows],
            }
        )
    return result


def totals_json(table: IndicatorSet) -> str:
    """What a set's row keeps of its table: its width, its totals as printed, and what the row totals add up."""

    def totals(found: Totals | None) -> dict[str, Any] | None:
        if found is None:
            return None
        values = [None if value is None else str(value) for value in found.values]
        return {"label": found.label, "values": values, "where": found.where}

    return json.dumps(
        {
            "columns": len(table.columns),
            "row_totals": totals(table.row_totals),
            "column_totals": totals(table.column_totals),
            "grand_total": None if table.grand_total is None else str(table.grand_total),
            "parts": list(table.parts),
        },
        ensure_ascii=False,
    )


def as_stated(found: Indicator, values: Sequence[IndicatorValue], task: str) -> ParsedIndicator:
    """One stored indicator in the shape that the importer reads; `task` is its task's number or ""."""
    points = {role: tuple(_point(value) for value in values if value.role is role) for role in ValueRole}
    return ParsedIndicator(
        name=found.name,
        unit=found.unit,
        where=found.place,
        kind=_KINDS[found.kind.value],
        baseline=next(iter(points[ValueRole.BASELINE]), None),
        targets=points[ValueRole.TARGET],
        growth=next(iter(points[ValueRole.GROWTH]), None),
        number=found.number,
        category=found.category,
        task=task,
    )


def _point(value: IndicatorValue) -> IndicatorPoint:
    return IndicatorPoint(
        text=value.text,
        value=value.value,
        date=value.on_date,
        bound=cast("Bound", value.bound),
        is_strict=value.is_strict,
        upper=value.upper,
        change=cast("Change", value.change),
        pace=cast("Pace", value.pace),
        note=value.note,
    )


def _set(
    row: SetRow, cells: Sequence[Indicator], values: Mapping[int, Sequence[IndicatorValue]]
) -> StatedSet:
    kept = json.loads(row.totals)
    width = kept["columns"]
    lines = [cells[start : start + width] for start in range(0, len(cells), width)]
    amounts = [[_amount(values.get(key(cell), ())) for cell in line] for line in lines]
    table = IndicatorSet(
        title=row.title,
        unit=row.unit,
        rows=tuple(line[0].row for line in lines),
        columns=tuple(cell.column for cell in cells[:width]),
        values=tuple(map(tuple, amounts)),
        where=row.place,
        places=tuple(line[0].place for line in lines),
        row_totals=_totals(kept["row_totals"]),
        column_totals=_totals(kept["column_totals"]),
        grand_total=_decimal(kept["grand_total"]),
        parts=tuple(kept["parts"]),
    )
    return StatedSet(key(row), table, tuple((cell.lineage, cell.state) for cell in cells))


def _amount(values: Sequence[IndicatorValue]) -> Decimal | None:
    return values[0].value if values else None


def _totals(kept: Mapping[str, Any] | None) -> Totals | None:
    return Totals(kept["label"], tuple(map(_decimal, kept["values"])), kept["where"]) if kept else None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
