"""A 报送表 that came back: verified, compared with what is on file, and what is new in it filed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.filing.file_progress import Submission, submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.filing_checks import require_open
from tracker.actions.filing.form_rows import Desk, Fate, FormLine, refused_line, rows_by_task
from tracker.actions.filing.issue_form import FORM_KEY
from tracker.domain.form_identity import read_fields
from tracker.domain.states import OUTSTANDING
from tracker.errors import ConflictError, FormOutdatedError, NotFoundError
from tracker.models import ReportingRound, TaskList, key
from tracker.store.lists import tasks_of
from tracker.store.progress import drafts_of, latest_updates, receipt_by_request
from tracker.store.receipts import receipt_numbers
from tracker.store.rounds import lock_obligations, obligations_of
from tracker.store.site_keys import site_key
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.domain.form_identity import FormIdentity
    from tracker.importers.forms import FormReading
    from tracker.models import OrgUnit, Receipt, Task


@dataclass(frozen=True, slots=True)
class FormOutcome:
    """`receipt` confirms what this form filed (or filed when it came before), None where that is nothing;
    `outstanding` are the numbers of the tasks that the unit still owes; `link` leads to its page."""

    task_list: TaskList
    round: ReportingRound
    unit: OrgUnit
    receipt: Receipt | None
    lines: tuple[FormLine, ...]
    outstanding: tuple[str, ...]
    link: str

    def of(self, fate: Fate) -> tuple[FormLine, ...]:
        return tuple(line for line in self.lines if line.fate is fate)

    @property
    def has_conflict(self) -> bool:
        return any(isinstance(line.error, ConflictError) for line in self.lines)


def file_form(
    session: Session,
    actor: Actor,
    settings: Settings,
    reading: FormReading,
    now: datetime,
    *,
    request_key: str,
) -> FormOutcome:
    """Files every row whose text is not on file yet; the others, and those refused, are answered for by row.

    The same form again files nothing and, with the same `request_key`, answers with the same receipt. Raises
    ForeignFormError, FormAlteredError, FormOutdatedError, RoundClosedError, and outside the actor's scope
    NotFoundError or ForbiddenError; then nothing was filed.
    """
    secret = site_key(session, FORM_KEY, now)
    identity = read_fields(reading.fields, reading.signature, secret)
    unit = unit_by_id(session, identity.unit_id)
    actor.require_filing(key(unit))
    reporting_round = _round_of(session, identity, unit)
    require_open(reporting_round, now)
    tasks = {key(task): task for task in tasks_of(session, reporting_round.version_id)}
    by_task, strangers = rows_by_task(reading, tasks, secret)
    # Before anything is compared: the same form may be coming in twice at once.
    obligations = lock_obligations(session, reporting_round, key(unit), by_task)
    desk = Desk(
        actor=actor,
        words=reading.fields,
        issued_at=identity.issued_at,
        obligations=obligations,
        updates=latest_updates(session, reporting_round, unit_id=key(unit)),
        drafts=drafts_of(session, reporting_round, key(unit)),
        receipts=receipt_numbers(session, reporting_round, key(unit)),
    )
    judged = {task_id: desk.judge(tasks[task_id], rows) for task_id, rows in by_task.items()}
    filings = [found for found in judged.values() if isinstance(found, Filing)]
    lines = {task_id: found for task_id, found in judged.items() if isinstance(found, FormLine)}
    request = _request_key(request_key, reading)
    if filings:
        submission = submit(session, actor, reporting_round, unit, filings, now, request_key=request)
        lines |= _lines(submission, {task_id: rows[0][0].where for task_id, rows in by_task.items()})
        session.flush()
    task_list = session.get_one(TaskList, reporting_round.list_id)
    return FormOutcome(
        task_list=task_list,
        round=reporting_round,
        unit=unit,
        # The same form filed these rows when it came before: none of them is left to file.
        receipt=submission.receipt if filings else receipt_by_request(session, key(unit), request),
        lines=(*(lines[task_id] for task_id in tasks if task_id in lines), *strangers),
        outstanding=_outstanding(session, reporting_round, unit, tasks),
        link=f"{settings.site.base_url}/filing/{task_list.slug}/{reporting_round.period}",
    )


def _lines(submission: Submission, places: Mapping[int, str]) -> dict[int, FormLine]:
    """What became of the filings, by task."""
    filed = {
        key(line.task): FormLine(
            line.task.number, places[key(line.task)], Fate.FILED, line.version, line.receipt
        )
        for line in submission.filed
    }
    refused = {
        key(refusal.task): refused_line(refusal.task.number, places[key(refusal.task)], refusal.error)
        for refusal in submission.refused
    }
    return filed | refused


def _outstanding(
    session: Session, reporting_round: ReportingRound, unit: OrgUnit, tasks: Mapping[int, Task]
) -> tuple[str, ...]:
    """In the order of the document."""
    obligations = obligations_of(session, reporting_round, unit_id=key(unit))
    owed = {found.task_id for found in obligations if found.state in OUTSTANDING}
    return tuple(task.number for task_id, task in tasks.items() if task_id in owed)


def _round_of(session: Session, identity: FormIdentity, unit: OrgUnit) -> ReportingRound:
    reporting_round = session.get(ReportingRound, identity.round_id)
    if reporting_round is None:
        raise NotFoundError
    # A unit that was merged into another: the versions that its rows name are not the other's.
    if key(unit) != identity.unit_id or reporting_round.version_id != identity.version_id:
        raise FormOutdatedError
    return reporting_round


def _request_key(given: str, reading: FormReading) -> str:
    """The same for the same form with the same texts under the same key."""
    rows = [
        (row.mark, row.text, row.status, row.remark, *filter(None, (row.assessment,))) for row in reading.rows
    ]
    return hashlib.sha256(json.dumps([given, reading.signature, rows]).encode()).hexdigest()
