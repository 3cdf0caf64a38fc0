"""Filing: one or many texts, nil reports included. Every face ends up here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.actions.filing.filing_checks import expected_obligation, require_base, require_open, state_after
from tracker.actions.filing.indicator_lines import indicator_lines
from tracker.actions.filing.save_draft import discard_draft, keep_refused
from tracker.domain.rates import is_on_time
from tracker.domain.reported_values import Reported, read_values
from tracker.domain.states import Act, ObligationState
from tracker.domain.texts import check_progress, check_remark
from tracker.errors import AssessmentNeededError, RequestKeyUsedError, TrackerError
from tracker.models import ProgressUpdate, Receipt, ReportedValue, key
from tracker.store.extensions import due_at_of
from tracker.store.progress import latest_update, receipt_by_request, receipt_lines
from tracker.store.reported_values import values_of_updates
from tracker.store.rounds import lock_obligations, round_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.filing.filing import Filing
    from tracker.actions.filing.indicator_lines import IndicatorLine
    from tracker.domain.actors import Actor
    from tracker.domain.rules import ReportingRules
    from tracker.models import Obligation, OrgUnit, ReportingRound, Task

# Letters and digits that cannot be mistaken for one another when a receipt is read out over the phone.
_RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class FiledLine:
    """A text on file: the version it is, and the number of the receipt that confirms it."""

    task: Task
    version: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A filing that was not taken, and why."""

    task: Task
    error: TrackerError


@dataclass(frozen=True, slots=True)
class Submission:
    """What came of one act of filing: `receipt` confirms it, and is None when nothing was taken."""

    receipt: Receipt | None
    filed: tuple[FiledLine, ...] = ()
    refused: tuple[Refusal, ...] = ()


