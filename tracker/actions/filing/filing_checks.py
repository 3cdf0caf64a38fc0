"""What must hold before a text is kept or filed, alike for drafts and submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.states import ACT_LABELS, STATE_LABELS, Act, ObligationState, next_state
from tracker.errors import (
    AlreadyAcceptedError,
    ConflictError,
    NotExpectedError,
    RoundClosedError,
    TransitionError,
)
from tracker.models import key

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.models import Obligation, OrgUnit, ProgressUpdate, ReportingRound, Task


def takes_texts(reporting_round: ReportingRound, now: datetime) -> bool:
    """Whether the round is still open at `now`."""
    locks_at = reporting_round.locks_at
    return reporting_round.closed_at is None and (locks_at is None or now <= locks_at)


def require_open(reporting_round: ReportingRound, now: datetime) -> None:
    """Raises RoundClosedError."""
    if not takes_texts(reporting_round, now):
        raise RoundClosedError(period=reporting_round.period)


def expected_obligation(obligations: dict[int, Obligation], task: Task, unit: OrgUnit) -> Obligation:
    """Raises NotExpectedError where the unit does not owe the task."""
    found = obligations.get(key(task))
    if found is None:
        raise NotExpectedError(task=task.number, unit=unit.name)
    return found


def state_after(obligation: Obligation, act: Act, task: Task) -> ObligationState:
    """Raises AlreadyAcceptedError or TransitionError where the act is not allowed."""
    state = next_state(obligation.state, act)
    if state is None and obligation.state is ObligationState.ACCEPTED:
        raise AlreadyAcceptedError(task=task.number)
    if state is None:
        raise TransitionError(task=task.number, state=STATE_LABELS[obligation.state], act=ACT_LABELS[act])
    return state


def require_base(
    obligation: Obligation, current: ProgressUpdate | None, task: Task, text: str, base_version: int | None
) -> None:
    """Raises ConflictError with both texts when a version came in after the one that the writer saw."""
    if current and base_version is not None and base_version != obligation.version:
        raise ConflictError(
            task=task.number,
            filed_by=current.filed_by,
            theirs=current.nil_reason or current.text,
            yours=text,
        )
