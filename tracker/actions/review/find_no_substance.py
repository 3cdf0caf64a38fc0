"""认定无实质内容: the office's word that a text, though filed, says nothing; it counts until it is withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.reasons import require_reason
from tracker.domain.states import FILED
from tracker.errors import AlreadyFoundError, NoFindingError, NothingFiledError, OvertakenError
from tracker.i18n import mark
from tracker.models import Finding, key
from tracker.store.conduct import finding_on
from tracker.store.progress import latest_update
from tracker.store.rounds import lock_obligation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import Obligation, Task

REASON_FIELD: Final = mark("认定理由")


def find_no_substance(
    session: Session,
    actor: Actor,
    obligation: Obligation,
    task: Task,
    reason: str,
    now: datetime,
    *,
    version: int | None = None,
) -> Finding:
    """Of the newest text; `version` is the one that was read. A later version does not take the finding away.

    Raises InvalidValueError (reason), NothingFiledError, AlreadyFoundError, OvertakenError when a newer version came in
    meanwhile.
    """
    actor.require_coordinating()
    words = require_reason(reason, field=REASON_FIELD)
    lock_obligation(session, obligation)
    update = latest_update(session, obligation)
    if update is None or obligation.state not in FILED:
        raise NothingFiledError(task=task.number)
    if found := finding_on(session, key(obligation)):
        raise AlreadyFoundError(task=task.number, by=found.found_by)
    if version is not None and version != update.version:
        raise OvertakenError(
            task=task.number, filed_by=update.filed_by, theirs=update.nil_reason or update.text, yours=""
        )
    finding = Finding(obligation_id=key(obligation), reason=words, found_at=now, found_by=actor.label)
    session.add(finding)
    session.flush()
    return finding


def withdraw_finding(
    session: Session, actor: Actor, obligation: Obligation, task: Task, now: datetime
) -> Finding:
    """What was said stays on record. Raises NoFindingError."""
    actor.require_coordinating()
    lock_obligation(session, obligation)
    found = finding_on(session, key(obligation))
    if found is None:
        raise NoFindingError(task=task.number)
    found.withdrawn_at, found.withdrawn_by = now, actor.label
    session.add(found)
    session.flush()
    return found
