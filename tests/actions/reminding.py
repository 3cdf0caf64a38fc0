"""What the tests of reminders share: moments around 6 October 2024, filing, returning, and reading a plan."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, SHANGHAI, Example
from tracker.actions.chasing.remind import plan_reminders, send_reminders
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.review.review_update import review_update
from tracker.domain.rules import ReportingRules
from tracker.models import Obligation, ReportingRound, ReviewOutcome, TaskList

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.actions.chasing.remind import ReminderPlan
    from tracker.config import Settings
    from tracker.models import OrgUnit, OutgoingMail


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, second, tzinfo=SHANGHAI)


# The working day before the holiday week, at the moment of the last rung before the due day.
EVE = at(9, 30, 9)
DUE_AT = at(10, 6, 23, 59, 59)
FIRST_AFTER = at(10, 8, 9)


def told(plan: ReminderPlan) -> dict[str, list[tuple[str, str, list[str]]]]:
    """Unit, rung and task numbers by address."""
    assert len({digest.to_address.casefold() for digest in plan.digests}) == len(plan.digests)
    return {
        digest.to_address: [
            (part.unit, part.rung, [task.number for task in part.tasks]) for part in digest.parts
        ]
        for digest in plan.digests
    }


def remind(session: Session, settings: Settings, now: datetime) -> int:
    return send_reminders(session, COORDINATOR, settings, plan_reminders(session, settings, now))


def file(session: Session, example: Example, unit: OrgUnit, *numbers: int, now: datetime = OPENED_AT) -> None:
    filings = [Filing(example.tasks[number - 1], f"{unit.name}已完成") for number in numbers]
    current = session.get_one(ReportingRound, example.round.id)
    outcome = submit(session, example.filer(unit), current, unit, filings, now)
    assert outcome.refused == ()
    session.flush()


def send_back(session: Session, example: Example, unit: OrgUnit, number: int, now: datetime) -> None:
    owed = obligation(session, example, unit, number)
    task = example.tasks[number - 1]
    review_update(session, COORDINATOR, owed, task, ReviewOutcome.RETURNED, now, reason="请补充数字")
    session.flush()


def obligation(session: Session, example: Example, unit: OrgUnit, number: int) -> Obligation:
    task = example.tasks[number - 1]
    return session.exec(
        select(Obligation).where(Obligation.task_id == task.id, Obligation.unit_id == unit.id)
    ).one()


def with_ladder(session: Session, example: Example, ladder: list[object]) -> None:
    """Gives the list and its open round another ladder."""
    for row in (
        session.get_one(TaskList, example.task_list.id),
        session.get_one(ReportingRound, example.round.id),
    ):
        values = ReportingRules.model_validate_json(row.rules).model_dump(mode="json")
        row.rules = ReportingRules.model_validate(values | {"ladder": ladder}).model_dump_json()
        session.add(row)
    session.flush()


def numbers_in(mail: OutgoingMail) -> list[str]:
    return re.findall(r"^ +第 (\S+) 项　", mail.text, re.MULTILINE)
