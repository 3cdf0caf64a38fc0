"""Scheduled runs: which were taken, and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, delete

from tracker.models import JobRun
from tracker.store.upsert import insert_if_absent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


def claim_run(session: Session, job: str, planned_at: datetime) -> bool:
    """True for the one process of many that is to do this run."""
    return bool(insert_if_absent(session, JobRun, {"job": job, "planned_at": planned_at, "outcome": ""}))


def finish_run(session: Session, job: str, planned_at: datetime, now: datetime, outcome: str) -> None:
    if run := session.get(JobRun, (job, planned_at)):
        run.finished_at, run.outcome = now, outcome
        session.add(run)


def forget_runs(session: Session, before: datetime) -> None:
    session.exec(delete(JobRun).where(col(JobRun.planned_at) < before))
