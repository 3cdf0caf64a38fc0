"""Filing: drafts, submissions of one or many texts, nil reports. Every face ends up here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.rates import is_on_time
from tracker.domain.states import ACT_LABELS, STATE_LABELS, Act, ObligationState, next_state
from tracker.domain.texts import check_progress, clean_text
from tracker.errors import (
    AlreadyAcceptedError,
    ConflictError,
    NotExpectedError,
    RoundClosedError,
    TextTooLongError,
    TrackerError,
    TransitionError,
)
from tracker.models import Draft, ProgressUpdate, Receipt, key
from tracker.store.progress import latest_update, receipt_by_request
from tracker.store.rounds import lock_obligations, round_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import Obligation, OrgUnit, ReportingRound, Task

# Letters and digits that cannot be mistaken for one another when a receipt is read out over the phone.
_RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# A draft may be longer than what will be accepted, so that nothing typed is lost, but not without bound.
_DRAFT_FACTOR = 20


@dataclass(frozen=True, slots=True)
class Filing:
    """One text for one task. `base_version` is the version the writer saw; None when it does not matter.

    With `is_nil` the text is the reason why there is nothing to report.
    """

    task: Task
    text: str
    base_version: int | None = None
    is_nil: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A filing that was not taken, and why; its text is kept as a draft where that is possible."""

    task: Task
    error: TrackerError


@dataclass(frozen=True, slots=True)
class Submission:
    """What came of one act of filing: `receipt` is None when nothing was taken."""

    receipt: Receipt | None
    filed: tuple[Task, ...]
    refused: tuple[Refusal, ...]


def submit(
    session: Session,
    actor: Actor,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    filings: Sequence[Filing],
    now: datetime,
    *,
    request_key: str | None = None,
) -> Submission:
    """Files each text that passes and refuses the others, each with its reason.

    A repeated `request_key`, or a text that is the same as the one on file, makes no second version.
    Raises NotFoundError or ForbiddenError outside the actor's scope, RoundClosedError after closing.
    """
    _require_open(actor, reporting_round, unit, now)
    tasks = tuple(filing.task for filing in filings)
    if request_key and (receipt := receipt_by_request(session, key(unit), request_key)):
        return Submission(receipt, tasks, ())
    obligations = lock_obligations(session, reporting_round, key(unit), [key(task) for task in tasks])
    receipt = Receipt(
        number=_receipt_number(now, unit),
        round_id=key(reporting_round),
        unit_id=key(unit),
        issued_at=now,
        filed_by=actor.label,
        via=actor.via,
        request_key=request_key,
    )
    limit = round_rules(reporting_round).character_limit
    filed: list[Task] = []
    refused: list[Refusal] = []
    unchanged: list[ProgressUpdate] = []
    for filing in filings:
        try:
            obligation = _expected(obligations, filing.task, unit)
            text = check_progress(filing.text, task=filing.task.number, limit=limit)
            act = Act.SUBMIT_NIL if filing.is_nil else Act.SUBMIT
            state = _allowed(obligation, act, filing.task)
            current = latest_update(session, obligation)
            if current and _says_the_same(current, obligation, text, is_nil=filing.is_nil):
                _discard_draft(session, obligation)
                unchanged.append(current)
            else:
                _require_base(obligation, current, filing, text)
                _add_version(session, obligation, receipt, text, state, reporting_round, is_nil=filing.is_nil)
            filed.append(filing.task)
        except TrackerError as error:
            refused.append(Refusal(filing.task, error))
            if filing.task.id in obligations:
                _keep_as_draft(session, actor, obligations[filing.task.id], filing, limit, now)
    if receipt.id is None:
        # Nothing new was written: the receipt is the one already given.
        given = session.get(Receipt, unchanged[0].receipt_id) if unchanged else None
        return Submission(given, tuple(filed), tuple(refused))
    return Submission(receipt, tuple(filed), tuple(refused))


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
    """Keeps an unfinished text; an empty one removes the draft (None).

    Drafts may be longer than the limit. Raises as `submit`, and ControlCharacterError, ConflictError,
    AlreadyAcceptedError, NotExpectedError.
    """
    _require_open(actor, reporting_round, unit, now)
    obligations = lock_obligations(session, reporting_round, key(unit), [key(task)])
    obligation = _expected(obligations, task, unit)
    limit = _DRAFT_FACTOR * round_rules(reporting_round).character_limit
    cleaned = clean_text(text)
    if len(cleaned) > limit:
        raise TextTooLongError(task=task.number, count=len(cleaned), limit=limit)
    if not cleaned:
        if obligation.state is ObligationState.DRAFT:
            obligation.state = ObligationState.PENDING
        _discard_draft(session, obligation)
        return None
    state = _allowed(obligation, Act.SAVE_DRAFT, task)
    _require_base(
        obligation, latest_update(session, obligation), Filing(task, cleaned, base_version), cleaned
    )
    obligation.state = state
    session.add(obligation)
    return _write_draft(session, actor, obligation, cleaned, now)


