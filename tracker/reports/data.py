"""A round as plain data: the one input of every rendering (xlsx, html, json)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.domain.rates import Rates
    from tracker.domain.states import ObligationState


@dataclass(frozen=True, slots=True)
class ReportUnit:
    """A unit that owes something in the round. `kind` is "department", "county", …

    `extended_to` is the unit's own due moment (aware, site's zone) where it was given a later one.
    """

    id: int
    name: str
    kind: str
    rates: Rates
    extended_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One obligation of a task with its latest filed text (drafts never appear in a report).

    `text` is "" while nothing is filed and for nil, whose reason is `nil_reason`. Times are aware, in the
    site's zone.
    """

    unit: ReportUnit
    role: str
    state: ObligationState
    text: str
    nil_reason: str
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    is_late: bool
    version: int


@dataclass(frozen=True, slots=True)
class ReportTask:
    """One row of the annex. `entries` holds the lead unit first, then the others in the list's order.

    `section`, `measure` and `units_text` repeat from task to task; neighbours with the same
    (`measure_id`) or (`units_block`) are one merged cell in the source.
    """

    id: int
    number: str
    section: str
    measure: str
    measure_id: int
    content: str
    units_text: str
    units_block: int
    entries: tuple[ReportEntry, ...]
    rates: Rates


@dataclass(frozen=True, slots=True)
class RoundReport:
    """One round at the moment `as_of` (aware, site's zone)."""

    list_slug: str
    list_title: str
    note: str
    period: str
    period_label: str
    due_at: datetime
    as_of: datetime
    is_closed: bool
    character_limit: int
    rates: Rates
    tasks: tuple[ReportTask, ...]
    units: tuple[ReportUnit, ...]
