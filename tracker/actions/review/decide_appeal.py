"""申诉 decided by the office: upheld, refused, or an excuse taken back. The unit is told of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.review.tell_appeals import APPEAL_LABELS, tell_decided
from tracker.domain.reasons import require_reason
from tracker.errors import AppealSettledError
from tracker.i18n import mark, translations
from tracker.models import AppealState, Obligation
from tracker.store.conduct import appeal_by_number
from tracker.store.rounds import lock_obligation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import Appeal

DECISION_FIELD: Final = mark("处理意见")
_TAKING_BACK: Final = mark("撤回免责的理由")
# Kept with the reason for taking it back, which takes the place of the decision.
_WAS_UPHELD: Final = mark("{day}由{by}免责。")
_TAKEN_BACK: Final = mark("撤回免责：{reason}")


def uphold_appeal(
    session: Session, actor: Actor, settings: Settings, number: int, decision: str, now: datetime
) -> Appeal:
    """The fault is struck out of every score from now on; what was published before stays as it was published.

    Raises UnknownAppealError, AppealSettledError unless it was asked, InvalidValueError (decision).
    """
    return _decide(session, actor, settings, number, AppealState.UPHELD, decision, now)


def refuse_appeal(
    session: Session, actor: Actor, settings: Settings, number: int, decision: str, now: datetime
) -> Appeal:
    """The fault goes on counting. Raises as `uphold_appeal`."""
    return _decide(session, actor, settings, number, AppealState.REFUSED, decision, now)


def take_back_excuse(
    session: Session, actor: Actor, settings: Settings, number: int, reason: str, now: datetime
) -> Appeal:
    """What was upheld counts again. Raises UnknownAppealError, AppealSettledError unless it is upheld,
    InvalidValueError (reason)."""
    actor.require_coordinating()
    reason = require_reason(reason, field=_TAKING_BACK)
    found = _of_state(session, number, AppealState.UPHELD)
    gettext = translations(settings.site.language).gettext
    upheld_on = (found.decided_at or now).astimezone(settings.site.zone).date()
    before = gettext(_WAS_UPHELD).format(day=upheld_on, by=found.decided_by) + found.decision
    words = f"{before}\n{gettext(_TAKEN_BACK).format(reason=reason)}"
    return _settle(session, actor, settings, found, AppealState.REFUSED, words, now)


def _decide(
    session: Session,
    actor: Actor,
    settings: Settings,
    number: int,
    state: AppealState,
    decision: str,
    now: datetime,
) -> Appeal:
    actor.require_coordinating()
    words = require_reason(decision, field=DECISION_FIELD)
    found = _of_state(session, number, AppealState.ASKED)
    return _settle(session, actor, settings, found, state, words, now)


def _of_state(session: Session, number: int, state: AppealState) -> Appeal:
    """Locked after its obligation, in the order in which asking locks."""
    found = appeal_by_number(session, number)
    lock_obligation(session, session.get_one(Obligation, found.obligation_id))
    if found.state is not state:
        raise AppealSettledError(number=number, state=APPEAL_LABELS[found.state])
    return found


def _settle(
    session: Session,
    actor: Actor,
    settings: Settings,
    found: Appeal,
    state: AppealState,
    decision: str,
    now: datetime,
) -> Appeal:
    found.state, found.decision = state, decision
    found.decided_at, found.decided_by = now, actor.label
    session.add(found)
    session.flush()
    tell_decided(session, settings, found, now)
    return found
