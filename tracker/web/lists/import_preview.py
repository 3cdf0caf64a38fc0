"""An uploaded document as its preview shows it: the source beside what was read, and what is left to settle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark
from tracker.models import UnitKind
from tracker.reports.wording import kind_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.actions.lists.import_choices import ImportChoices
    from tracker.actions.lists.settle_import import Settlement
    from tracker.importers.parsed import ParsedTask
    from tracker.importers.problem import Problem

    Gettext = Callable[[str], str]

# What a collective may mean.
GROUP_KINDS: Final = (UnitKind.COUNTY, UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.DEPARTMENT)
GROUP_KIND_LABELS: Final = {
    UnitKind.COUNTY: mark("全部县（市、区）"),
    UnitKind.TOWN: mark("全部乡镇（街道）"),
    UnitKind.VILLAGE: mark("全部村（社区）"),
    UnitKind.DEPARTMENT: mark("全部部门"),
}


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task; `has_heading` where its section or measure differs from the task's above.

    `options` are units to choose a lead from, only where the lead is a guess; `chosen` is the one taken, or the
    one typed for a task of collectives only (`needs_lead`). `typed` are the units typed where it `needs_units`.
    """

    number: str
    title: str
    section: str
    measure: str
    has_heading: bool
    content: str
    where: str
    deadline: str
    source_units: str
    is_inherited: bool
    leads: tuple[str, ...]
    others: tuple[str, ...]
    groups: tuple[str, ...]
    is_certain: bool
    needs_units: bool
    typed: str
    needs_lead: bool
    options: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The tasks as the page shows them, and the problems: those that keep the document out, and the others."""

    tasks: tuple[TaskView, ...]
    blocking: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


def preview_of(settlement: Settlement, choices: ImportChoices) -> Preview:
    problems = settlement.problems
    views: list[TaskView] = []
    heading = ("", "")
    for task, row in zip(settlement.tasks, settlement.rows, strict=True):
        views.append(
            _view(
                task,
                settlement,
                choices,
                source=row.units,
                is_inherited=row.units_are_inherited,
                has_heading=(task.section, task.measure) != heading,
            )
        )
        heading = (task.section, task.measure)
    return Preview(
        tasks=tuple(views),
        blocking=tuple(problem for problem in problems if problem.is_blocking),
        remarks=tuple(problem for problem in problems if not problem.is_blocking),
    )


def kinds_in_words(gettext: Gettext) -> list[tuple[str, str]]:
    return [(kind.value, kind_label(kind.value, gettext)) for kind in UnitKind]


def meanings_in_words(gettext: Gettext) -> list[tuple[str, str]]:
    return [(kind.value, gettext(GROUP_KIND_LABELS[kind])) for kind in GROUP_KINDS]


def _view(
    task: ParsedTask,
    settlement: Settlement,
    choices: ImportChoices,
    *,
    source: str,
    is_inherited: bool,
    has_heading: bool,
) -> TaskView:
    needs_units = task.number in settlement.needing
    return TaskView(
        number=task.number,
        title=task.title,
        section=task.section,
        measure=task.measure,
        has_heading=has_heading and bool(task.section or task.measure),
        content=task.content,
        where=task.where,
        deadline=task.deadline,
        source_units="" if needs_units else source,
        is_inherited=is_inherited,
        leads=tuple(unit.name for unit in task.units if unit.role == "lead"),
        others=tuple(unit.name for unit in task.units if unit.role == "support"),
        groups=tuple(unit.name for unit in task.units if unit.role == "group"),
        is_certain=task.lead_certain,
        needs_units=needs_units,
        typed=choices.units.get(task.number, ""),
        needs_lead=task.number in settlement.leaderless,
        options=settlement.lead_options.get(task.number, ()),
        chosen=choices.leads.get(task.number, ""),
    )
