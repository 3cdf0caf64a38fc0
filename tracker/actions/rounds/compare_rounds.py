"""Two rounds of a list, or two editions of an account, side by side; published rounds as they were published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.actions.documents.read_accounts import frozen_of, report_of_round
from tracker.models import Task
from tracker.reports.accounts.account import OWN_WORDS
from tracker.reports.accounts.comparison import Comparison, compare

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import Circular, ReportingRound, TaskList
    from tracker.reports.data import RoundReport


@dataclass(frozen=True, slots=True)
class ComparedRounds:
    """With the published accounts that the figures were taken from; None where they are of now."""

    comparison: Comparison
    published_before: Circular | None
    published_after: Circular | None


def compare_rounds(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    before: ReportingRound,
    after: ReportingRound,
    now: datetime,
) -> ComparedRounds:
    """Raises FrozenDataError."""
    earlier = report_of_round(session, settings, task_list, before, now)
    later = report_of_round(session, settings, task_list, after, now)
    found = _compared(session, earlier.report, later.report)
    return ComparedRounds(found, earlier.published, later.published)


def compare_editions(session: Session, before: Circular, after: Circular) -> Comparison:
    """What a correction changed: figures, what was filed and held, and the office's own words. Raises FrozenDataError."""
    earlier, later = frozen_of(before), frozen_of(after)
    own_words = [name for name in OWN_WORDS if earlier.words.get(name, "") != later.words.get(name, "")]
    if earlier.heading.title != later.heading.title:
        own_words.insert(0, "title")
    return replace(_compared(session, earlier.report, later.report), own_words=tuple(own_words))


def _compared(session: Session, before: RoundReport, after: RoundReport) -> Comparison:
    ids = {task.id for report in (before, after) for task in report.tasks}
    rows = session.exec(select(Task.id, Task.lineage).where(col(Task.id).in_(sorted(ids))))
    return compare(before, after, {task_id: lineage for task_id, lineage in rows if task_id is not None})
