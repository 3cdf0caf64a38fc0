"""One round for a leader, on one page: how it stands, what is stuck, who is worst and best, where indicators are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.documents.compile_indicators import compile_indicators
from tracker.actions.review.rank_units import rank_units
from tracker.domain.filing_curve import filing_curve
from tracker.domain.rates import Rates
from tracker.domain.standing import Placed, Standing, standing_of
from tracker.domain.stuck import StuckReason, stuck_reasons
from tracker.models import UnitKind, key
from tracker.store.extensions import extensions_of
from tracker.store.leads import first_filings, lead_rows, others_behind
from tracker.store.lists import tasks_of
from tracker.store.rounds import rates_by_task, rates_by_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from tracker.actions.documents.compile_indicators import IndicatorProgress
    from tracker.config import Settings
    from tracker.models import Extension, ReportingRound, Task
    from tracker.reports.ranking import RankedUnit, WaitingUnit
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
    """`rows` by unit id are those of the whole ranking; who waits has no place in it yet. `standing` is None before the
    round is due: until then there is only who has filed all and who has not."""

    kind: UnitKind
    standing: Standing | None
    rows: Mapping[int, RankedUnit]
    waiting: tuple[WaitingUnit, ...]


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
        standings=_standings(session, settings, reporting_round, now),
        indicators=compile_indicators(session, reporting_round, tasks),
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
    session: Session, settings: Settings, reporting_round: ReportingRound, now: datetime
) -> tuple[KindStanding, ...]:
    """The ends of the round's ranking: each kind by itself."""
    return tuple(
        KindStanding(
            UnitKind(ranking.kind),
            # Before the round is due who has filed all, and had something returned, would be the worst of all.
            standing_of(Placed(row.unit.id, row.place, not row.deductions) for row in ranking.rows)
            if now > reporting_round.due_at
            else None,
            {row.unit.id: row for row in ranking.rows},
            ranking.waiting,
        )
        for ranking in rank_units(session, settings, reporting_round, now)
    )
