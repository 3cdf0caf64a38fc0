"""申诉: a unit asks that one fault of one of its obligations be struck out; or the office excuses it unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.review.tell_appeals import APPEAL_LABELS, tell_asked, tell_decided
from tracker.domain.faults import FAULT_LABELS, Fault
from tracker.domain.reasons import require_reason, require_words
from tracker.errors import AppealedError, NoSuchFaultError
from tracker.i18n import mark
from tracker.models import Appeal, AppealState, ReportingRound, key
from tracker.store.conduct import appeals_on, faults_on
from tracker.store.extensions import due_at_of
from tracker.store.rounds import lock_obligation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import Obligation, Task

WORDS_LIMIT: Final = 1000
WORDS_FIELD: Final = mark("申诉内容")
EXCUSE_FIELD: Final = mark("免责理由")


def ask_appeal(
    session: Session,
    actor: Actor,
    settings: Settings,
    obligation: Obligation,
    task: Task,
    fault: Fault,
    words: str,
    now: datetime,
) -> Appeal:
    """By the unit, or by a coordinator on its behalf; the coordinators are told. Once for each fault, whatever was
    decided: after a refusal only the office can take it up again.

    Raises NotFoundError for another unit's filer, ForbiddenError for a leader, InvalidValueError and
    ValueTooLongError (words), NoSuchFaultError where it is not held against the unit, AppealedError.
    """
    actor.require_filing(obligation.unit_id)
    said = require_words(words, field=WORDS_FIELD, limit=WORDS_LIMIT)
    lock_obligation(session, obligation)
    _require_unheard(session, obligation, task, fault, frozenset(AppealState))
    _require_held(session, obligation, task, fault, now)
    appeal = Appeal(
        obligation_id=key(obligation), fault=fault, words=said, asked_at=now, asked_by=actor.label
    )
    session.add(appeal)
    session.flush()
    tell_asked(session, settings, appeal, now)
    return appeal


def excuse(
    session: Session,
    actor: Actor,
    settings: Settings,
    obligation: Obligation,
    task: Task,
    fault: Fault,
    reason: str,
    now: datetime,
) -> Appeal:
    """By the office, unasked or after a refusal; the unit is told.

    Raises InvalidValueError (reason), NoSuchFaultError, AppealedError where an appeal waits to be decided.
    """
    actor.require_coordinating()
    said = require_reason(reason, field=EXCUSE_FIELD)
    lock_obligation(session, obligation)
    _require_unheard(session, obligation, task, fault, frozenset({AppealState.ASKED, AppealState.UPHELD}))
    _require_held(session, obligation, task, fault, now)
    appeal = Appeal(
        obligation_id=key(obligation),
        fault=fault,
        state=AppealState.UPHELD,
        words=said,
        asked_at=now,
        asked_by=actor.label,
        decided_at=now,
        decided_by=actor.label,
    )
    session.add(appeal)
    session.flush()
    tell_decided(session, settings, appeal, now)
    return appeal


def faults_held(session: Session, obligation: Obligation, now: datetime) -> tuple[Fault, ...]:
    """Those of the obligation that count at `now`, the gravest first: what is missing only after it was due."""
    reporting_round = session.get_one(ReportingRound, obligation.round_id)
    is_due = now > due_at_of(session, reporting_round, obligation.unit_id)
    held = faults_on(session, obligation)
    return tuple(fault for fault in held if is_due or fault is not Fault.MISSING)


def _require_held(session: Session, obligation: Obligation, task: Task, fault: Fault, now: datetime) -> None:
    if fault not in faults_held(session, obligation, now):
        raise NoSuchFaultError(task=task.number, fault=FAULT_LABELS[fault])


def _require_unheard(
    session: Session, obligation: Obligation, task: Task, fault: Fault, states: frozenset[AppealState]
) -> None:
    for appeal in appeals_on(session, key(obligation)):
        if appeal.fault is fault and appeal.state in states:
            raise AppealedError(
                task=task.number,
                fault=FAULT_LABELS[fault],
                number=appeal.id,
                state=APPEAL_LABELS[appeal.state],
            )
