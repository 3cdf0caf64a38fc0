"""Stores the indicators of a new version: those that go on keep their number in the list and what was said of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.actions.lists.indicator_choices import indicator_keys
from tracker.actions.lists.stated_indicators import StatedIndicators, stated_indicators, totals_json
from tracker.domain.indicator_lineage import IndicatorIdentity, going_on
from tracker.importers.indicators.parsed import IndicatorPoint, ParsedIndicator
from tracker.importers.indicators.sets import cell_unit
from tracker.models import (
    Indicator,
    IndicatorKind,
    IndicatorSet,
    IndicatorState,
    IndicatorValue,
    ValueRole,
    key,
)
from tracker.store.indicators import last_indicator_lineage
from tracker.store.list_lines import lineages_of
from tracker.store.lists import tasks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlmodel import Session

    from tracker.actions.lists.list_content import ListContent
    from tracker.importers.indicators.parsed import IndicatorSet as ParsedSet
    from tracker.models import ListVersion, TaskList

# As wide as its column: what is longer is no number.
_LONGEST_NUMBER: Final = 20


@dataclass(frozen=True, slots=True)
class _Entry:
    """One indicator; `table` is the place of its set among those of the document, None outside of any."""

    indicator: ParsedIndicator
    chosen: IndicatorState | None = None
    table: int | None = None
    title: str = ""
    row: str = ""
    column: str = ""

    @property
    def stated(self) -> tuple[object, ...]:
        return self.indicator.baseline, self.indicator.targets, self.indicator.growth

    def identity(self, task_lineages: Mapping[str, int]) -> IndicatorIdentity:
        return IndicatorIdentity(
            name=self.indicator.name,
            unit=self.indicator.unit,
            task=task_lineages.get(self.indicator.task),
            table=self.title,
            row=self.row,
            column=self.column,
            is_change=any(point.change in ("increase", "decrease") for point in self.indicator.targets),
        )


def says_the_same(before: StatedIndicators, content: ListContent) -> bool:
    """Whether the document states what was stored; where in its file it does is not what it states."""
    indicators = [_said(found.indicator) for found in before.indicators]
    sets = [_said_set(found.table) for found in before.sets]
    return indicators == [_said(entry.indicator) for entry in _alone(content)] and sets == [
        _said_set(table) for table in content.indicator_sets
    ]


def chosen_anew(before: StatedIndicators, content: ListContent) -> dict[int, IndicatorState]:
    """What a person has chosen with a document that says the same as before, by lineage."""
    return {
        found.lineage: entry.chosen
        for found, entry in zip(before.indicators, _alone(content), strict=True)
        if entry.chosen
    }


def store_indicators(
    session: Session,
    task_list: TaskList,
    version: ListVersion,
    before: ListVersion | None,
    content: ListContent,
) -> None:
    """Writes those of `version`, whose tasks are stored. Versions before it stay as they are.

    What a person has chosen with the document counts first; then what was confirmed or dismissed in the version
    before; else those of a table are confirmed, and a quantity from running text is proposed.
    """
    entries = [*_alone(content), *_cells(content.indicator_sets)]
    going = _going_on(session, version, before, entries)
    new = itertools.count(last_indicator_lineage(session, task_list) + 1)
    tasks = {task.number: key(task) for task in tasks_of(session, key(version))}
    sets = _add_sets(session, version, content.indicator_sets)
    indicators = []
    for position, (entry, known) in enumerate(zip(entries, going, strict=True), start=1):
        found = entry.indicator
        indicator = Indicator(
            version_id=key(version),
            lineage=known[0] if known else next(new),
            task_id=tasks.get(found.task),
            set_id=None if entry.table is None else sets[entry.table],
            row=entry.row,
            column=entry.column,
            position=position,
            number=found.number,
            category=found.category,
            name=found.name,
            unit=found.unit,
            kind=IndicatorKind(found.kind or "unstated"),
            state=_state(entry, known[1] if known else None),
            place=found.where,
        )
        indicators.append(indicator)
    session.add_all(indicators)
    session.flush()
    for indicator, entry in zip(indicators, entries, strict=True):
        session.add_all(_values(entry.indicator, key(indicator)))
    session.flush()


def _going_on(
    session: Session, version: ListVersion, before: ListVersion | None, entries: Sequence[_Entry]
) -> list[tuple[int, IndicatorState] | None]:
    """For each entry the number and state that it had in the version before, None for a new one."""
    if before is None:
        return [None] * len(entries)
    stated = stated_indicators(session, key(before))
    known = [(found.lineage, found.state) for found in stated.indicators]
    known += [cell for found in stated.sets for cell in found.cells]
    old = [_Entry(found.indicator) for found in stated.indicators]
    old += _cells([found.table for found in stated.sets])
    old_tasks, new_tasks = lineages_of(session, key(before)), lineages_of(session, key(version))
    places = going_on(
        [(entry.identity(old_tasks), entry.stated) for entry in old],
        [(entry.identity(new_tasks), entry.stated) for entry in entries],
    )
    return [None if place is None else known[place] for place in places]


def _state(entry: _Entry, before: IndicatorState | None) -> IndicatorState:
    if entry.chosen:
        return entry.chosen
    if before in (IndicatorState.CONFIRMED, IndicatorState.DISMISSED):
        return before
    return IndicatorState.PROPOSED if entry.indicator.proposed else IndicatorState.CONFIRMED


def _alone(content: ListContent) -> list[_Entry]:
    """Those outside sets; one of a task that did not become a task of the list is none of the list's."""
    numbers = {"", *(task.number for task in content.tasks)}
    return [
        _Entry(
            replace(found, number=found.number[:_LONGEST_NUMBER]), chosen=content.indicator_states.get(name)
        )
        for found, name in zip(content.indicators, indicator_keys(content.indicators), strict=True)
        if found.task in numbers
    ]


