"""What one unit owes in one round, with everything it needs beside it to write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.actions.filing.indicator_lines import indicator_lines
from tracker.domain.periods import parse_period
from tracker.domain.reported_values import read_typed
from tracker.models import key
from tracker.store.progress import reviews_of, texts_of_unit, updates_by_lineage
from tracker.store.rounds import find_round, round_rules

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlmodel import Session

    from tracker.actions.filing.indicator_lines import IndicatorLine
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
    for the unit itself only; `previous` is the newest version of the same task one period before;
    `indicators` are those that the task asks for."""

    task: Task
    obligation: Obligation
    update: ProgressUpdate | None
    draft: Draft | None
    review: Review | None
    previous: ProgressUpdate | None
    indicators: tuple[IndicatorLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Worksheet:
    """`previous_period` is the key of the period before, whether or not it was ever opened."""

    character_limit: int
    previous_period: str
    lines: tuple[WorksheetLine, ...]
    asks_assessment: bool = False


def compile_worksheet(
    session: Session,
    actor: Actor,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    *,
    task_ids: Collection[int] | None = None,
) -> Worksheet:
    """In the order of the document; no lines where the unit owes nothing.

    With `task_ids` of these tasks only, and nothing that is there only to be read: no review, no text of before.

    Raises NotFoundError outside the actor's scope.
    """
    unit_id = key(unit)
    actor.require_sight(unit_id)
    rules = round_rules(reporting_round)
    owed = texts_of_unit(session, reporting_round, unit_id, task_ids)
    is_whole = task_ids is None
    reviews = reviews_of(session, reporting_round, unit_id=unit_id) if is_whole else {}
    before = parse_period(reporting_round.period, rules.period_type).shift(-1)
    earlier = find_round(session, task_list, before) if is_whole else None
    previous = updates_by_lineage(session, earlier, unit_id) if earlier else {}
    indicators = indicator_lines(session, reporting_round, unit_id, {key(task): task for task, *_ in owed})
    is_own = actor.unit_id == unit_id
    lines = tuple(
        WorksheetLine(
            task=task,
            obligation=obligation,
            update=update,
            draft=draft if is_own else None,
            review=reviews.get(key(obligation)),
            previous=previous.get(task.lineage),
            indicators=_with_typed(indicators.get(key(task), ()), draft if is_own else None),
        )
        for task, obligation, update, draft in owed
    )
    return Worksheet(rules.character_limit, before.key, lines, rules.asks_assessment)


def _with_typed(lines: tuple[IndicatorLine, ...], draft: Draft | None) -> tuple[IndicatorLine, ...]:
    if draft is None or not lines:
        return lines
    typed = read_typed(draft.reported)
    return tuple(replace(line, typed=typed.get(line.id)) for line in lines)
