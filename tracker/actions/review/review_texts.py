"""One act of reviewing over one or more texts of a round: what passes goes through, and units are told of returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tracker.actions.review.review_update import require_reviewing, review_update
from tracker.actions.review.tell_returned import tell_returned
from tracker.errors import NotFoundError, TrackerError
from tracker.models import Obligation, OrgUnit, ReviewOutcome, Task, key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import ReportingRound, Review


@dataclass(frozen=True, slots=True)
class Decision:
    """The word on one obligation; `version` is the one that was read, None for whatever is the newest."""

    obligation_id: int
    version: int | None
    outcome: ReviewOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefusedDecision:
    """A decision that was not carried out, and why."""

    obligation: Obligation
    task: Task
    unit: OrgUnit
    error: TrackerError


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`untold` are the units to which something was returned and that have nobody to tell by mail."""

    reviews: tuple[Review, ...]
    refused: tuple[RefusedDecision, ...]
    untold: tuple[str, ...]


def review_texts(
    session: Session,
    settings: Settings,
    actor: Actor,
    reporting_round: ReportingRound,
    decisions: Sequence[Decision],
    now: datetime,
) -> Reviewed:
    """Carries out each decision that can be, and queues one mail to each person of a unit with returns.

    A decision about something else than the round's, or outside the actor's scope, raises as `require_reviewing`
    and nothing is done.
    """
    obligations = _locked(session, reporting_round, decisions)
    for decision in decisions:
        if decision.obligation_id not in obligations:
            raise NotFoundError
        require_reviewing(session, actor, obligations[decision.obligation_id], decision.outcome)
    reviews: list[Review] = []
    refused: list[RefusedDecision] = []
    first_returns: dict[int, int] = {}
    for decision in decisions:
        obligation = obligations[decision.obligation_id]
        task = session.get_one(Task, obligation.task_id)
        try:
            review = review_update(
                session,
                actor,
                obligation,
                task,
                decision.outcome,
                now,
                reason=decision.reason,
                version=decision.version,
            )
        except TrackerError as error:
            unit = session.get_one(OrgUnit, obligation.unit_id)
            refused.append(RefusedDecision(obligation, task, unit, error))
            continue
        reviews.append(review)
        if decision.outcome is ReviewOutcome.RETURNED:
            first_returns.setdefault(obligation.unit_id, key(review))
    untold = []
    for unit_id, first in first_returns.items():
        unit = session.get_one(OrgUnit, unit_id)
        if not tell_returned(session, settings, reporting_round, unit, first, now):
            untold.append(unit.name)
    return Reviewed(tuple(reviews), tuple(refused), tuple(untold))


def _locked(
    session: Session, reporting_round: ReportingRound, decisions: Sequence[Decision]
) -> dict[int, Obligation]:
    """Locked in one order, so that of two reviewers who decide the same cards none waits for the other for ever."""
    wanted = sorted({decision.obligation_id for decision in decisions})
    found = session.exec(
        select(Obligation)
        .where(col(Obligation.id).in_(wanted), Obligation.round_id == reporting_round.id)
        .order_by(col(Obligation.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {key(obligation): obligation for obligation in found}