def _cells(sets: Iterable[ParsedSet]) -> Iterator[_Entry]:
    """Every cell, row by row; a blank one is an indicator without values."""
    for table, found in enumerate(sets):
        for row, where, amounts in zip(found.rows, found.places, found.values, strict=True):
            for place, (column, amount) in enumerate(zip(found.columns, amounts, strict=True)):
                targets = () if amount is None else (IndicatorPoint(f"{amount:f}", amount),)
                indicator = ParsedIndicator(
                    f"{row}·{column}", cell_unit(found, place), where, targets=targets
                )
                yield _Entry(indicator, table=table, title=found.title, row=row, column=column)


def _add_sets(session: Session, version: ListVersion, sets: Sequence[ParsedSet]) -> list[int]:
    rows = [
        IndicatorSet(
            version_id=key(version),
            position=position,
            title=found.title,
            unit=found.unit,
            totals=totals_json(found),
            place=found.where,
        )
        for position, found in enumerate(sets, start=1)
    ]
    session.add_all(rows)
    session.flush()
    return [key(row) for row in rows]


def _values(found: ParsedIndicator, indicator_id: int) -> Iterator[IndicatorValue]:
    points = [(ValueRole.BASELINE, found.baseline), *((ValueRole.TARGET, point) for point in found.targets)]
    points.append((ValueRole.GROWTH, found.growth))
    for position, (role, point) in enumerate(points, start=1):
        if point is not None:
            yield IndicatorValue(
                indicator_id=indicator_id,
                role=role,
                position=position,
                text=point.text,
                value=point.value,
                upper=point.upper,
                on_date=point.date,
                bound=point.bound,
                is_strict=point.is_strict,
                change=point.change,
                pace=point.pace,
                note=point.note,
            )


def _said(found: ParsedIndicator) -> ParsedIndicator:
    return replace(found, where="", proposed=False)


def _said_set(table: ParsedSet) -> ParsedSet:
    return replace(
        table,
        where="",
        places=(),
        row_totals=table.row_totals and replace(table.row_totals, where=""),
        column_totals=table.column_totals and replace(table.column_totals, where=""),
    )
