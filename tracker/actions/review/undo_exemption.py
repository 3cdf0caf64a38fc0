"""免报 taken back: the obligation is expected again and stands where what is on file says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from tracker.actions.units.change_unit import require_in_force
from tracker.domain.reasons import require_reason
from tracker.domain.restored_state import state_on_file
from tracker.domain.states import ObligationState
from tracker.errors import MovedAwayError, NotExemptError, RoundClosedError
from tracker.i18n import mark, translations
from tracker.models import Draft, OrgUnit, ReportingRound, Review, ReviewOutcome
from tracker.store.progress import latest_update
from tracker.store.reassignments import standing_in
from tracker.store.rounds import lock_obligation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import Obligation, Reassignment, Task

_FIELD: Final = mark("恢复应报的理由")
# Kept with the reason that it takes back: both are the record of what was decided.
_RESTORED: Final = mark("{before}（{day}由{by}恢复应报：{reason}）")


def undo_exemption(
    session: Session,
    actor: Actor,
    settings: Settings,
    obligation: Obligation,
    task: Task,
    reason: str,
    now: datetime,
) -> None:
    """While the round is open. Timeliness is as before: the first submission settled it.

    Raises NotExemptError, RoundClosedError, InvalidValueError (reason), UnitMergedError, and MovedAwayError where
    the task was moved to another unit: undoing that is what gives it back.
    """
    actor.require_coordinating()
    reason = require_reason(reason, field=_FIELD)
    reporting_round = session.get_one(ReportingRound, obligation.round_id)
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)
    require_in_force(session, session.get_one(OrgUnit, obligation.unit_id))
    lock_obligation(session, obligation)
    if obligation.state is not ObligationState.EXEMPT:
        raise NotExemptError(task=task.number)
    if moved := moved_away(session, obligation, task):
        taker = session.get_one(OrgUnit, moved.to_unit_id)
        raise MovedAwayError(task=task.number, unit=taker.name, number=moved.id)
    gettext = translations(settings.site.language).gettext
    obligation.exempt_reason = gettext(_RESTORED).format(
        before=obligation.exempt_reason,
        day=now.astimezone(settings.site.zone).date(),
        by=actor.label,
        reason=reason,
    )
    obligation.state = restored_state(session, obligation)
    session.add(obligation)
    session.flush()


def moved_away(session: Session, obligation: Obligation, task: Task) -> Reassignment | None:
    """The re-assignment of this round by which the unit is exempt, where there is one that stands."""
    return next(
        (
            moved
            for moved in standing_in(session, obligation.round_id, task.lineage)
            if moved.from_unit_id == obligation.unit_id
        ),
        None,
    )


def restored_state(session: Session, obligation: Obligation) -> ObligationState:
    """Where the obligation stands by its versions, reviews and draft."""
    update = latest_update(session, obligation)
    review = None
    if update is not None:
        review = session.exec(
            select(Review.outcome)
            .where(Review.update_id == update.id, Review.outcome != ReviewOutcome.ENDORSED)
            .order_by(col(Review.id).desc())
        ).first()
    return state_on_file(
        is_filed=update is not None,
        is_nil=bool(update and update.nil_reason),
        has_draft=session.get(Draft, obligation.id) is not None,
        review=None if review is None else ("returned" if review is ReviewOutcome.RETURNED else "accepted"),
    )
