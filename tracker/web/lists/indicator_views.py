"""Indicators as pages show them: those of the whole document, those of each task, and tables with their totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tracker.i18n import mark
from tracker.importers.indicators.totals import differences
from tracker.reports.indicator_wording import KIND_LABELS, date_in_words, value_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from tracker.importers.indicators.parsed import IndicatorPoint, IndicatorSet, ParsedIndicator
    from tracker.importers.indicators.totals import Difference

    Gettext = Callable[[str], str]

GAP_LABELS: Final = {
    "rounding": mark("尾差"),
    "total_unchecked": mark("有空白，无法核对"),
    "total_mismatch": mark("对不上"),
}


class TaskLike(Protocol):
    """A task as stored or as read."""

    @property
    def number(self) -> str: ...
    @property
    def section(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def content(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PointView:
    """One value in words, with its date ("" for none) and the words that the document prints."""

    value: str
    date: str
    printed: str


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """`key` is what a form calls it by; `heading` is its category where that is another than the one above.

    `quote` is what running text says; "" for a row of a table. `is_proposed` is known while importing only.
    """

    key: str
    state: str
    heading: str
    number: str
    name: str
    kind: str
    baseline: PointView | None
    targets: tuple[PointView, ...]
    growth: PointView | None
    quote: str
    where: str
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    number: str
    title: str
    content: str
    indicators: tuple[IndicatorView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """The tasks with indicators under one heading; `count` is of their indicators, `open` of those not settled."""

    heading: str
    tasks: tuple[TaskView, ...]
    count: int
    open: int


@dataclass(frozen=True, slots=True)
class GapView:
    """A printed total minus the sum of its parts; `label` says what that means, `title` in full."""

    amount: str
    kind: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class SetRowView:
    """A cell of "" is blank, which is unknown. `gap` belongs to `total`."""

    label: str
    cells: tuple[str, ...]
    total: str
    gap: GapView | None


@dataclass(frozen=True, slots=True)
class SetView:
    """`totals` is the printed last row; `gaps` run along its cells, then its grand total."""

    title: str
    unit: str
    where: str
    columns: tuple[str, ...]
    rows: tuple[SetRowView, ...]
    total_label: str
    totals: SetRowView | None
    gaps: tuple[GapView | None, ...]
    counts: tuple[tuple[str, str, int], ...]

    @property
    def has_row_gaps(self) -> bool:
        return any(row.gap for row in (*self.rows, self.totals) if row)

    @property
    def has_column_gaps(self) -> bool:
        return any(self.gaps)


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator to be shown; `state` is a word of IndicatorState."""

    key: str
    state: str
    indicator: ParsedIndicator


def whole_view(entries: Sequence[Entry], gettext: Gettext) -> tuple[IndicatorView, ...]:
    """Those that belong to no task."""
    return _views([entry for entry in entries if not entry.indicator.task], gettext)


def task_views(
    entries: Sequence[Entry], tasks: Sequence[TaskLike], gettext: Gettext
) -> tuple[GroupView, ...]:
    """Those of tasks, under the tasks' own headings; a task without any is left out."""
    by_task: dict[str, list[Entry]] = {}
    for entry in entries:
        by_task.setdefault(entry.indicator.task, []).append(entry)
    groups: list[tuple[str, list[TaskView]]] = []
    for task in tasks:
        if found := by_task.get(task.number):
            heading = " · ".join(filter(None, (task.section, task.measure)))
            if not groups or groups[-1][0] != heading:
                groups.append((heading, []))
            views = _views(found, gettext)
            groups[-1][1].append(TaskView(task.number, task.title, task.content, views))
    return tuple(_group(heading, found) for heading, found in groups)


def set_view(table: IndicatorSet, gettext: Gettext) -> SetView:
    found = differences(table)
    across = {gap.row: _gap(gap, gettext) for gap in found if not gap.is_down}
    down = {gap.column: _gap(gap, gettext) for gap in found if gap.is_down}
    totals, last = table.row_totals, table.column_totals
    kinds = [gap.code for gap in found]
    return SetView(
        title=table.title,
        unit=table.unit,
        where=table.where,
        columns=table.columns,
        rows=tuple(
            SetRowView(
                label,
                tuple(map(_figure, cells)),
                _figure(totals.values[place]) if totals else "",
                across.get(place),
            )
            for place, (label, cells) in enumerate(zip(table.rows, table.values, strict=True))
        ),
        total_label=totals.label if totals else "",
        totals=SetRowView(
            last.label, tuple(map(_figure, last.values)), _figure(table.grand_total), across.get(None)
        )
        if last
        else None,
        gaps=tuple(down.get(place) for place in (*range(len(table.columns)), None)),
        counts=tuple(
            (kind, gettext(label), kinds.count(kind)) for kind, label in GAP_LABELS.items() if kind in kinds
        ),
    )


def states_in_words(labels: Mapping[str, str], gettext: Gettext) -> dict[str, str]:
    return {state: gettext(label) for state, label in labels.items()}


def _group(heading: str, tasks: Sequence[TaskView]) -> GroupView:
    states = [view.state for task in tasks for view in task.indicators]
    return GroupView(heading, tuple(tasks), len(states), states.count("proposed"))


def _views(entries: Sequence[Entry], gettext: Gettext) -> tuple[IndicatorView, ...]:
    views = []
    category = ""
    for entry in entries:
        found = entry.indicator
        views.append(
            IndicatorView(
                key=entry.key,
                state=entry.state,
                heading=found.category if found.category != category else "",
                number=found.number,
                name=found.name,
                kind=gettext(KIND_LABELS[found.kind]) if found.kind else "",
                baseline=_point(found.baseline, found.unit, gettext) if found.baseline else None,
                targets=tuple(_point(point, found.unit, gettext) for point in found.targets),
                # A rate of growth is printed without the unit of its indicator.
                growth=_point(found.growth, "", gettext) if found.growth else None,
                quote=_quote(found),
                where=found.where,
                is_proposed=found.proposed,
            )
        )
        category = found.category
    return tuple(views)


def _point(point: IndicatorPoint, unit: str, gettext: Gettext) -> PointView:
    return PointView(value_in_words(point, unit, gettext), date_in_words(point.date, gettext), point.text)


def _quote(found: ParsedIndicator) -> str:
    is_row = found.number or found.category or found.kind
    return "" if is_row or not found.targets else found.targets[0].text


def _gap(found: Difference, gettext: Gettext) -> GapView:
    label = gettext(GAP_LABELS[found.code])
    title = gettext("{name}：印作 {printed}，各分项之和 {parts}，{label}").format(
        name=found.name, printed=f"{found.printed:f}", parts=f"{found.parts:f}", label=label
    )
    return GapView(f"{found.amount:+f}", found.code, label, title)


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
