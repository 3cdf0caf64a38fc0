"""What pages show of tasks that were moved, closed out, or asked about by a leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.duties.read_instructions import instructions_of_unit
from tracker.actions.duties.tell_close_out import CLOSE_OUT_LABELS
from tracker.actions.duties.undo_reassignment import Undoing, undoing_of
from tracker.actions.review.undo_exemption import moved_away
from tracker.domain.instructions import INSTRUCTION_LABELS
from tracker.domain.rules import end_of_day
from tracker.i18n import mark
from tracker.models import CloseOutState, OrgUnit, ReportingRound, key
from tracker.store.close_outs import close_outs_on, closing_of, evidence_files
from tracker.store.reassignments import reassignment_history
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tracker.actions.duties.read_instructions import InstructionRow
    from tracker.models import CloseOut, Obligation, Reassignment, Task
    from tracker.web.visits import Visit


_ASKED: Final = mark("申请")
_CLOSED: Final = mark("直接销号")
_WRITTEN: Final = mark("登记")


@dataclass(frozen=True, slots=True)
class ReassignmentView:
    """`undoing` is what an undoing would do now: "restores", "stops" or "nothing"; for a coordinator only."""

    number: int
    lineage: int
    giver: str
    taker: str
    label: str
    is_lasting: bool
    reason: str
    at: datetime
    by: str
    undone_at: datetime | None
    undone_by: str
    undoing: str


@dataclass(frozen=True, slots=True)
class CloseOutView:
    """`unit` is "" where the whole task is meant, `act` what was done at `asked_at`.

    `files` are (number, name) of what was sent in on the task.
    """

    number: int
    unit: str
    lineage: int
    state: str
    label: str
    evidence: str
    files: tuple[tuple[int, str], ...]
    asked_at: datetime
    asked_by: str
    act: str
    decision: str
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class InstructionView:
    row: InstructionRow
    state: str
    label: str
    time_left: str


@dataclass(frozen=True, slots=True)
class DutyView:
    """All of it of one unit's task; `is_closed` while it is closed out, `is_moved_away` where another unit owes it now."""

    moves: tuple[ReassignmentView, ...]
    close_outs: tuple[CloseOutView, ...]
    instructions: tuple[InstructionView, ...]
    is_closed: bool
    is_asked: bool
    is_moved_away: bool


def duty_view(visit: Visit, obligation: Obligation, task: Task) -> DutyView:
    session, unit_id = visit.session, obligation.unit_id
    list_id = session.get_one(ReportingRound, obligation.round_id).list_id
    moves = [
        found
        for found in reassignment_history(session, list_id, lineage=task.lineage)
        if unit_id in (found[1].id, found[2].id)
    ]
    rows = close_outs_on(session, list_id, task.lineage, unit_id)
    name = session.get_one(OrgUnit, unit_id).name
    return DutyView(
        moves=reassignment_views(visit, moves),
        close_outs=tuple(close_out_view(visit, found, name if found.unit_id else "") for found in rows),
        instructions=tuple(
            instruction_view(visit, row)
            for row in instructions_of_unit(session, visit.settings, unit_id, visit.now)
            if (row.list_id, row.lineage) == (list_id, task.lineage)
        ),
        is_closed=closing_of(session, list_id, task.lineage, unit_id) is not None,
        is_asked=any(found.state is CloseOutState.ASKED for found in rows),
        is_moved_away=moved_away(session, obligation, task) is not None,
    )


def reassignment_views(
    visit: Visit, found: Sequence[tuple[Reassignment, OrgUnit, OrgUnit]]
) -> tuple[ReassignmentView, ...]:
    views = []
    for moved, giver, taker in found:
        reporting_round = visit.session.get_one(ReportingRound, moved.round_id)
        undoing = undoing_of(visit.session, moved) if visit.actor.is_coordinating else Undoing.NOTHING
        views.append(
            ReassignmentView(
                number=key(moved),
                lineage=moved.lineage,
                giver=giver.name,
                taker=taker.name,
                label=round_in_words(reporting_round, visit.gettext),
                is_lasting=moved.is_lasting,
                reason=moved.reason,
                at=moved.reassigned_at,
                by=moved.reassigned_by,
                undone_at=moved.undone_at,
                undone_by=moved.undone_by,
                undoing=undoing.value,
            )
        )
    return tuple(views)


def close_out_view(visit: Visit, found: CloseOut, unit: str) -> CloseOutView:
    files = evidence_files(visit.session, found.list_id, found.lineage, found.unit_id)
    return CloseOutView(
        number=key(found),
        unit=unit,
        lineage=found.lineage,
        state=found.state.value,
        label=visit.gettext(CLOSE_OUT_LABELS[found.state]),
        evidence=found.evidence,
        files=tuple((key(material), material.file_name) for material in files),
        asked_at=found.asked_at,
        asked_by=found.asked_by,
        act=visit.gettext(_act(found)),
        decision=found.decision,
        decided_at=found.decided_at,
        decided_by=found.decided_by,
    )


def _act(found: CloseOut) -> str:
    """What was done at `asked_at`, as a source text."""
    if found.state is CloseOutState.REOPENED:
        return _WRITTEN
    is_direct = found.state is CloseOutState.CLOSED and found.decided_at == found.asked_at
    return _CLOSED if is_direct else _ASKED


def instruction_view(visit: Visit, row: InstructionRow) -> InstructionView:
    due_at = end_of_day(row.due_on, visit.settings.site.zone)
    return InstructionView(
        row=row,
        state=row.state.value,
        label=visit.gettext(INSTRUCTION_LABELS[row.state]),
        time_left=visit.time_left(due_at) if row.waits else "",
    )
