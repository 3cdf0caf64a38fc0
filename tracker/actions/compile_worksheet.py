"""What one unit owes in one round, with everything it needs beside it to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.periods import parse_period
from tracker.models import key
from tracker.store.lists import tasks_of
from tracker.store.progress import drafts_of, latest_updates, reviews_of
from tracker.store.rounds import find_round, obligations_of, round_rules

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import (
        Draft,
        Obligation,
        OrgUnit,
        ProgressUpdate,
        ReportingRound,
        Review,
        Task,
        TaskList,
    )


@dataclass(frozen=True, slots=True)
class WorksheetLine:
    """One obligation. `update` is its newest version and `review` the word on that version; `draft` is there
    for the unit itself only; `previous` is the newest version of the same task one period before."""

    task: Task
    obligation: Obligation
    update: ProgressUpdate | None
    draft: Draft | None
    review: Review | None
    previous: ProgressUpdate | None


@dataclass(frozen=True, slots=True)
class Worksheet:
    """`previous_period` is the key of the period before, whether or not it was ever opened."""

    character_limit: int
    previous_period: str
    lines: tuple[WorksheetLine, ...]


def compile_worksheet(
    session: Session, actor: Actor, task_list: TaskList, reporting_round: ReportingRound, unit: OrgUnit
) -> Worksheet:
    """In the order of the document; no lines where the unit owes nothing.

    Raises NotFoundError outside the actor's scope.
    """
    unit_id = key(unit)
    actor.require_sight(unit_id)
    rules = round_rules(reporting_round)
    updates = latest_updates(session, reporting_round, unit_id=unit_id)
    drafts = drafts_of(session, reporting_round, unit_id) if actor.unit_id == unit_id else {}
    reviews = reviews_of(session, reporting_round, unit_id=unit_id)
    before = parse_period(reporting_round.period, rules.period_type).shift(-1)
    previous = _texts_by_lineage(session, find_round(session, task_list, before), unit_id)
    obligations = {
        found.task_id: found for found in obligations_of(session, reporting_round, unit_id=unit_id)
    }
    lines = tuple(
        WorksheetLine(
            task=task,
            obligation=obligation,
            update=updates.get(key(obligation)),
            draft=drafts.get(key(obligation)),
            review=reviews.get(key(obligation)),
            previous=previous.get(task.lineage),
        )
        for task in tasks_of(session, reporting_round.version_id)
        if (obligation := obligations.get(key(task)))
    )
    return Worksheet(rules.character_limit, before.key, lines)


def _texts_by_lineage(
    session: Session, reporting_round: ReportingRound | None, unit_id: int
) -> dict[int, ProgressUpdate]:
    """The rounds may stand on different versions of the list: what a task has in common is its lineage."""
    if reporting_round is None:
        return {}
    updates = latest_updates(session, reporting_round, unit_id=unit_id)
    lineages = {key(task): task.lineage for task in tasks_of(session, reporting_round.version_id)}
    return {
        lineages[found.task_id]: updates[key(found)]
        for found in obligations_of(session, reporting_round, unit_id=unit_id)
        if key(found) in updates
    }
