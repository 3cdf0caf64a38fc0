"""Filing by a program that may repeat its request: the same request key never files twice, and the answer
says of each text which version and receipt it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.file_progress import Filing, Refusal, submit
from tracker.domain.texts import clean_text
from tracker.errors import InputError, TrackerError
from tracker.models import ProgressUpdate, Receipt, key
from tracker.store.progress import latest_update, receipt_by_request, receipt_lines
from tracker.store.rounds import lock_obligations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, ReportingRound, Task


class RequestKeyUsedError(InputError):
    """The key stands for an earlier request that did not file this text."""

    message = (
        "请求编号“{request_key}”已用于回执 {receipt}，其中没有第 {task} 项的这一内容。请换一个编号再报。"
    )


@dataclass(frozen=True, slots=True)
class FiledLine:
    """A text on file: the version it is, and the number of the receipt that confirms it."""

    task: Task
    version: int
    receipt: str


@dataclass(frozen=True, slots=True)
class FilingOutcome:
    """`receipt` confirms this request; None when nothing was taken."""

    receipt: Receipt | None
    filed: tuple[FiledLine, ...]
    refused: tuple[Refusal, ...]


def file_once(
    session: Session,
    actor: Actor,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    filings: Sequence[Filing],
    now: datetime,
    *,
    request_key: str | None = None,
) -> FilingOutcome:
    """As `submit`. A repeated `request_key` answers with the receipt given then, also after the round closed;
    a text which that receipt does not confirm is refused, so that no key ever vouches for what was not filed.
    """
    actor.require_filing(key(unit))
    if request_key and (receipt := receipt_by_request(session, key(unit), request_key)):
        return _repeated(session, reporting_round, receipt, filings, request_key)
    submission = submit(session, actor, reporting_round, unit, filings, now, request_key=request_key)
    obligations = lock_obligations(
        session, reporting_round, key(unit), [key(task) for task in submission.filed]
    )
    written = {filing.task.id: filing for filing in filings}
    lines = []
    for task in submission.filed:
        update = latest_update(session, obligations[key(task)])
        if request_key and submission.receipt and not (update and _is_text_of(update, written[task.id])):
            # A request that came with the same key at the same moment has committed after our first look.
            return _repeated(session, reporting_round, submission.receipt, filings, request_key)
        if update:
            number = session.get_one(Receipt, update.receipt_id).number
            lines.append(FiledLine(task, update.version, number))
    return FilingOutcome(submission.receipt, tuple(lines), submission.refused)


def _repeated(
    session: Session,
    reporting_round: ReportingRound,
    receipt: Receipt,
    filings: Sequence[Filing],
    request_key: str,
) -> FilingOutcome:
    # Tasks are the same from period to period, so a key of an earlier round must not match by its text.
    confirmed = {}
    if receipt.round_id == key(reporting_round):
        confirmed = {task.id: update for task, update in receipt_lines(session, receipt)}
    filed, refused = [], []
    for filing in filings:
        try:
            update = confirmed.get(filing.task.id)
            if update is None or not _is_text_of(update, filing):
                raise RequestKeyUsedError(
                    request_key=request_key, receipt=receipt.number, task=filing.task.number
                )
            filed.append(FiledLine(filing.task, update.version, receipt.number))
        except TrackerError as error:
            refused.append(Refusal(filing.task, error))
    return FilingOutcome(receipt if filed else None, tuple(filed), tuple(refused))


def _is_text_of(update: ProgressUpdate, filing: Filing) -> bool:
    text = update.nil_reason if filing.is_nil else update.text
    return bool(update.nil_reason) == filing.is_nil and text == clean_text(filing.text)