def _require_open(actor: Actor, reporting_round: ReportingRound, unit: OrgUnit, now: datetime) -> None:
    actor.require_filing(key(unit))
    locks_at = reporting_round.locks_at
    if reporting_round.closed_at or (locks_at and locks_at < now):
        raise RoundClosedError(period=reporting_round.period)


def _expected(obligations: dict[int, Obligation], task: Task, unit: OrgUnit) -> Obligation:
    found = obligations.get(key(task))
    if found is None:
        raise NotExpectedError(task=task.number, unit=unit.name)
    return found


def _allowed(obligation: Obligation, act: Act, task: Task) -> ObligationState:
    state = next_state(obligation.state, act)
    if state is None and obligation.state is ObligationState.ACCEPTED:
        raise AlreadyAcceptedError(task=task.number)
    if state is None:
        raise TransitionError(task=task.number, state=STATE_LABELS[obligation.state], act=ACT_LABELS[act])
    return state


def _says_the_same(current: ProgressUpdate, obligation: Obligation, text: str, *, is_nil: bool) -> bool:
    """A double click, or a form sent twice: the text on file, not yet sent back."""
    if obligation.state not in (ObligationState.SUBMITTED, ObligationState.NIL):
        return False
    return (current.nil_reason if is_nil else current.text) == text and bool(current.nil_reason) == is_nil


def _require_base(obligation: Obligation, current: ProgressUpdate | None, filing: Filing, text: str) -> None:
    if current and filing.base_version is not None and filing.base_version != obligation.version:
        raise ConflictError(
            task=filing.task.number,
            filed_by=current.filed_by,
            theirs=current.nil_reason or current.text,
            yours=text,
        )


def _add_version(
    session: Session,
    obligation: Obligation,
    receipt: Receipt,
    text: str,
    state: ObligationState,
    reporting_round: ReportingRound,
    *,
    is_nil: bool,
) -> None:
    if receipt.id is None:
        session.add(receipt)
        session.flush()
    obligation.version += 1
    obligation.state = state
    if obligation.first_submitted_at is None:
        obligation.first_submitted_at = receipt.issued_at
        obligation.is_on_time = is_on_time(receipt.issued_at, reporting_round.due_at)
    session.add(obligation)
    session.add(
        ProgressUpdate(
            obligation_id=key(obligation),
            version=obligation.version,
            text="" if is_nil else text,
            nil_reason=text if is_nil else "",
            submitted_at=receipt.issued_at,
            filed_by=receipt.filed_by,
            via=receipt.via,
            receipt_id=key(receipt),
        )
    )
    _discard_draft(session, obligation)


def _keep_as_draft(
    session: Session, actor: Actor, obligation: Obligation, filing: Filing, limit: int, now: datetime
) -> None:
    """A refused text is not lost, unless it is empty, holds what no database takes, or may not be changed."""
    try:
        text = clean_text(filing.text)
    except TrackerError:
        return
    state = next_state(obligation.state, Act.SAVE_DRAFT)
    if text and state and len(text) <= _DRAFT_FACTOR * limit:
        obligation.state = state
        session.add(obligation)
        _write_draft(session, actor, obligation, text, now)


def _write_draft(session: Session, actor: Actor, obligation: Obligation, text: str, now: datetime) -> Draft:
    draft = session.get(Draft, key(obligation)) or Draft(
        obligation_id=key(obligation), text="", base_version=0, saved_at=now, saved_by=""
    )
    draft.text = text
    draft.base_version = obligation.version
    draft.saved_at = now
    draft.saved_by = actor.label
    session.add(draft)
    return draft


def _discard_draft(session: Session, obligation: Obligation) -> None:
    if draft := session.get(Draft, key(obligation)):
        session.delete(draft)
    session.add(obligation)


def _receipt_number(now: datetime, unit: OrgUnit) -> str:
    letters = "".join(secrets.choice(_RECEIPT_LETTERS) for _ in range(6))
    return f"{now:%Y%m%d}-{key(unit):03d}-{letters}"
