"""销号 decided by the coordinating office: closed, refused, closed without being asked, or reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from tracker.actions.duties.ask_close_out import EVIDENCE_FIELD, EVIDENCE_LIMIT, require_none
from tracker.actions.duties.tell_close_out import CLOSE_OUT_LABELS, tell_decided
from tracker.actions.review.review_update import exempt
from tracker.domain.reasons import require_reason, require_words
from tracker.domain.states import Act, next_state
from tracker.errors import ClosedOutError, CloseOutSettledError, CloseOutsWaitingError
from tracker.i18n import mark, translations
from tracker.models import CloseOut, CloseOutState, Obligation, ReportingRound, Task, key
from tracker.store.close_outs import asked_of, close_out_by_number, closing_of, lock_close_outs, task_numbers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, TaskList

_DECISION: Final = mark("审批意见")
_REFUSAL: Final = mark("不同意的理由")
_REOPENING: Final = mark("重新开启的理由")
_EXEMPT: Final = mark("已销号（第 {number} 号）")
# Kept with the reason for reopening, which takes the place of the decision.
_WAS_CLOSED: Final = mark("{day}由{by}销号。")
_REOPENED: Final = mark("重新开启：{reason}")


def close_asked(
    session: Session,
    actor: Actor,
    settings: Settings,
    number: int,
    decision: str,
    now: datetime,
    *,
    exempts: bool = False,
) -> CloseOut:
    """Agrees; the task leaves the rounds that open from now on. With `exempts` what the unit still owes of it in open
    rounds becomes exempt in the same act.

    Raises UnknownCloseOutError, CloseOutSettledError unless it was asked, ClosedOutError where another closed it.
    """
    actor.require_coordinating()
    found = _asked(session, number)
    task = task_numbers(session, found.list_id)[found.lineage]
    if closed := closing_of(session, found.list_id, found.lineage, found.unit_id):
        raise ClosedOutError(task=task.number, number=closed.id, by=closed.decided_by)
    words = require_reason(decision, field=_DECISION) if decision.strip() else ""
    _settle(session, actor, settings, found, CloseOutState.CLOSED, words, now)
    if exempts:
        _exempt_open(session, actor, settings, found)
    return found


def refuse_close_out(
    session: Session, actor: Actor, settings: Settings, number: int, reason: str, now: datetime
) -> CloseOut:
    """The task goes on. Raises UnknownCloseOutError, CloseOutSettledError, InvalidValueError (reason)."""
    actor.require_coordinating()
    found = _asked(session, number)
    reason = require_reason(reason, field=_REFUSAL)
    return _settle(session, actor, settings, found, CloseOutState.REFUSED, reason, now)


def close_directly(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    task: Task,
    unit: OrgUnit | None,
    evidence: str,
    now: datetime,
    *,
    exempts: bool = False,
) -> CloseOut:
    """Closes without being asked, for one unit or (None) for all.

    Raises InvalidValueError (evidence), ClosedOutError, CloseOutAskedError where the unit waits for an answer, and
    CloseOutsWaitingError where any does and the whole task is meant.
    """
    actor.require_coordinating()
    words = require_words(evidence, field=EVIDENCE_FIELD, limit=EVIDENCE_LIMIT)
    if unit is not None:
        require_none(session, task_list, task, unit)
    else:
        _require_none_at_all(session, task_list, task)
    closed = CloseOut(
        list_id=key(task_list),
        lineage=task.lineage,
        unit_id=None if unit is None else key(unit),
        state=CloseOutState.CLOSED,
        evidence=words,
        asked_at=now,
        asked_by=actor.label,
        decided_at=now,
        decided_by=actor.label,
    )
    session.add(closed)
    session.flush()
    if exempts:
        _exempt_open(session, actor, settings, closed)
    tell_decided(session, settings, closed, now)
    return closed


def reopen_close_out(
    session: Session, actor: Actor, settings: Settings, number: int, reason: str, now: datetime
) -> CloseOut:
    """The task is expected again in the rounds that open from now on; what was made exempt stays so until a
    coordinator restores it.

    Raises UnknownCloseOutError, CloseOutSettledError unless it is closed, InvalidValueError (reason).
    """
    actor.require_coordinating()
    found = _of_state(session, number, CloseOutState.CLOSED)
    reason = require_reason(reason, field=_REOPENING)
    gettext = translations(settings.site.language).gettext
    closed_on = (found.decided_at or now).astimezone(settings.site.zone).date()
    before = gettext(_WAS_CLOSED).format(day=closed_on, by=found.decided_by) + found.decision
    words = f"{before}\n{gettext(_REOPENED).format(reason=reason)}"
    return _settle(session, actor, settings, found, CloseOutState.REOPENED, words, now)


def _asked(session: Session, number: int) -> CloseOut:
    return _of_state(session, number, CloseOutState.ASKED)


def _of_state(session: Session, number: int, state: CloseOutState) -> CloseOut:
    found = close_out_by_number(session, number)
    lock_close_outs(session, found.list_id)
    if found.state is not state:
        raise CloseOutSettledError(number=number, state=CLOSE_OUT_LABELS[found.state])
    return found


def _settle(
    session: Session,
    actor: Actor,
    settings: Settings,
    found: CloseOut,
    state: CloseOutState,
    decision: str,
    now: datetime,
) -> CloseOut:
    """The unit learns it by mail."""
    found.state, found.decision = state, decision
    found.decided_at, found.decided_by = now, actor.label
    session.add(found)
    session.flush()
    tell_decided(session, settings, found, now)
    return found


def _require_none_at_all(session: Session, task_list: TaskList, task: Task) -> None:
    lock_close_outs(session, key(task_list))
    if closed := closing_of(session, key(task_list), task.lineage, None):
        raise ClosedOutError(task=task.number, number=closed.id, by=closed.decided_by)
    if waiting := asked_of(session, key(task_list), task.lineage):
        raise CloseOutsWaitingError(task=task.number, count=len(waiting))


def _exempt_open(session: Session, actor: Actor, settings: Settings, closed: CloseOut) -> None:
    """What was accepted stays as it is."""
    words = translations(settings.site.language).gettext(_EXEMPT).format(number=closed.id)
    query = (
        select(Obligation, Task)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .where(
            ReportingRound.list_id == closed.list_id,
            col(ReportingRound.closed_at).is_(None),
            Task.lineage == closed.lineage,
        )
        .order_by(col(Obligation.id))
        .with_for_update(of=Obligation)
        .execution_options(populate_existing=True)
    )
    if closed.unit_id is not None:
        query = query.where(Obligation.unit_id == closed.unit_id)
    for obligation, task in session.exec(query).all():
        if next_state(obligation.state, Act.EXEMPT) is not None:
            exempt(session, actor, obligation, task, words)
    session.flush()
