"""The coordinator's word on what was filed: accepted, or returned with a reason; and exemption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.states import ACT_LABELS, STATE_LABELS, Act, next_state
from tracker.domain.texts import clean_text
from tracker.errors import ConflictError, InvalidValueError, TransitionError
from tracker.i18n import mark
from tracker.models import Review, ReviewOutcome, key
from tracker.store.progress import latest_update
from tracker.store.rounds import lock_obligation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import Obligation, Task


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
    """Accepts the newest version, or returns it for `reason`; `version` is the one the reviewer read.

    Raises InvalidValueError for a return without a reason, TransitionError where nothing is filed,
    ConflictError when a newer version came in meanwhile.
    """
    actor.require_coordinating()
    lock_obligation(session, obligation)
    act = Act.ACCEPT if outcome is ReviewOutcome.ACCEPTED else Act.RETURN
    update = latest_update(session, obligation)
    state = next_state(obligation.state, act)
    if state is None or update is None:
        raise TransitionError(task=task.number, state=STATE_LABELS[obligation.state], act=ACT_LABELS[act])
    if version is not None and version != update.version:
        raise ConflictError(
            task=task.number, filed_by=update.filed_by, theirs=update.nil_reason or update.text, yours=""
        )
    reason = clean_text(reason)
    if outcome is ReviewOutcome.RETURNED and not reason:
        raise InvalidValueError(
            field=mark("退回理由"), value="", reason=mark("请写明需要怎样修改，填报人会看到")
        )
    obligation.state = state
    session.add(obligation)
    review = Review(
        update_id=key(update), outcome=outcome, reason=reason, reviewed_at=now, reviewed_by=actor.label
    )
    session.add(review)
    session.flush()
    return review


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
