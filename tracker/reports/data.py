"""A round as plain data: the one input of every rendering (xlsx, html, json)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain.scoring_rules import ScoringRules

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from tracker.domain.assessment import Assessment
    from tracker.domain.faults import Fault
    from tracker.domain.rates import Rates
    from tracker.domain.states import ObligationState


@dataclass(frozen=True, slots=True)
class ReportUnit:
    """A unit that owes something in the round. `kind` is "department", "county", …

    `extended_to` is the unit's own due moment (aware, site's zone) where it was given a later one. `missed_before` is
    in how many rounds in a row right before this one it had something missing when they closed.
    """

    id: int
    name: str
    kind: str
    rates: Rates
    extended_to: datetime | None = None
    missed_before: int = 0


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One obligation of a task with its latest filed text (drafts never appear in a report).

    `text` is "" while nothing is filed and for nil, whose reason is `nil_reason`. Times are aware, in the
    site's zone. `assessment` is the unit's own, None where its list asks for none or nothing is filed. `struck_out`
    are the faults that an upheld appeal took from it.
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
    assessment: Assessment | None = None
    times_returned: int = 0
    has_no_substance: bool = False
    struck_out: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class PastText:
    """What the lead of a task filed in an earlier round; `words` are its text, or why there was nothing to report."""

    period: str
    period_label: str
    unit: str
    state: ObligationState
    assessment: Assessment | None
    words: str


@dataclass(frozen=True, slots=True)
class ReportTask:
    """One row of the annex. `entries` holds the lead unit first, then the others in the list's order.

    `section`, `measure` and `units_text` repeat from task to task; neighbours with the same
    (`measure_id`) or (`units_block`) are one merged cell in the source. `past` is the newest first.
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
    past: tuple[PastText, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportIndicator:
    """An indicator of a task with its next target and the newest value that was reported.

    `value` is None where nothing was reported, or what `reporters` units reported cannot be added up; `share` is of
    `target` and None where it means nothing. `points` are the values by period, the oldest first, for a chart.
    """

    task_number: str
    name: str
    unit: str
    target_text: str
    target: Decimal | None
    target_date: str
    value: Decimal | None
    period_label: str
    reporters: int
    is_of_lead: bool
    share: Decimal | None
    points: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class PastRound:
    """An earlier round of the same list."""

    period: str
    period_label: str
    rates: Rates


@dataclass(frozen=True, slots=True)
class RoundReport:
    """One round at the moment `as_of` (aware, site's zone), or the part of it that `part` names ("" for the whole).

    `past_rounds` is the oldest first, this one not in it.
    """

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
    asks_assessment: bool = False
    scoring: ScoringRules = field(default_factory=ScoringRules)
    indicators: tuple[ReportIndicator, ...] = ()
    past_rounds: tuple[PastRound, ...] = ()
    part: str = ""
