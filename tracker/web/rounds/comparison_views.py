"""Two reports side by side, as a page shows them: totals, units by kind, tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.i18n import mark
from tracker.reports.accounts.account import OWN_WORDS
from tracker.reports.ranking import fault_label
from tracker.reports.wording import kind_label, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.domain.assessment import Assessment
    from tracker.domain.rates import Rates
    from tracker.reports.accounts.comparison import Comparison, EntryChange, TaskChange, UnitChange

    Gettext = Callable[[str], str]

_COUNTS: Final = (
    (mark("应报"), "expected"),
    (mark("已报"), "filed"),
    (mark("按时"), "on_time"),
    (mark("逾期"), "late"),
    (mark("未报"), "missing"),
    (mark("无进展"), "nil"),
    (mark("退回"), "returned"),
    (mark("通过"), "accepted"),
    (mark("免报"), "exempt"),
)
# What a row of a unit or a task says only where it changed.
_BESIDE: Final = frozenset({"late", "nil", "returned", "accepted", "exempt"})
_TITLE: Final = mark("标题")
_SHARES: Final = ((mark("报送率"), "completeness"), (mark("及时率"), "timeliness"))


@dataclass(frozen=True, slots=True)
class Figure:
    """`change` is "" where nothing changed, else with its sign."""

    label: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """`notes` are the counts that changed beside those that every row shows: 退回 2 → 3."""

    unit: UnitChange
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """`leads`: the unit, and what it said of the task in the one and in the other, "" for nothing.

    `entries`: what changed of what units filed, and which units; said of two editions only, as two rounds have no text
    in common.
    """

    task: TaskChange
    leads: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    entries: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """`own_words` and `indicators` are those that a correction changed, by their names."""

    figures: tuple[Figure, ...]
    kinds: tuple[tuple[str, tuple[UnitRow, ...]], ...]
    tasks: tuple[TaskRow, ...]
    asks_assessment: bool
    own_words: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.figures or self.kinds or self.tasks or self.own_words or self.indicators)


def comparison_view(comparison: Comparison, gettext: Gettext) -> ComparisonView:
    """Everything, changed or not."""
    return ComparisonView(
        _figures(comparison.before.rates, comparison.after.rates, gettext),
        tuple(
            (kind_label(kind.kind, gettext), tuple(_unit(unit, gettext) for unit in kind.units))
            for kind in comparison.kinds
        ),
        tuple(_task(task, gettext) for task in comparison.tasks),
        comparison.before.asks_assessment or comparison.after.asks_assessment,
    )


def edition_changes(comparison: Comparison, gettext: Gettext) -> ComparisonView:
    """What a correction changed, and nothing else."""
    view = comparison_view(comparison, gettext)
    kinds = [(label, tuple(row for row in rows if row.unit.is_changed)) for label, rows in view.kinds]
    return ComparisonView(
        tuple(figure for figure in view.figures if figure.change),
        tuple((label, rows) for label, rows in kinds if rows),
        tuple(replace(row, entries=_entries(row.task, gettext)) for row in view.tasks if row.task.is_changed),
        view.asks_assessment,
        tuple(gettext(OWN_WORDS.get(name, _TITLE)) for name in comparison.own_words),
        tuple(f"{number} {name}" for number, name in comparison.indicators),
    )


def _figures(before: Rates, after: Rates, gettext: Gettext) -> tuple[Figure, ...]:
    counts = [_count(gettext(label), getattr(before, name), getattr(after, name)) for label, name in _COUNTS]
    shares = [
        _share(gettext(label), percent(getattr(before, name)), percent(getattr(after, name)), gettext)
        for label, name in _SHARES
    ]
    return (*counts, *shares)


def _count(label: str, before: int, after: int) -> Figure:
    return Figure(label, str(before), str(after), f"{after - before:+d}" if after != before else "")


def _share(label: str, before: str, after: str, gettext: Gettext) -> Figure:
    """In points of what is printed, so that who subtracts finds the same."""
    if before == after:
        return Figure(label, before, after, "")
    if "—" in (before, after):
        return Figure(label, before, after, "—")
    points = Decimal(after.rstrip("%")) - Decimal(before.rstrip("%"))
    return Figure(label, before, after, gettext("{points} 个百分点").format(points=f"{points:+}"))


def _unit(unit: UnitChange, gettext: Gettext) -> UnitRow:
    before, after = (side.rates if side else None for side in (unit.before, unit.after))
    return UnitRow(unit, _notes(before, after, gettext))


def _notes(before: Rates | None, after: Rates | None, gettext: Gettext) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    changed = [
        (gettext(label), getattr(before, name), getattr(after, name))
        for label, name in _COUNTS
        if name in _BESIDE and getattr(before, name) != getattr(after, name)
    ]
    return tuple(f"{label} {earlier} → {later}" for label, earlier, later in changed)


def _task(task: TaskChange, gettext: Gettext) -> TaskRow:
    return TaskRow(
        task,
        tuple((lead.unit, _said(lead.before, gettext), _said(lead.after, gettext)) for lead in task.leads),
        _notes(task.before, task.after, gettext),
    )


def _entries(task: TaskChange, gettext: Gettext) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Units of which the same is to be said stand together."""
    found: dict[str, list[str]] = {}
    for entry in task.entries:
        for words in _of_entry(entry, gettext):
            found.setdefault(words, []).append(entry.unit)
    return tuple((words, tuple(units)) for words, units in found.items())


def _of_entry(entry: EntryChange, gettext: Gettext) -> Iterator[str]:
    if entry.is_filed:
        yield gettext(mark("新报送"))
    if entry.is_reworded:
        yield gettext(mark("报送的文字有改动"))
    if entry.is_without_substance is not None:
        found = mark("认定无实质内容") if entry.is_without_substance else mark("撤销了无实质内容的认定")
        yield gettext(found)
    for fault in entry.struck_out:
        yield gettext(mark("申诉成立，不计{fault}")).format(fault=fault_label(fault, gettext))
    for fault in entry.held_again:
        yield gettext(mark("撤回免责，照计{fault}")).format(fault=fault_label(fault, gettext))


def _said(assessment: Assessment | None, gettext: Gettext) -> str:
    return gettext(ASSESSMENT_LABELS[assessment]) if assessment else ""
