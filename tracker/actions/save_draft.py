"""Drafts: unfinished texts, seen by their unit only, one for each obligation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.filing_checks import expected_obligation, require_base, require_open, state_after
from tracker.domain.actors import Role
from tracker.domain.states import Act, ObligationState, next_state
from tracker.domain.texts import clean_text
from tracker.errors import ControlCharacterError, TextTooLongError
from tracker.models import Draft, key
from tracker.store.progress import latest_update
from tracker.store.rounds import lock_obligations, round_rules

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import Obligation, OrgUnit, ReportingRound, Task

# A draft may be longer than what will be accepted, so that nothing typed is lost, but not without bound.
_DRAFT_FACTOR = 20


def save_draft(
    session: Session,
    actor: Actor,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    task: Task,
    text: str,
    now: datetime,
    *,
    base_version: int | None = None,
) -> Draft | None:
    """Keeps an unfinished text; an empty one removes the draft (None). It may be longer than the limit.

    Raises NotFoundError or ForbiddenError outside the actor's scope, RoundClosedError, NotExpectedError,
    AlreadyAcceptedError, ControlCharacterError, ConflictError, and TextTooLongError beyond all measure.
    """
    actor.require_filing(key(unit))
    require_open(reporting_round, now)
    obligations = lock_obligations(session, reporting_round, key(unit), [key(task)])
    obligation = expected_obligation(obligations, task, unit)
    longest = _DRAFT_FACTOR * round_rules(reporting_round).character_limit
    cleaned = clean_text(text)
    if len(cleaned) > longest:
        raise TextTooLongError(task=task.number, count=len(cleaned), limit=longest)
    if not cleaned:
        discard_draft(session, obligation)
        if obligation.state is ObligationState.DRAFT:
            obligation.state = ObligationState.PENDING
            session.add(obligation)
        return None
    state = state_after(obligation, Act.SAVE_DRAFT, task)
    require_base(obligation, latest_update(session, obligation), task, cleaned, base_version)
    obligation.state = state
    session.add(obligation)
    return _write(session, actor, obligation, cleaned, now)


def keep_refused(
    session: Session,
    actor: Actor,
    reporting_round: ReportingRound,
    obligation: Obligation,
    text: str,
    now: datetime,
) -> None:
    """Keeps the text of a refused submission as its unit's draft, where that takes nothing from anybody.

    A colleague's draft stays; what no database takes, what is empty or beyond all measure is not kept.
    """
    draft = session.get(Draft, key(obligation))
    if actor.role is not Role.FILLER or (draft and draft.saved_by != actor.label):
        return
    try:
        cleaned = clean_text(text)
    except ControlCharacterError:
        return
    state = next_state(obligation.state, Act.SAVE_DRAFT)
    longest = _DRAFT_FACTOR * round_rules(reporting_round).character_limit
    if cleaned and state and len(cleaned) <= longest:
        obligation.state = state
        session.add(obligation)
        _write(session, actor, obligation, cleaned, now)


def discard_draft(session: Session, obligation: Obligation) -> None:
    """Removes the draft, if there is one."""
    if draft := session.get(Draft, key(obligation)):
        session.delete(draft)


def _write(session: Session, actor: Actor, obligation: Obligation, text: str, now: datetime) -> Draft:
    draft = session.get(Draft, key(obligation)) or Draft(
        obligation_id=key(obligation), text="", base_version=0, saved_at=now, saved_by=""
    )
    draft.text = text
    draft.base_version = obligation.version
    draft.saved_at = now
    draft.saved_by = actor.label
    session.add(draft)
    return draft
