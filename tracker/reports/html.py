"""The round as one HTML page that needs nothing beside itself: on a phone, on A4, in a mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tracker.domain.states import FILED, ObligationState
from tracker.domain.texts import visible
from tracker.reports import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment
    from jinja2.runtime import Context

    from tracker.reports.data import ReportEntry, ReportTask, ReportUnit, RoundReport
    from tracker.reports.wording import Gettext

TEMPLATE = "reports/round.html"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with the tasks behind its missing and late counts; percentages are worded."""

    unit: ReportUnit
    completeness: str
    timeliness: str
    missing: tuple[ReportTask, ...]
    late: tuple[ReportTask, ...]


@dataclass(frozen=True, slots=True)
class UnitTable:
    label: str
    lines: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True)
class FiledText:
    unit: str
    words: str
    state: str
    is_returned: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class TaskBlock:
    """A task with what was filed, lead first. `section` and `measure` are "" where they repeat."""

    task: ReportTask
    section: str
    measure: str
    texts: tuple[FiledText, ...]
    missing: str
    exempt: str


def render_html(report: RoundReport, environment: Environment) -> str:
    """The page; `environment` is an escaping one (templating.page_environment)."""
    gettext = _plain_gettext(environment)
    return environment.get_template(TEMPLATE).render(
        report=report,
        standing=wording.standing(report, gettext),
        sentence=wording.counts_sentence(report.rates, gettext),
        tables=_tables(report, gettext),
        blocks=_blocks(report, gettext),
        visible=visible,
    )


def _plain_gettext(environment: Environment) -> Gettext:
    """The environment's catalog for use outside a template: text for text.

    Within one, gettext calls what it returns safe, and a report's words are yet to be filled with names.
    """
    context = environment.from_string("").new_context()
    translate = cast("Callable[[Context, str], str]", environment.globals["gettext"])

    def gettext(text: str) -> str:
        # str() of a Markup is its bare text. There is nothing to interpolate: a % stands for itself.
        return str.__str__(translate(context, text.replace("%", "%%")))

    return gettext


def _tables(report: RoundReport, gettext: Gettext) -> tuple[UnitTable, ...]:
    missing = _tasks_by_unit(report, wording.is_missing)
    late = _tasks_by_unit(report, lambda entry: entry.state in FILED and entry.is_late)
    by_kind: dict[str, list[UnitLine]] = {}
    for unit in report.units:
        line = UnitLine(
            unit,
            wording.percent(unit.rates.completeness),
            wording.percent(unit.rates.timeliness),
            tuple(missing.get(unit.id, ())),
            tuple(late.get(unit.id, ())),
        )
        by_kind.setdefault(unit.kind, []).append(line)
    return tuple(
        UnitTable(wording.kind_label(kind, gettext), tuple(lines)) for kind, lines in by_kind.items()
    )


def _tasks_by_unit(
    report: RoundReport, is_wanted: Callable[[ReportEntry], bool]
) -> dict[int, list[ReportTask]]:
    found: dict[int, list[ReportTask]] = {}
    for task in report.tasks:
        for entry in task.entries:
            if is_wanted(entry):
                found.setdefault(entry.unit.id, []).append(task)
    return found


def _blocks(report: RoundReport, gettext: Gettext) -> tuple[TaskBlock, ...]:
    blocks: list[TaskBlock] = []
    before: ReportTask | None = None
    for task in report.tasks:
        is_new_section = before is None or before.section != task.section
        is_new_measure = before is None or before.measure_id != task.measure_id
        blocks.append(
            TaskBlock(
                task,
                visible(task.section) if is_new_section else "",
                visible(task.measure) if is_new_measure or is_new_section else "",
                tuple(
                    _filed(entry, gettext) for entry in task.entries if wording.filed_words(entry, gettext)
                ),
                _names(task, wording.is_missing, gettext),
                _names(task, lambda entry: wording.is_excused(entry, gettext), gettext),
            )
        )
        before = task
    return tuple(blocks)


def _filed(entry: ReportEntry, gettext: Gettext) -> FiledText:
    return FiledText(
        visible(entry.unit.name),
        visible(wording.filed_words(entry, gettext)),
        wording.state_label(entry.state, gettext),
        entry.state is ObligationState.RETURNED,
        entry.state in FILED and entry.is_late,
    )


def _names(task: ReportTask, is_wanted: Callable[[ReportEntry], bool], gettext: Gettext) -> str:
    return wording.names((visible(entry.unit.name) for entry in task.entries if is_wanted(entry)), gettext)
