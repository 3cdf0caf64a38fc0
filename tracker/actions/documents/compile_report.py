"""A round as plain report data, read once from the database."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tracker.actions.documents.compile_entries import compile_entries, shown_state
from tracker.actions.documents.compile_indicators import compile_indicators
from tracker.domain.periods import period_of
from tracker.domain.rates import Rates
from tracker.models import ListVersion, key
from tracker.reports.data import (
    PastRound,
    PastText,
    ReportIndicator,
    ReportTask,
    ReportUnit,
    RoundReport,
)
from tracker.reports.narrow import of_unit
from tracker.store.conduct import missed_before
from tracker.store.earlier_rounds import closed_before, lead_texts
from tracker.store.extensions import extensions_of
from tracker.store.lists import measures_of, sections_of, tasks_of
from tracker.store.rounds import (
    rates_by_task,
    rates_by_unit,
    rates_of_rounds,
    round_rates,
    round_rules,
)
from tracker.store.units import all_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import ReportingRound, Task, TaskList
    from tracker.reports.data import ReportEntry

# A year of quarters beside each task, two years of rates.
_PAST_TEXTS: Final = 4
_PAST_ROUNDS: Final = 8


def compile_report(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
    *,
    unit_id: int | None = None,
    earlier: Sequence[ReportingRound] | None = None,
) -> RoundReport:
    """Everything filed in the round until now, task by task; drafts stay with their units.

    `earlier` are the rounds that it looks back at, the newest first; without it the last few that are closed.
    With `unit_id` the part of that unit, as `of_unit` leaves it, and no text of others in this round is read. Raises
    NotFoundError where it owes nothing.
    """
    units = _units(session, settings, reporting_round)
    entries = compile_entries(session, reporting_round, units, settings.site.zone, unit_id=unit_id)
    report = _compile(session, settings, task_list, reporting_round, now, units, entries, earlier)
    return report if unit_id is None else of_unit(report, unit_id)


def compile_head(
    session: Session, settings: Settings, task_list: TaskList, reporting_round: ReportingRound, now: datetime
) -> RoundReport:
    """As `compile_report`, without the entries of the tasks: all counts, and no text of this round."""
    units = _units(session, settings, reporting_round)
    return _compile(session, settings, task_list, reporting_round, now, units, {})


def _compile(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    now: datetime,
    units: Mapping[int, ReportUnit],
    entries: Mapping[int, Sequence[ReportEntry]],
    earlier: Sequence[ReportingRound] | None = None,
) -> RoundReport:
    """`entries` by task id."""
    zone = settings.site.zone
    rules = round_rules(reporting_round)
    version = session.get_one(ListVersion, reporting_round.version_id)
    listed = tasks_of(session, key(version))
    if earlier is None:
        earlier = closed_before(session, reporting_round, _PAST_ROUNDS)
        told = earlier[:_PAST_TEXTS]
    else:
        told = earlier
    return RoundReport(
        list_slug=task_list.slug,
        list_title=task_list.title,
        note=version.note,
        period=reporting_round.period,
        period_label=period_of(reporting_round.period).label,
        due_at=reporting_round.due_at.astimezone(zone),
        as_of=now.astimezone(zone),
        is_closed=reporting_round.closed_at is not None,
        character_limit=rules.character_limit,
        rates=round_rates(session, reporting_round),
        tasks=_tasks(session, reporting_round, listed, entries, _past_texts(session, told)),
        units=tuple(units.values()),
        asks_assessment=rules.asks_assessment,
        scoring=settings.scoring,
        indicators=_indicators(session, reporting_round, listed),
        past_rounds=_past_rounds(session, earlier),
    )


def _units(session: Session, settings: Settings, reporting_round: ReportingRound) -> dict[int, ReportUnit]:
    """By id, in the order of every list of units."""
    zone = settings.site.zone
    rates = rates_by_unit(session, reporting_round)
    missed = missed_before(session, reporting_round)
    extended = {
        unit_id: extension.due_at.astimezone(zone)
        for unit_id, extension in extensions_of(session, reporting_round).items()
    }
    return {
        key(unit): ReportUnit(
            id=key(unit),
            name=unit.name,
            kind=unit.kind,
            rates=rates[key(unit)],
            extended_to=extended.get(key(unit)),
            missed_before=missed.get(key(unit), 0),
        )
        for unit in all_units(session)
        if key(unit) in rates
    }


def _tasks(
    session: Session,
    reporting_round: ReportingRound,
    listed: Sequence[Task],
    entries: Mapping[int, Sequence[ReportEntry]],
    past: Mapping[int, Sequence[PastText]],
) -> tuple[ReportTask, ...]:
    """In the document's order; `entries` by task, `past` by lineage."""
    measures = measures_of(session, reporting_round.version_id)
    sections = sections_of(session, reporting_round.version_id)
    rates = rates_by_task(session, reporting_round)
    tasks = []
    for task in listed:
        measure = measures.get(task.measure_id or 0)
        section = sections.get(measure.section_id or 0) if measure else None
        tasks.append(
            ReportTask(
                id=key(task),
                number=task.number,
                section=section.title if section else "",
                measure=measure.title if measure else "",
                measure_id=task.measure_id or 0,
                content=task.content,
                units_text=task.units_text,
                units_block=task.units_block,
                entries=tuple(entries.get(key(task), ())),
                rates=rates.get(key(task), Rates()),
                past=tuple(past.get(task.lineage, ())),
            )
        )
    return tuple(tasks)


def _past_texts(session: Session, earlier: Sequence[ReportingRound]) -> dict[int, list[PastText]]:
    """By lineage, the newest first; also of a round in which the lead filed nothing. `earlier` is the newest first."""
    shown = {key(found): found for found in earlier}
    by_round: dict[int, dict[int, list[PastText]]] = defaultdict(lambda: defaultdict(list))
    for lead in lead_texts(session, shown) if shown else ():
        by_round[lead.round_id][lead.lineage].append(
            PastText(
                period=shown[lead.round_id].period,
                period_label=period_of(shown[lead.round_id].period).label,
                unit=lead.unit,
                state=shown_state(lead.state),
                assessment=lead.assessment,
                words=lead.text or lead.nil_reason or "",
            )
        )
    found: dict[int, list[PastText]] = defaultdict(list)
    for round_id in shown:
        for lineage, texts in by_round[round_id].items():
            found[lineage] += texts
    return found


def _past_rounds(session: Session, earlier: Sequence[ReportingRound]) -> tuple[PastRound, ...]:
    rates = rates_of_rounds(session, [key(found) for found in earlier])
    return tuple(
        PastRound(found.period, period_of(found.period).label, rates.get(key(found), Rates()))
        for found in reversed(earlier)
    )


def _indicators(
    session: Session, reporting_round: ReportingRound, listed: Sequence[Task]
) -> tuple[ReportIndicator, ...]:
    return tuple(
        ReportIndicator(
            task_number=found.task.number,
            name=found.indicator.name,
            unit=found.indicator.unit,
            target_text=found.target.text,
            target=found.target.value,
            target_date=found.target.date,
            value=found.value,
            period_label=period_of(found.period).label if found.period else "",
            reporters=found.reporters,
            is_of_lead=found.is_of_lead,
            share=found.share,
            points=found.points,
        )
        for found in compile_indicators(session, reporting_round, listed)
    )
