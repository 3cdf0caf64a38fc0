"""What units owe and filed in a round, as report data: all of it by task, or page by page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.models import AssignmentRole, key
from tracker.reports.data import ReportEntry, ReportUnit
from tracker.store.conduct import findings_of, struck_out_faults, times_returned
from tracker.store.obligation_pages import obligation_page
from tracker.store.progress import latest_updates
from tracker.store.rounds import obligations_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.faults import Fault
    from tracker.models import Finding, Obligation, ProgressUpdate, ReportingRound, Task


def compile_entries(
    session: Session,
    reporting_round: ReportingRound,
    units: Mapping[int, ReportUnit],
    zone: ZoneInfo,
    *,
    unit_id: int | None = None,
) -> dict[int, list[ReportEntry]]:
    """By task id, the lead first, then in the order of `units`; of one unit with `unit_id`."""
    rank = {unit_id: place for place, unit_id in enumerate(units)}
    updates = latest_updates(session, reporting_round, unit_id=unit_id)
    conduct = _Conduct.of(session, reporting_round)
    found: dict[int, list[ReportEntry]] = defaultdict(list)
    for obligation in sorted(
        obligations_of(session, reporting_round, unit_id=unit_id),
        key=lambda found: (found.role is not AssignmentRole.LEAD, rank[found.unit_id]),
    ):
        unit, update = units[obligation.unit_id], updates.get(key(obligation))
        found[obligation.task_id].append(_entry(obligation, unit, update, conduct, zone))
    return found


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries with their tasks; their units come without counts. `next` is where the next page begins, None after
    the last."""

    entries: tuple[tuple[Task, ReportEntry], ...]
    next: tuple[int, int] | None


def compile_page(
    session: Session,
    settings: Settings,
    reporting_round: ReportingRound,
    *,
    limit: int,
    after: tuple[int, int] = (0, 0),
    unit_id: int | None = None,
) -> EntryPage:
    """In the order of the tasks; every obligation stands on one page, also while units file."""
    rows = obligation_page(session, reporting_round, unit_id=unit_id, after=after, limit=limit + 1)
    conduct = _Conduct.of(session, reporting_round)
    entries = []
    for row in rows[:limit]:
        unit = ReportUnit(key(row.unit), row.unit.name, row.unit.kind, Rates())
        entries.append((row.task, _entry(row.obligation, unit, row.update, conduct, settings.site.zone)))
    last = rows[limit - 1].obligation if len(rows) > limit else None
    return EntryPage(tuple(entries), (last.task_id, last.unit_id) if last else None)


@dataclass(frozen=True, slots=True)
class _Conduct:
    """What is known beside the texts, by obligation id."""

    times_returned: Mapping[int, int]
    findings: Mapping[int, Finding]
    struck_out: Mapping[int, tuple[Fault, ...]]

    @classmethod
    def of(cls, session: Session, reporting_round: ReportingRound) -> _Conduct:
        return cls(
            times_returned(session, reporting_round),
            findings_of(session, reporting_round),
            struck_out_faults(session, reporting_round),
        )


def shown_state(state: ObligationState) -> ObligationState:
    """That a unit has begun to write is its own business."""
    return ObligationState.PENDING if state is ObligationState.DRAFT else state


def _entry(
    obligation: Obligation, unit: ReportUnit, update: ProgressUpdate | None, conduct: _Conduct, zone: ZoneInfo
) -> ReportEntry:
    first = obligation.first_submitted_at
    return ReportEntry(
        unit=unit,
        role=obligation.role.value,
        state=shown_state(obligation.state),
        text=update.text if update else "",
        nil_reason=update.nil_reason if update else "",
        first_submitted_at=first.astimezone(zone) if first else None,
        submitted_at=update.submitted_at.astimezone(zone) if update else None,
        is_late=obligation.is_on_time is False,
        version=obligation.version,
        assessment=update.assessment if update else None,
        times_returned=conduct.times_returned.get(key(obligation), 0),
        has_no_substance=key(obligation) in conduct.findings,
        struck_out=conduct.struck_out.get(key(obligation), ()),
    )
