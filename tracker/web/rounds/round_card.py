"""A round in short, as the head of a page or a row of a list shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.filing.filing_checks import takes_texts
from tracker.store.extensions import due_at_of
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.domain.rates import Rates
    from tracker.models import ReportingRound, TaskList
    from tracker.web.visits import Visit


@dataclass(frozen=True, slots=True)
class RoundCard:
    """For a filler the rates and the due moment are the unit's own."""

    slug: str
    title: str
    period: str
    label: str
    due_at: datetime
    time_left: str
    is_extended: bool
    is_open: bool
    is_chasing: bool
    is_late_opened: bool
    rates: Rates


def round_card(
    visit: Visit,
    task_list: TaskList,
    reporting_round: ReportingRound,
    rates: Rates,
    *,
    unit_id: int | None = None,
) -> RoundCard:
    """With `unit_id` it is due when that unit is."""
    is_open = takes_texts(reporting_round, visit.now)
    due_at = reporting_round.due_at
    if unit_id is not None:
        due_at = due_at_of(visit.session, reporting_round, unit_id)
    return RoundCard(
        slug=task_list.slug,
        title=task_list.title,
        period=reporting_round.period,
        label=round_in_words(reporting_round, visit.gettext),
        due_at=due_at,
        time_left=visit.time_left(due_at) if is_open else "",
        is_extended=due_at != reporting_round.due_at,
        is_open=is_open,
        is_chasing=reporting_round.is_chasing,
        is_late_opened=reporting_round.opened_at > reporting_round.due_at,
        rates=rates,
    )
