"""A round as plain report data, read once from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.periods import parse_period
from tracker.domain.rates import Rates
from tracker.models import AssignmentRole, ListVersion, key
from tracker.reports.data import ReportEntry, ReportTask, ReportUnit, RoundReport
from tracker.store.extensions import extensions_of
from tracker.store.lists import measures_of, sections_of, tasks_of
from tracker.store.progress import latest_updates
from tracker.store.rounds import obligations_of, rates_by_task, rates_by_unit, round_rates, round_rules
from tracker.store.units import all_units

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import Obligation, ProgressUpdate, ReportingRound, TaskList


def compile_report(
    session: Session, settings: Settings, task_list: TaskList, reporting_round: ReportingRound, now: datetime
) -> RoundReport:
    """Everything filed in the round until now, task by task; drafts stay with their units."""
    zone = settings.site.zone
    rules = round_rules(reporting_round)
    unit_rates = rates_by_unit(session, reporting_round)
    task_rates = rates_by_task(session, reporting_round)
    extended = {
        unit_id: extension.due_at.astimezone(zone)
        for unit_id, extension in extensions_of(session, reporting_round).items()
    }
    units = {
        key(unit): ReportUnit(key(unit), unit.name, unit.kind, unit_rates[key(unit)], extended.get(key(unit)))
        for unit in all_units(session)
        if key(unit) in unit_rates
    }
    rank = {unit_id: place for place, unit_id in enumerate(units)}
    updates = latest_updates(session, reporting_round)
    entries: dict[int, list[ReportEntry]] = {}
    for obligation in sorted(
        obligations_of(session, reporting_round),
        key=lambda found: (found.role is not AssignmentRole.LEAD, rank[found.unit_id]),
    ):
        entry = _entry(obligation, units[obligation.unit_id], updates.get(key(obligation)), zone)
        entries.setdefault(obligation.task_id, []).append(entry)
    version = session.get_one(ListVersion, reporting_round.version_id)
    measures, sections = measures_of(session, key(version)), sections_of(session, key(version))
    tasks = []
    for task in tasks_of(session, key(version)):
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
                rates=task_rates.get(key(task), Rates()),
            )
        )
    return RoundReport(
        list_slug=task_list.slug,
        list_title=task_list.title,
        note=version.note,
        period=reporting_round.period,
        period_label=parse_period(reporting_round.period, rules.period_type).label,
        due_at=reporting_round.due_at.astimezone(zone),
        as_of=now.astimezone(zone),
        is_closed=reporting_round.closed_at is not None,
        character_limit=rules.character_limit,
        rates=round_rates(session, reporting_round),
        tasks=tuple(tasks),
        units=tuple(units.values()),
    )


def _entry(
    obligation: Obligation, unit: ReportUnit, update: ProgressUpdate | None, zone: ZoneInfo
) -> ReportEntry:
    first = obligation.first_submitted_at
    return ReportEntry(
        unit=unit,
        role=obligation.role.value,
        state=obligation.state,
        text=update.text if update else "",
        nil_reason=update.nil_reason if update else "",
        first_submitted_at=first.astimezone(zone) if first else None,
        submitted_at=update.submitted_at.astimezone(zone) if update else None,
        is_late=obligation.is_on_time is False,
        version=obligation.version,
    )
