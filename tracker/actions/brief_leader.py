"""One round for a leader, on one page: how it stands, what is stuck, who is worst and best, where indicators are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.stated_indicators import as_stated
from tracker.domain.filing_curve import filing_curve
from tracker.domain.periods import parse_period
from tracker.domain.rates import Rates
from tracker.domain.reached import share_reached, target_for
from tracker.domain.reported_values import is_cumulative
from tracker.domain.standing import Record, Standing, standing_of
from tracker.domain.stuck import StuckReason, stuck_reasons
from tracker.models import UnitKind, key
from tracker.store.extensions import extensions_of
from tracker.store.indicator_progress import newest_values
from tracker.store.indicators import asked_indicators, stated_values
from tracker.store.leads import first_filings, lead_rows, others_behind
from tracker.store.lists import tasks_of
from tracker.store.rounds import rates_by_task, rates_by_unit, round_rules
from tracker.store.units import unit_heads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.importers.indicators.parsed import IndicatorPoint, ParsedIndicator
    from tracker.models import Extension, ReportingRound, Task
    from tracker.store.indicator_progress import NewestValue
    from tracker.store.leads import LeadRow


@dataclass(frozen=True, slots=True)
class Curve:
    """Texts in by the end of each day; `expected` is what would be all of them."""

    days: tuple[tuple[date, int], ...]
    due_on: date
    last_on: date
    expected: int


@dataclass(frozen=True, slots=True)
class StuckTask:
    """`lead` is "" where nobody leads; `words` are the lead's own, of its newest version. `missing` counts all units."""

    task: Task
    reasons: tuple[StuckReason, ...]
    lead: str
    words: str
    obligation_id: int | None
    due_at: datetime
    missing: int
    behind: int


@dataclass(frozen=True, slots=True)
class KindStanding:
    """`names` and `extended` (until when) are by unit id."""

    kind: UnitKind
    standing: Standing
    names: Mapping[int, str]
    extended: Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class IndicatorProgress:
    """`value` is None where nothing was reported, or what units reported cannot be added up.

    `reporters` is how many units `value` is of; `share` is of `target`, None where it means nothing.
    """

    task: Task
    indicator: ParsedIndicator
    target: IndicatorPoint
    value: Decimal | None
    period: str
    reporters: int
    is_of_lead: bool
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class LeaderBrief:
    rates: Rates
    curve: Curve
    stuck: tuple[StuckTask, ...]
    standings: tuple[KindStanding, ...]
    indicators: tuple[IndicatorProgress, ...]


def brief_leader(
    session: Session, settings: Settings, reporting_round: ReportingRound, now: datetime
) -> LeaderBrief:
    """Read from what is stored at `now`; nothing is changed."""
    zone = settings.site.zone
    tasks = tasks_of(session, reporting_round.version_id)
    unit_rates = rates_by_unit(session, reporting_round)
    extensions = extensions_of(session, reporting_round)
    total = Rates(
        expected=sum(rates.expected for rates in unit_rates.values()),
        filed=sum(rates.filed for rates in unit_rates.values()),
        on_time=sum(rates.on_time for rates in unit_rates.values()),
        late=sum(rates.late for rates in unit_rates.values()),
        returned=sum(rates.returned for rates in unit_rates.values()),
    )
    return LeaderBrief(
        rates=total,
        curve=_curve(session, reporting_round, total.expected, zone, now),
        stuck=_stuck(session, reporting_round, tasks, extensions, now),
        standings=_standings(session, unit_rates, extensions, now),
        indicators=_indicators(session, reporting_round, tasks),
    )


