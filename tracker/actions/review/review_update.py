"""The word on what was filed: accepted by the office, passed on by the unit above, or returned; and exemption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.actors import Role
from tracker.domain.states import ACT_LABELS, STATE_LABELS, Act, next_state
from tracker.domain.texts import clean_text
from tracker.errors import (
    AlreadyEndorsedError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
    OvertakenError,
    TransitionError,
)
from tracker.i18n import mark
from tracker.models import ReportingRound, Review, ReviewOutcome, key
from tracker.store.progress import latest_update
from tracker.store.rounds import lock_obligation, round_rules
from tracker.store.units import parents_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import Obligation, Task

_ACTS: Final = {
    ReviewOutcome.ACCEPTED: Act.ACCEPT,
    ReviewOutcome.ENDORSED: Act.ENDORSE,
    ReviewOutcome.RETURNED: Act.RETURN,
}


def review_update(
    session: Session,
    actor: Actor,
    obligation: Obligation,
    task: Task,
    outcome: ReviewOutcome,
    now: datetime,
    *,
    reason: str = "",
    version: int | None = None,
) -> Review:
    """The word on the newest version; `version` is the one the reviewer read. A return gives its `reason`.

    The office accepts or returns; the filer of a unit above endorses or returns what the office has not accepted.
    Raises as `require_reviewing`, InvalidValueError for a return without a reason, TransitionError where nothing
    is filed, AlreadyEndorsedError, OvertakenError when a newer version came in meanwhile.
    """
    require_reviewing(session, actor, obligation, outcome)
    lock_obligation(session, obligation)
    act = _ACTS[outcome]
    update = latest_update(session, obligation)
    state = next_state(obligation.state, act)
    is_settled = not actor.sees_all and next_state(obligation.state, Act.ENDORSE) is None
    if state is None or update is None or is_settled:
        raise TransitionError(task=task.number, state=STATE_LABELS[obligation.state], act=ACT_LABELS[act])
    if version is not None and version != update.version:
        raise OvertakenError(
            task=task.number, filed_by=update.filed_by, theirs=update.nil_reason or update.text, yours=""
        )
    reason = clean_text(reason)
    if outcome is ReviewOutcome.RETURNED and not reason:
        raise InvalidValueError(
            field=mark("退回理由"), value="", reason=mark("请写明需要怎样修改，填报人会看到")
        )
    if outcome is ReviewOutcome.ENDORSED:
        if obligation.endorsed_version == update.version:
            raise AlreadyEndorsedError(task=task.number)
        obligation.endorsed_version = update.version
    obligation.state = state
    session.add(obligation)
    review = Review(
        update_id=key(update),
        outcome=outcome,
        by_unit_id=None if actor.sees_all else actor.unit_id,
        reason=reason,
        reviewed_at=now,
        reviewed_by=actor.label,
    )
    session.add(review)
    session.flush()
    return review


def require_reviewing(session: Session, actor: Actor, obligation: Obligation, outcome: ReviewOutcome) -> None:
    """Raises ForbiddenError where this is not the actor's word to give, NotFoundError outside its scope."""
    if actor.role is not Role.FILLER or outcome is ReviewOutcome.ACCEPTED:
        actor.require_coordinating()
        if outcome is ReviewOutcome.ENDORSED:
            raise ForbiddenError
        return
    if actor.unit_id == obligation.unit_id:
        raise ForbiddenError
    if not round_rules(session.get_one(ReportingRound, obligation.round_id)).gathers:
        raise NotFoundError
    actor.require_gathering(obligation.unit_id, parents_of(session))


def exempt(session: Session, actor: Actor, obligation: Obligation, task: Task, reason: str) -> None:
    """Takes an obligation out of what is expected. Raises InvalidValueError (no reason), TransitionError."""
    actor.require_coordinating()
    lock_obligation(session, obligation)
    state = next_state(obligation.state, Act.EXEMPT)
    if state is None:
        raise TransitionError(
            task=task.number, state=STATE_LABELS[obligation.state], act=ACT_LABELS[Act.EXEMPT]
        )
    reason = clean_text(reason)
    if not reason:
        raise InvalidValueError(field=mark("免报理由"), value="", reason=mark("请写明为何本期不需要报送"))
    obligation.state = state
    obligation.exempt_reason = reason
    session.add(obligation)