def submit(
    session: Session,
    actor: Actor,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    filings: Sequence[Filing],
    now: datetime,
    *,
    request_key: str | None = None,
) -> Submission:
    """Files each text that passes and refuses the others, each with its reason; a filler's stay as drafts.

    A text that is the same as the one on file makes no second version. A repeated `request_key` answers with
    the receipt given then, also after the round has closed, and never vouches for what that did not file.
    Raises NotFoundError or ForbiddenError outside the actor's scope, RoundClosedError after closing. Of two
    requests that come at once with one new key for different tasks, the later meets IntegrityError.
    """
    actor.require_filing(key(unit))
    tasks = {key(filing.task): filing.task for filing in filings}
    # Locked before the key is looked up: a request with the same key for the same tasks may be under way.
    obligations = lock_obligations(session, reporting_round, key(unit), tasks)
    rules = round_rules(reporting_round)
    asked = indicator_lines(session, reporting_round, key(unit), tasks)
    if not rules.asks_assessment:
        filings = [replace(filing, assessment=None) for filing in filings]
    if request_key and (given := receipt_by_request(session, key(unit), request_key)):
        return _repeated(session, reporting_round, given, filings, asked, request_key)
    require_open(reporting_round, now)
    receipt = Receipt(
        number=_receipt_number(now, unit),
        round_id=key(reporting_round),
        unit_id=key(unit),
        issued_at=now,
        filed_by=actor.label,
        via=actor.via,
        request_key=request_key,
    )
    desk = _Desk(session, rules, receipt, due_at_of(session, reporting_round, key(unit)))
    filed: list[tuple[Task, ProgressUpdate]] = []
    refused: list[Refusal] = []
    for filing in filings:
        try:
            obligation = expected_obligation(obligations, filing.task, unit)
            filed.append((filing.task, desk.file(obligation, filing, asked.get(key(filing.task), ()))))
        except TrackerError as error:
            refused.append(Refusal(filing.task, error))
            if filing.task.id in obligations:
                kept = obligations[key(filing.task)]
                keep_refused(session, actor, reporting_round, kept, filing, now)
    receipts = [session.get_one(Receipt, update.receipt_id) for _, update in filed]
    lines = [
        FiledLine(task, update.version, given.number)
        for (task, update), given in zip(filed, receipts, strict=True)
    ]
    # Where nothing new was written, the receipt is the one already given.
    confirmed = receipt if receipt.id else next(iter(receipts), None)
    return Submission(confirmed, tuple(lines), tuple(refused))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one act of filing is measured by, and the receipt that confirms it."""

    session: Session
    rules: ReportingRules
    receipt: Receipt
    due_at: datetime

    def file(self, obligation: Obligation, filing: Filing, asked: Sequence[IndicatorLine]) -> ProgressUpdate:
        """The new version, or the one on file where it says the same."""
        task = filing.task
        text = check_progress(filing.text, task=task.number, limit=self.rules.character_limit)
        remark = check_remark(filing.remark or "", task=task.number)
        if self.rules.asks_assessment and not (filing.assessment or filing.is_nil):
            raise AssessmentNeededError(task=task.number)
        on_file = {line.id: line.filed for line in asked if line.filed}
        values = _values(filing, asked, on_file)
        state = state_after(obligation, Act.SUBMIT_NIL if filing.is_nil else Act.SUBMIT, task)
        current = latest_update(self.session, obligation)
        is_filed = obligation.state in (ObligationState.SUBMITTED, ObligationState.NIL)
        if current and is_filed and filing.is_said_by(current) and values == on_file:
            # A double click, or a form sent twice. A text sent back unchanged is filed anew, as its unit wishes.
            discard_draft(self.session, obligation)
            return current
        require_base(obligation, current, task, text, filing.base_version)
        return self._write(obligation, filing, state, text, remark, values)

    def _write(
        self,
        obligation: Obligation,
        filing: Filing,
        state: ObligationState,
        text: str,
        remark: str,
        values: Mapping[int, Reported],
    ) -> ProgressUpdate:
        session, receipt = self.session, self.receipt
        if receipt.id is None:
            session.add(receipt)
            session.flush()
        obligation.version += 1
        obligation.state = state
        obligation.last_submitted_at = receipt.issued_at
        if obligation.first_submitted_at is None:
            obligation.first_submitted_at = receipt.issued_at
            obligation.is_on_time = is_on_time(receipt.issued_at, self.due_at)
        update = ProgressUpdate(
            obligation_id=key(obligation),
            version=obligation.version,
            text="" if filing.is_nil else text,
            nil_reason=text if filing.is_nil else "",
            remark=remark,
            assessment=filing.assessment,
            submitted_at=receipt.issued_at,
            filed_by=receipt.filed_by,
            via=receipt.via,
            receipt_id=key(receipt),
        )
        session.add(obligation)
        session.add(update)
        if values:
            session.flush()
            session.add_all(
                ReportedValue(
                    update_id=key(update), indicator_id=indicator_id, value=found.value, reason=found.reason
                )
                for indicator_id, found in values.items()
            )
        discard_draft(session, obligation)
        return update


def _values(
    filing: Filing, asked: Sequence[IndicatorLine], on_file: Mapping[int, Reported]
) -> Mapping[int, Reported]:
    """What is reported with `filing`. Raises as `read_values`."""
    if filing.values is None:
        return on_file
    return read_values(filing.values, asked, task=filing.task.number)


def _repeated(
    session: Session,
    reporting_round: ReportingRound,
    receipt: Receipt,
    filings: Sequence[Filing],
    asked: Mapping[int, Sequence[IndicatorLine]],
    request_key: str,
) -> Submission:
    # Tasks are the same from period to period: a key of another round must not match by its text.
    confirmed = {}
    if receipt.round_id == key(reporting_round):
        confirmed = {task.id: update for task, update in receipt_lines(session, receipt)}
    reported = values_of_updates(session, [key(update) for update in confirmed.values()]) if asked else {}
    filed, refused = [], []
    for filing in filings:
        task = filing.task
        update = confirmed.get(task.id)
        try:
            if update is None or not filing.is_said_by(update):
                raise RequestKeyUsedError(request_key=request_key, receipt=receipt.number, task=task.number)
            on_file = {
                indicator_id: Reported(found.value, found.reason)
                for indicator_id, found in reported.get(key(update), {}).items()
            }
            if _values(filing, asked.get(key(task), ()), on_file) != on_file:
                raise RequestKeyUsedError(request_key=request_key, receipt=receipt.number, task=task.number)
            filed.append(FiledLine(task, update.version, receipt.number))
        except TrackerError as error:
            refused.append(Refusal(task, error))
    return Submission(receipt if filed else None, tuple(filed), tuple(refused))


def _receipt_number(now: datetime, unit: OrgUnit) -> str:
    letters = "".join(secrets.choice(_RECEIPT_LETTERS) for _ in range(6))
    return f"{now:%Y%m%d}-{key(unit):03d}-{letters}"
