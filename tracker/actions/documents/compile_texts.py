"""The flat table of a round as it comes from the database, for a document of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.periods import period_of
from tracker.domain.rates import Rates
from tracker.models import ListVersion, key
from tracker.reports.data import ReportEntry, ReportTask, ReportUnit, RoundReport
from tracker.store.extensions import extensions_of
from tracker.store.filed_texts import filed_texts
from tracker.store.lists import measures_of, sections_of, tasks_of
from tracker.store.rounds import round_rules
from tracker.store.units import unit_heads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import ReportingRound, TaskList
    from tracker.store.filed_texts import FiledText
    from tracker.store.obligation_list import ObligationFilter


def texts_head(
    session: Session, settings: Settings, task_list: TaskList, reporting_round: ReportingRound, now: datetime
) -> RoundReport:
    """What stands above the table: a report without its tasks, units and figures."""
    zone = settings.site.zone
    version = session.get_one(ListVersion, reporting_round.version_id)
    return RoundReport(
        list_slug=task_list.slug,
        list_title=task_list.title,
        note=version.note,
        period=reporting_round.period,
        period_label=period_of(reporting_round.period).label,
        due_at=reporting_round.due_at.astimezone(zone),
        as_of=now.astimezone(zone),
        is_closed=reporting_round.closed_at is not None,
        character_limit=round_rules(reporting_round).character_limit,
        rates=Rates(),
        tasks=(),
        units=(),
    )


def texts_of(
    session: Session, settings: Settings, reporting_round: ReportingRound, wanted: ObligationFilter
) -> Iterator[tuple[ReportTask, ReportEntry]]:
    """Its rows, in the order of the annex. They are read as they are asked for, in `session`."""
    zone = settings.site.zone
    tasks = _tasks(session, reporting_round)
    extended = extensions_of(session, reporting_round)
    units = {
        unit.id: ReportUnit(
            unit.id,
            unit.name,
            unit.kind,
            Rates(),
            extended[unit.id].due_at.astimezone(zone) if unit.id in extended else None,
        )
        for unit in unit_heads(session)
    }
    for row in filed_texts(session, reporting_round, wanted):
        yield tasks[row.task_id], _entry(row, units[row.unit_id], zone)


def _tasks(session: Session, reporting_round: ReportingRound) -> dict[int, ReportTask]:
    """By id, without entries."""
    measures = measures_of(session, reporting_round.version_id)
    sections = sections_of(session, reporting_round.version_id)
    found = {}
    for task in tasks_of(session, reporting_round.version_id):
        measure = measures.get(task.measure_id or 0)
        section = sections.get(measure.section_id or 0) if measure else None
        found[key(task)] = ReportTask(
            id=key(task),
            number=task.number,
            section=section.title if section else "",
            measure=measure.title if measure else "",
            measure_id=task.measure_id or 0,
            content=task.content,
            units_text=task.units_text,
            units_block=task.units_block,
            entries=(),
            rates=Rates(),
        )
    return found


def _entry(row: FiledText, unit: ReportUnit, zone: ZoneInfo) -> ReportEntry:
    first, latest = row.first_submitted_at, row.submitted_at
    return ReportEntry(
        unit=unit,
        role=row.role.value,
        state=row.state,
        text=row.text or "",
        nil_reason=row.nil_reason or "",
        first_submitted_at=first.astimezone(zone) if first else None,
        submitted_at=latest.astimezone(zone) if latest else None,
        is_late=row.is_on_time is False,
        version=row.version,
    )