def _curve(
    session: Session, reporting_round: ReportingRound, expected: int, zone: ZoneInfo, now: datetime
) -> Curve:
    def local(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    due_on = local(reporting_round.due_at)
    today = local(reporting_round.closed_at or now)
    first_on = min(local(reporting_round.opened_at), today)
    filed = [(local(moment), count) for moment, count in first_filings(session, reporting_round)]
    days = filing_curve(filed, first_on, today)
    return Curve(tuple(days), due_on, max(due_on, today), expected)


def _stuck(
    session: Session,
    reporting_round: ReportingRound,
    tasks: Sequence[Task],
    extensions: Mapping[int, Extension],
    now: datetime,
) -> tuple[StuckTask, ...]:
    """The gravest first, then in the order of the document."""
    leads: dict[int, list[LeadRow]] = {}
    for row in lead_rows(session, reporting_round):
        leads.setdefault(row.obligation.task_id, []).append(row)
    behind = others_behind(session, reporting_round)
    rates = rates_by_task(session, reporting_round)
    found = [
        _stuck_task(task, lead, reporting_round, extensions, behind, rates, now)
        for task in tasks
        for lead in leads.get(key(task), [None])
    ]
    stuck = [one for one in found if one.reasons]
    rank = list(StuckReason)
    return tuple(sorted(stuck, key=lambda one: rank.index(one.reasons[0])))


def _stuck_task(
    task: Task,
    lead: LeadRow | None,
    reporting_round: ReportingRound,
    extensions: Mapping[int, Extension],
    behind: Mapping[int, int],
    rates: Mapping[int, Rates],
    now: datetime,
) -> StuckTask:
    extension = extensions.get(lead.obligation.unit_id) if lead else None
    due_at = extension.due_at if extension else reporting_round.due_at
    update = lead.update if lead else None
    reasons = stuck_reasons(
        lead.obligation.state if lead else None,
        update.assessment if update else None,
        due_at=due_at,
        is_extended=extension is not None,
        others_behind=behind.get(key(task), 0),
        expected=rates.get(key(task), Rates()).expected,
        now=now,
    )
    return StuckTask(
        task=task,
        reasons=reasons,
        lead=lead.unit.name if lead else "",
        words=(update.text or update.nil_reason) if update else "",
        obligation_id=lead.obligation.id if lead else None,
        due_at=due_at,
        missing=rates.get(key(task), Rates()).missing,
        behind=behind.get(key(task), 0),
    )


def _standings(
    session: Session, rates: Mapping[int, Rates], extensions: Mapping[int, Extension], now: datetime
) -> tuple[KindStanding, ...]:
    """Each kind by itself: departments and counties are never ranked together."""
    units = [unit for unit in unit_heads(session) if unit.id in rates]
    found = []
    for kind in dict.fromkeys(unit.kind for unit in units):
        of_kind = [unit for unit in units if unit.kind == kind]
        records = [_record(unit.id, rates[unit.id], extensions.get(unit.id), now) for unit in of_kind]
        extended = {unit.id: extensions[unit.id].due_at for unit in of_kind if unit.id in extensions}
        names = {unit.id: unit.name for unit in of_kind}
        found.append(KindStanding(kind, standing_of(records), names, extended))
    return tuple(found)


def _record(unit_id: int, rates: Rates, extension: Extension | None, now: datetime) -> Record:
    is_excused = rates.missing > 0 and extension is not None and now <= extension.due_at
    return Record(unit_id, rates.expected, rates.missing, rates.late, rates.returned, is_excused)


def _indicators(
    session: Session, reporting_round: ReportingRound, tasks: Sequence[Task]
) -> tuple[IndicatorProgress, ...]:
    """The confirmed ones of tasks that state a target, those that somebody reported first."""
    by_task = asked_indicators(session, reporting_round.version_id, [key(task) for task in tasks])
    asked = [(task, indicator) for task in tasks for indicator in by_task.get(key(task), ())]
    stated = stated_values(session, [key(indicator) for _task, indicator in asked])
    newest = newest_values(session, reporting_round, {indicator.lineage for _task, indicator in asked})
    year = parse_period(reporting_round.period, round_rules(reporting_round).period_type).year
    found = []
    for task, row in asked:
        indicator = as_stated(row, stated.get(key(row), ()), task.number)
        if (target := target_for(indicator.targets, year)) is not None:
            # A value in another unit of measure than today's says nothing here.
            values = [value for value in newest.get(row.lineage, ()) if value.unit == row.unit]
            found.append(_progress(task, indicator, target, values))
    return tuple(sorted(found, key=lambda one: one.value is None))


def _progress(
    task: Task, indicator: ParsedIndicator, target: IndicatorPoint, values: Sequence[NewestValue]
) -> IndicatorProgress:
    """The lead's value speaks for the task; without one, those of several units only where they add up."""
    of_lead = [value for value in values if value.is_lead]
    counted = of_lead[:1] or list(values)
    adds_up = is_cumulative(indicator.name, indicator.unit, indicator.baseline, indicator.targets)
    value = sum((one.value for one in counted), start=0 * counted[0].value) if counted else None
    if len(counted) > 1 and not adds_up:
        value = None
    return IndicatorProgress(
        task=task,
        indicator=indicator,
        target=target,
        value=value,
        period=counted[0].period if counted else "",
        reporters=len(counted),
        is_of_lead=bool(of_lead),
        share=None if value is None else share_reached(value, target),
    )
