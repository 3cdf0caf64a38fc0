"""销号 asked for by a unit: its task is finished, and here is why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.duties.tell_close_out import tell_asked
from tracker.domain.reasons import require_words
from tracker.errors import ClosedOutError, CloseOutAskedError
from tracker.i18n import mark
from tracker.models import CloseOut, CloseOutState, key
from tracker.store.close_outs import asked_of, closing_of, lock_close_outs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, Task, TaskList

EVIDENCE_LIMIT: Final = 1000
EVIDENCE_FIELD: Final = mark("完成情况与佐证")


def ask_close_out(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    task: Task,
    unit: OrgUnit,
    evidence: str,
    now: datetime,
) -> CloseOut:
    """By the unit, which the coordinators learn by mail, or by a coordinator on its behalf. Nothing is closed by asking.

    Raises NotFoundError for another unit's filer, ForbiddenError for a leader, InvalidValueError (evidence),
    CloseOutAskedError the second time, ClosedOutError where it is closed.
    """
    actor.require_filing(key(unit))
    words = require_words(evidence, field=EVIDENCE_FIELD, limit=EVIDENCE_LIMIT)
    require_none(session, task_list, task, unit)
    asked = CloseOut(
        list_id=key(task_list),
        lineage=task.lineage,
        unit_id=key(unit),
        state=CloseOutState.ASKED,
        evidence=words,
        asked_at=now,
        asked_by=actor.label,
    )
    session.add(asked)
    session.flush()
    if not actor.is_coordinating:
        tell_asked(session, settings, asked, now)
    return asked


def require_none(session: Session, task_list: TaskList, task: Task, unit: OrgUnit) -> None:
    """Raises CloseOutAskedError or ClosedOutError; two who ask at once take turns."""
    lock_close_outs(session, key(task_list))
    if closed := closing_of(session, key(task_list), task.lineage, key(unit)):
        raise ClosedOutError(task=task.number, number=closed.id, by=closed.decided_by)
    for waiting in asked_of(session, key(task_list), task.lineage, key(unit)):
        raise CloseOutAskedError(task=task.number, unit=unit.name, number=waiting.id)
