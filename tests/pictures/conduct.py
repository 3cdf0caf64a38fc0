"""A finding and appeals of the demo, invented: what the pictures of scores show."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tests.example import COORDINATOR
from tracker.actions.review.appeal import ask_appeal, excuse
from tracker.actions.review.decide_appeal import uphold_appeal
from tracker.actions.review.find_no_substance import find_no_substance
from tracker.domain.actors import Actor, Role
from tracker.domain.faults import Fault
from tracker.domain.states import ObligationState
from tracker.models import Obligation, OrgUnit, ReportingRound, Task, key
from tracker.store.faults import has_fault

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

_WORDS = "当日县里停电，材料已于截止前通过传真报送，附传真回执（示例）。"


def stage_conduct(database: Database, settings: Settings, now: datetime) -> tuple[str, int]:
    """The period of the newest closed round, and the obligation of a unit in it whose appeal waits."""
    with database.transaction() as session:
        _find(session, now)
        closed = session.exec(
            select(ReportingRound)
            .where(col(ReportingRound.closed_at).is_not(None))
            .order_by(col(ReportingRound.due_at).desc())
        ).first()
        assert closed
        waiting, upheld, excused, *_more = _faulty(session, closed)
        for fault, obligation in (waiting, upheld):
            unit = session.get_one(OrgUnit, obligation.unit_id)
            filer = Actor(role=Role.FILLER, label=unit.name, via="test", unit_id=key(unit))
            asked = ask_appeal(
                session,
                filer,
                settings,
                obligation,
                session.get_one(Task, obligation.task_id),
                fault,
                _WORDS,
                now - timedelta(hours=2),
            )
        decision = "经核实情况属实（示例）。"
        uphold_appeal(session, COORDINATOR, settings, key(asked), decision, now - timedelta(hours=1))
        fault, obligation = excused
        task = session.get_one(Task, obligation.task_id)
        excuse(session, COORDINATOR, settings, obligation, task, fault, "防汛期间（示例）", now)
        return closed.period, key(waiting[1])


def _find(session: Session, now: datetime) -> None:
    """Of the text that waits longest in the open round."""
    found, task = session.exec(
        select(Obligation, Task)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .where(col(ReportingRound.closed_at).is_(None), Obligation.state == ObligationState.SUBMITTED)
        .order_by(col(Obligation.last_submitted_at), col(Obligation.id))
    ).first() or (None, None)
    assert found
    assert task
    find_no_substance(session, COORDINATOR, found, task, "没有写存在的问题和下一步（示例）", now)


def _faulty(session: Session, closed: ReportingRound) -> list[tuple[Fault, Obligation]]:
    """One for each unit that has any."""
    found: dict[int, tuple[Fault, Obligation]] = {}
    for fault in Fault:
        for obligation in session.exec(
            select(Obligation)
            .where(Obligation.round_id == closed.id, *has_fault(fault, closed.id, is_struck_out=False))
            .order_by(col(Obligation.id))
        ):
            found.setdefault(obligation.unit_id, (fault, obligation))
    return list(found.values())
