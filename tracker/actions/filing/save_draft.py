"""Drafts: unfinished texts, seen by their unit only, one for each obligation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.filing.filing_checks import expected_obligation, require_base, require_open, state_after
from tracker.domain.actors import Role
from tracker.domain.reported_values import kept_values, read_typed, write_typed
from tracker.domain.states import Act, ObligationState, next_state
from tracker.domain.texts import clean_text
from tracker.errors import ControlCharacterError, IndicatorChangedError, TextTooLongError
from tracker.models import Draft, key
from tracker.store.indicators import asked_indicators
from tracker.store.progress import latest_update
from tracker.store.rounds import lock_obligations, round_rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.filing.filing import Filing
    from tracker.domain.actors import Actor
    from tracker.domain.assessment import Assessment
    from tracker.domain.reported_values import TypedValue
    from tracker.models import Obligation, OrgUnit, ReportingRound, Task

# A draft may be longer than what will be accepted, so that nothing typed is lost, but not without bound.
_DRAFT_FACTOR = 20


@dataclass(frozen=True, slots=True)
class _Said:
    """What a draft is to hold, cleaned."""

    text: str
    is_nil: bool
    assessment: Assessment | None
    values: Mapping[int, TypedValue]

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.is_nil or self.assessment or self.values)


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
    is_nil: bool = False,
    assessment: Assessment | None = None,
    values: Mapping[int, TypedValue] | None = None,
) -> Draft | None:
    """Keeps what is unfinished; where nothing at all is said the draft is removed (None).

    The text may be longer than the limit, and `values` (by indicator id) are kept as typed; with None those in
    the draft stay. Raises NotFoundError or ForbiddenError outside the actor's scope, RoundClosedError,
    NotExpectedError, AlreadyAcceptedError, ControlCharacterError, ConflictError, IndicatorChangedError, and
    TextTooLongError beyond all measure.
    """
    actor.require_filing(key(unit))
    require_open(reporting_round, now)
    rules = round_rules(reporting_round)
    obligations = lock_obligations(session, reporting_round, key(unit), [key(task)])
    obligation = expected_obligation(obligations, task, unit)
    longest = _DRAFT_FACTOR * rules.character_limit
    cleaned = clean_text(text)
    if len(cleaned) > longest:
        raise TextTooLongError(task=task.number, count=len(cleaned), limit=longest)
    said = _Said(
        cleaned,
        is_nil,
        assessment if rules.asks_assessment else None,
        _values(session, obligation, values),
    )
    if values:
        _require_asked(session, reporting_round, task, said.values)
    if said.is_empty:
        discard_draft(session, obligation)
        if obligation.state is ObligationState.DRAFT:
            obligation.state = ObligationState.PENDING
            session.add(obligation)
        return None
    state = state_after(obligation, Act.SAVE_DRAFT, task)
    require_base(obligation, latest_update(session, obligation), task, cleaned, base_version)
    obligation.state = state
    session.add(obligation)
    return _write(session, actor, obligation, said, now)


def keep_refused(
    session: Session,
    actor: Actor,
    reporting_round: ReportingRound,
    obligation: Obligation,
    filing: Filing,
    now: datetime,
) -> None:
    """Keeps what a refused submission said as its unit's draft, where that takes nothing from anybody.

    A colleague's draft stays; what no database takes, what is empty or beyond all measure is not kept.
    """
    draft = session.get(Draft, key(obligation))
    if actor.role is not Role.FILLER or (draft and draft.saved_by != actor.label):
        return
    try:
        said = _Said(
            clean_text(filing.text),
            filing.is_nil,
            # A form without the column says nothing of it.
            filing.assessment or (draft.assessment if draft else None),
            _values(session, obligation, filing.values),
        )
    except ControlCharacterError:
        return
    state = next_state(obligation.state, Act.SAVE_DRAFT)
    longest = _DRAFT_FACTOR * round_rules(reporting_round).character_limit
    if state and not said.is_empty and len(said.text) <= longest:
        obligation.state = state
        session.add(obligation)
        _write(session, actor, obligation, said, now)


def discard_draft(session: Session, obligation: Obligation) -> None:
    """Removes the draft, if there is one."""
    if draft := session.get(Draft, key(obligation)):
        session.delete(draft)


def _values(
    session: Session, obligation: Obligation, values: Mapping[int, TypedValue] | None
) -> Mapping[int, TypedValue]:
    """What the draft is to hold of them."""
    if values is not None:
        return kept_values(values)
    draft = session.get(Draft, key(obligation))
    return read_typed(draft.reported) if draft else {}


def _require_asked(
    session: Session, reporting_round: ReportingRound, task: Task, values: Mapping[int, TypedValue]
) -> None:
    asked = asked_indicators(session, reporting_round.version_id, [key(task)]).get(key(task), [])
    if values.keys() - {key(indicator) for indicator in asked}:
        raise IndicatorChangedError(task=task.number)


def _write(session: Session, actor: Actor, obligation: Obligation, said: _Said, now: datetime) -> Draft:
    draft = session.get(Draft, key(obligation)) or Draft(
        obligation_id=key(obligation), text="", base_version=0, saved_at=now, saved_by=""
    )
    draft.text = said.text
    draft.is_nil = said.is_nil
    draft.assessment = said.assessment
    draft.reported = write_typed(said.values)
    draft.base_version = obligation.version
    draft.saved_at = now
    draft.saved_by = actor.label
    session.add(draft)
    return draft
