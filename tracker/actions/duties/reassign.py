"""改派: a task goes from one unit to another, in an open round and where wanted in all that open later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.chasing.remind import plan_by_hand, send_reminders
from tracker.actions.review.review_update import exempt
from tracker.actions.review.undo_exemption import restored_state
from tracker.domain.reasons import require_reason
from tracker.domain.states import ObligationState
from tracker.errors import AcceptedNotMovedError, AlreadyOwedError, ClosedOutError, RoundClosedError
from tracker.i18n import mark, translations
from tracker.models import Obligation, OrgUnit, Reassignment, ReportingRound, TaskList, key
from tracker.store.close_outs import closing_of
from tracker.store.rounds import lock_obligations
from tracker.store.unit_changes import lock_units
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import Task

_FIELD: Final = mark("改派理由")
_MOVED: Final = mark("已改派给{unit}：{reason}")


def reassign(
    session: Session,
    actor: Actor,
    settings: Settings,
    obligation: Obligation,
    task: Task,
    to: OrgUnit,
    reason: str,
    now: datetime,
    *,
    is_lasting: bool = False,
) -> Reassignment:
    """The old unit's obligation becomes exempt and keeps its texts; `to`, or the unit it was merged into, owes the task
    in the same role. Where it was exempt there, it is expected again.

    Raises RoundClosedError, InvalidValueError (reason), AcceptedNotMovedError, TransitionError for what is exempt
    already, AlreadyOwedError where `to` owes the task anyway, ClosedOutError where it has closed it out.
    """
    actor.require_coordinating()
    reason = require_reason(reason, field=_FIELD)
    # In turn with merges and with others who move tasks: `to` stays what it is until the end.
    lock_units(session)
    session.refresh(to)
    to = unit_by_id(session, key(to))
    reporting_round = session.get_one(ReportingRound, obligation.round_id, populate_existing=True)
    if reporting_round.closed_at:
        raise RoundClosedError(period=reporting_round.period)
    owner = session.get_one(OrgUnit, obligation.unit_id)
    if to.id == owner.id:
        raise AlreadyOwedError(task=task.number, unit=to.name)
    if closed := closing_of(session, reporting_round.list_id, task.lineage, key(to)):
        raise ClosedOutError(task=task.number, number=closed.id, by=closed.decided_by)
    lock_obligations(session, reporting_round, key(owner), [key(task)])
    if obligation.state is ObligationState.ACCEPTED:
        raise AcceptedNotMovedError(task=task.number, unit=owner.name)
    given = lock_obligations(session, reporting_round, key(to), [key(task)]).get(key(task))
    if given is not None and given.state is not ObligationState.EXEMPT:
        raise AlreadyOwedError(task=task.number, unit=to.name)
    words = translations(settings.site.language).gettext(_MOVED).format(unit=to.name, reason=reason)
    exempt(session, actor, obligation, task, words)
    _give(session, obligation, given, to)
    moved = Reassignment(
        list_id=reporting_round.list_id,
        lineage=task.lineage,
        round_id=key(reporting_round),
        from_unit_id=key(owner),
        to_unit_id=key(to),
        is_lasting=is_lasting,
        reason=reason,
        reassigned_at=now,
        reassigned_by=actor.label,
    )
    session.add(moved)
    session.flush()
    return moved


def tell_new_unit(
    session: Session, actor: Actor, settings: Settings, moved: Reassignment, now: datetime
) -> int:
    """Reminds the unit that the task went to of all that it owes in the round, at once; how many mails."""
    reporting_round = session.get_one(ReportingRound, moved.round_id)
    task_list = session.get_one(TaskList, moved.list_id)
    plan = plan_by_hand(session, settings, task_list, reporting_round, now, unit_ids=[moved.to_unit_id])
    return send_reminders(session, actor, settings, plan)


def _give(session: Session, taken: Obligation, given: Obligation | None, to: OrgUnit) -> None:
    """`given` is the exempt obligation that `to` has of the task, None without one."""
    if given is None:
        given = Obligation(round_id=taken.round_id, task_id=taken.task_id, unit_id=key(to), role=taken.role)
    else:
        # Its reason stays: undoing the re-assignment makes it exempt for that reason again.
        given.state = restored_state(session, given)
    session.add(given)
    session.flush()
