"""A re-assignment is taken back while the new unit has filed nothing; a lasting one can be stopped at any time."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from tracker.actions.review.undo_exemption import restored_state
from tracker.domain.states import ObligationState
from tracker.errors import LaterReassignmentError, ReassignmentStandsError, ReassignmentUndoneError
from tracker.i18n import mark, translations
from tracker.models import Obligation, OrgUnit, ReportingRound, Task, key, metadata
from tracker.store.reassignments import reassignment_by_number, standing_in
from tracker.store.rounds import lock_obligation
from tracker.store.unit_changes import lock_units
from tracker.store.unit_rows import referring_rows

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import Reassignment

_TAKEN_BACK: Final = mark("改派已撤销，仍由{unit}报送")


class Undoing(StrEnum):
    """What undoing a re-assignment does now: gives the task back, or only spares the rounds that open later."""

    RESTORES = "restores"
    STOPS = "stops"
    NOTHING = "nothing"


def undo_reassignment(
    session: Session, actor: Actor, settings: Settings, number: int, now: datetime
) -> Undoing:
    """What it did. What the old unit had written stands again where it stood; a draft of the new unit is kept with an
    exempt obligation.

    Raises UnknownReassignmentError, ReassignmentUndoneError, LaterReassignmentError where the task was moved on,
    ReassignmentStandsError where the new unit has filed or the round is closed, and it is not lasting.
    """
    actor.require_coordinating()
    lock_units(session)
    moved = reassignment_by_number(session, number)
    if moved.undone_at:
        raise ReassignmentUndoneError(number=number, by=moved.undone_by)
    taken, given = _obligations(session, moved)
    for obligation in (taken, given):
        if obligation is not None:
            lock_obligation(session, obligation)
    outcome = undoing_of(session, moved)
    if outcome is Undoing.NOTHING:
        unit = session.get_one(OrgUnit, moved.to_unit_id)
        raise ReassignmentStandsError(number=number, unit=unit.name)
    if outcome is Undoing.RESTORES:
        _require_last(session, moved)
        _restore(session, settings, moved, taken, given)
    moved.undone_at, moved.undone_by = now, actor.label
    session.add(moved)
    session.flush()
    return outcome


def undoing_of(session: Session, moved: Reassignment) -> Undoing:
    """What undoing would do; NOTHING where it has been done or cannot be."""
    if moved.undone_at:
        return Undoing.NOTHING
    _taken, given = _obligations(session, moved)
    reporting_round = session.get_one(ReportingRound, moved.round_id)
    if reporting_round.closed_at is None and (given is None or not given.version):
        return Undoing.RESTORES
    return Undoing.STOPS if moved.is_lasting else Undoing.NOTHING


def _require_last(session: Session, moved: Reassignment) -> None:
    for other in standing_in(session, moved.round_id, moved.lineage):
        if key(other) > key(moved) and other.from_unit_id == moved.to_unit_id:
            raise LaterReassignmentError(later=other.id)


def _restore(
    session: Session,
    settings: Settings,
    moved: Reassignment,
    taken: Obligation | None,
    given: Obligation | None,
) -> None:
    if given is not None and given.id != (taken.id if taken else None):
        row = {"id": given.id}
        if not given.exempt_reason and not referring_rows(session, metadata.tables["obligation"], row):
            session.delete(given)
        else:
            given.state = ObligationState.EXEMPT
            if not given.exempt_reason:
                gettext = translations(settings.site.language).gettext
                owner = session.get_one(OrgUnit, moved.from_unit_id)
                given.exempt_reason = gettext(_TAKEN_BACK).format(unit=owner.name)
            session.add(given)
    if taken is not None and taken.state is ObligationState.EXEMPT:
        taken.state, taken.exempt_reason = restored_state(session, taken), ""
        session.add(taken)


def _obligations(session: Session, moved: Reassignment) -> tuple[Obligation | None, Obligation | None]:
    """Of the unit that the task was taken from, and of the one that it went to; None for one merged away."""
    found = {
        obligation.unit_id: obligation
        for obligation in session.exec(
            select(Obligation)
            .join(Task, col(Task.id) == col(Obligation.task_id))
            .where(Obligation.round_id == moved.round_id, Task.lineage == moved.lineage)
        )
    }
    return found.get(moved.from_unit_id), found.get(moved.to_unit_id)
